/**
 * Which of what was evaluated is expected to be the best, where evaluations are noisy: the highest of many scores owes
 * something to chance, and what is like an architecture says how much.
 *
 *   E[f(xᵢ) | y] = yᵢ − σ² (K⁻¹ y)ᵢ
 *
 * with a Gaussian process on all scores, or, of many, on those that are nearest to what was expected most of. The noise is
 * the most likely of variances over a wider range than a search does well to believe in, whatever the variance of f.
 *
 * @module
 */
import { GaussianProcess } from "../gaussian-process/gaussian-process.ts";
import type { Encoded } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import type { Measured } from "../plugin/metric.ts";
import { type Architecture, nearestTo } from "../space/architecture.ts";
import { type Hyperparameters, kernelOf, mostLikely } from "./model.ts";

/** ℓ, in median squared distances, and σ², where the variance of f is 1. */
const AMONG: readonly Hyperparameters[] = [0.5, 1, 2, 4].flatMap((scale) =>
  [0.01, 0.03, 0.1, 0.3, 1, 3, 10].map((noise) => ({ scale, noise, linear: 0 })),
);
/** The best by expectation, to which what the model learns from is near. */
const LEADING = 10;
/** Hyperparameters are chosen again when there are so many times the scores. */
const TUNED_AFTER = 1.25;
/** The model takes so many times `nearest` scores before it begins anew. */
const ROOM = 1.5;

export interface ExpectedBestOptions {
  /** Scores that the model learns from when it begins anew. */
  readonly nearest: number;
  readonly warping: Warping;
}

export class ExpectedBest {
  readonly #encode: (architecture: Architecture) => Encoded;
  readonly #extent: number;
  readonly #nearest: number;
  readonly #warping: Warping;
  readonly #places: Encoded[] = [];
  /** Those that the model has learned from, in its order. */
  #learned: number[] = [];
  #process!: GaussianProcess<Encoded>;
  #noise = 0;
  /** Candidates when hyperparameters were chosen last. */
  #tuned = 0;

  constructor(encode: (architecture: Architecture) => Encoded, extent: number, { nearest, warping }: ExpectedBestOptions) {
    this.#encode = encode;
    this.#extent = extent;
    this.#nearest = nearest;
    this.#warping = warping;
  }

  /** Its index; the first of equals. @param candidates  those of the call before, and what has come since */
  of(candidates: readonly Measured[]): number {
    for (let i = this.#places.length; i < candidates.length; i++) {
      this.#places.push(this.#encode(candidates[i]!.architecture));
      this.#learn(candidates, i);
    }
    const expected = this.#expected(candidates);
    const most = Math.max(...expected);
    return Math.min(...this.#learned.filter((_, at) => expected[at] === most));
  }

  /** E[f | y] of those that the model has learned from, in its order. */
  #expected(candidates: readonly Measured[]): number[] {
    const targets = warped(
      this.#learned.map((one) => candidates[one]!.score),
      this.#warping,
    );
    this.#process.setTargets(targets);
    const weights = this.#process.weights();
    return targets.map((target, at) => target - this.#noise * weights[at]!);
  }

  #learn(candidates: readonly Measured[], i: number): void {
    const count = i + 1;
    const due = count >= TUNED_AFTER * this.#tuned;
    if (!due && this.#learned.length < ROOM * this.#nearest) {
      this.#observe(i);
      return;
    }
    const learned = count <= this.#nearest ? [...Array(count).keys()] : this.#nearLeading(candidates, count);
    if (due) {
      const places = learned.map((one) => this.#places[one]!);
      const scores = learned.map((one) => candidates[one]!.score);
      const chosen = mostLikely(places, scores, this.#warping, this.#extent, AMONG, true);
      this.#tuned = count;
      this.#noise = chosen.noise;
      this.#process = new GaussianProcess(kernelOf(chosen, this.#extent), chosen.noise);
    }
    this.#process.truncate(0);
    this.#learned = [];
    for (const one of learned) this.#observe(one);
  }

  #observe(i: number): void {
    this.#process.observe(this.#places[i]!);
    this.#learned.push(i);
  }

  /** Of the first candidates, those nearest to one of what was expected most of. */
  #nearLeading(candidates: readonly Measured[], count: number): number[] {
    const expected = this.#expected(candidates);
    const leading = [...expected.keys()]
      .sort((a, b) => expected[b]! - expected[a]! || a - b)
      .slice(0, LEADING)
      .map((at) => candidates[this.#learned[at]!]!.architecture);
    const known = candidates.slice(0, count).map(({ architecture }) => architecture);
    return nearestTo(leading, known, this.#nearest);
  }
}
