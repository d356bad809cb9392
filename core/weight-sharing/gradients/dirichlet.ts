/**
 * Weights of operations drawn from a Dirichlet distribution whose concentration follows from architecture parameters:
 *
 *   c = elu(α) + 1,  θ ~ Dirichlet(c),  θ_k = x_k / Σ_j x_j  with  x_k ~ Gamma(c_k, 1)
 *
 * Chen et al. 2021, "DrNAS: Dirichlet Neural Architecture Search", arXiv:2006.10355, Section 3.
 *
 * @module
 */
import { exponential } from "../../engine/exact-math.ts";
import type { Rng } from "../../random/rng.ts";
import { softmax, strictlyBetween, throughSoftmax } from "../relaxation.ts";
import { gammaQuantile, trigamma } from "./gamma.ts";

/** c = elu(α) + 1: 1 + α above 0, e^α below.  [operations] */
export function concentration(alpha: readonly number[]): number[] {
  return alpha.map((value) => (value > 0 ? 1 + value : exponential(value)));
}

/** From ∂L/∂c to ∂L/∂α; dc/dα is 1 above 0, and c below. */
export function throughConcentration(alpha: readonly number[], slopes: readonly number[]): number[] {
  return alpha.map((value, k) => slopes[k]! * (value > 0 ? 1 : exponential(value)));
}

/** A draw, and how it depends on c. */
export interface DirichletDraw {
  /** Sums to 1.  [operations] */
  readonly theta: readonly number[];
  /** ∂L/∂c of ∂L/∂θ: pathwise, each x moving with its shape.  [operations] → [operations] */
  backward(slopes: readonly number[]): number[];
}

/** @param c  above 0  [operations] */
export function drawDirichlet(c: readonly number[], rng: Rng): DirichletDraw {
  const variables = c.map((shape) => gammaQuantile(shape, strictlyBetween(rng)));
  const theta = softmax(variables.map(({ log }) => log));
  return { theta, backward: (slopes) => throughSoftmax(theta, slopes).map((slope, k) => slope * variables[k]!.slope) };
}

/** The gradient by c of KL(Dirichlet(c) ‖ Dirichlet(1)): (c_k − 1) ψ′(c_k) − (Σc − K) ψ′(Σc).  [operations] */
export function divergenceSlopes(c: readonly number[]): number[] {
  const total = c.reduce((a, b) => a + b, 0);
  return c.map((shape) => (shape - 1) * trigamma(shape) - (total - c.length) * trigamma(total));
}
