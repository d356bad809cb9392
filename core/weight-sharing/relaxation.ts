/**
 * From architecture parameters to weights of operations, and back by the chain rule; an edge at a time.
 *
 * All of it is in arithmetic that gives the same bits on every runtime, since searches follow from it.
 *
 * @module
 */
import { exponential, logarithm } from "../engine/exact-math.ts";
import type { Rng } from "../random/rng.ts";
import type { Judged, Mixture } from "../training/weight-sharing.ts";

/** Weights of operations for a pass, and how a gradient of theirs becomes one of α. */
export interface Relaxed {
  readonly mixture: Mixture;
  /** @returns ∂L/∂α, a new array  [edges][operations] */
  backward(judged: Pick<Judged, "gradient" | "outputs">): Mixture;
}

/** Every operation, by its probability: m = softmax(α).  [edges][operations] */
export function mixedBySoftmax(values: Mixture): Relaxed {
  const mixture = values.map(softmax);
  return { mixture, backward: ({ gradient }) => mixture.map((p, edge) => throughSoftmax(p, gradient[edge]!)) };
}

/** p_k = exp α_k / Σ_j exp α_j.  [operations] → [operations] */
export function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  return inProportion(logits.map((logit) => exponential(logit - top)));
}

/** Numbers from 0 on as shares of their sum.  [operations] → [operations] */
export function inProportion(numbers: readonly number[]): number[] {
  const sum = numbers.reduce((a, b) => a + b, 0);
  return numbers.map((number) => number / sum);
}

/**
 * ∂L/∂α_k = p_k (g_k − Σ_j p_j g_j), where p = softmax(α).
 * @param p  [operations]
 * @param g  ∂L/∂p; anything, NaN too, where p is 0  [operations]
 */
export function throughSoftmax(p: readonly number[], g: readonly number[]): number[] {
  const mean = p.reduce((sum, weight, k) => (weight === 0 ? sum : sum + weight * g[k]!), 0);
  return p.map((weight, k) => (weight === 0 ? 0 : weight * (g[k]! - mean)));
}

/** σ(x) = 1 / (1 + exp −x). */
export function sigmoid(x: number): number {
  const power = exponential(-Math.abs(x));
  return (x < 0 ? power : 1) / (1 + power);
}

/** Uniform in (0, 1), never an end of it. */
export function strictlyBetween(rng: Rng): number {
  return rng.next() + 2 ** -33;
}

/** Gumbel's noise, −ln(−ln u): always finite.  [operations] */
export function gumbelNoise(operations: number, rng: Rng): number[] {
  return Array.from({ length: operations }, () => -logarithm(-logarithm(strictlyBetween(rng))));
}

/**
 * q = softmax((α + G) / τ); adding a constant to α, as the logarithm of a softmax does, changes nothing. The largest q is
 * at k with probability softmax(α)_k, whatever τ.
 */
export function gumbelSoftmax(logits: readonly number[], noise: readonly number[], temperature: number): number[] {
  return softmax(logits.map((logit, k) => (logit + noise[k]!) / temperature));
}

/** ∂L/∂α_k = q_k (g_k − Σ_j q_j g_j) / τ, where q = gumbelSoftmax(α, G, τ). */
export function throughGumbelSoftmax(q: readonly number[], g: readonly number[], temperature: number): number[] {
  return throughSoftmax(q, g).map((slope) => slope / temperature);
}

/** 1 at one place, 0 at all others. */
export function oneHot(at: number, length: number): number[] {
  return Array.from({ length }, (_, k) => (k === at ? 1 : 0));
}

/** Draws an operation by its probability.  [operations] → its index */
export function drawn(probabilities: readonly number[], rng: Rng): number {
  let left = rng.next();
  for (const [k, probability] of probabilities.entries()) {
    left -= probability;
    if (left < 0) return k;
  }
  return probabilities.findLastIndex((probability) => probability > 0); // rounding
}
