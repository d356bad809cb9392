/**
 * Which of what was evaluated is expected to be the best, where evaluations are noisy: the highest of many scores owes
 * something to chance, and what is like an architecture says how much.
 *
 *   E[f(xᵢ) | y] = yᵢ − σ² (K⁻¹ y)ᵢ
 *
 * with a Gaussian process on all scores, or, of many, on those that are nearest to the best ones. The noise is the most
 * likely of variances over a wider range than a search does well to believe in, whatever the variance of f.
 *
 * @module
 */
import { GaussianProcess } from "../gaussian-process/gaussian-process.ts";
import { type Encoded, exponentialOfDistance } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import type { Measured } from "../plugin/metric.ts";
import { type Architecture, differing } from "../space/architecture.ts";
import type { Hyperparameters } from "./model.ts";

/** σ², where the variance of f is 1. */
const NOISES = [0.01, 0.03, 0.1, 0.3, 1, 3];
/** The best by score, to which what the model learns from is near. */
const LEADING = 10;
/** The model takes so many times `nearest` scores before it begins anew. */
const ROOM = 1.5;

export interface ExpectedBestOptions {
  /** Length scales, in median squared distances; the most likely is taken. */
  readonly scales: readonly number[];
  /** Scores that the model learns from when it begins anew. */
  readonly nearest: number;
  readonly warping: Warping;
}

export class ExpectedBest {
  readonly #encode: (architecture: Architecture) => Encoded;
  readonly #extent: number;
  readonly #nearest: number;
  readonly #warping: Warping;
  readonly #among: readonly Hyperparameters[];
  readonly #places: Encoded[] = [];
  /** Those that the model has learned from, in its order. */
  #learned: number[] = [];
  #process!: GaussianProcess<Encoded>;
  #noise = 0;
  /** Candidates when hyperparameters were chosen last. */
  #tuned = 0;

  constructor(encode: (architecture: Architecture) => Encoded, extent: number, { scales, nearest, warping }: ExpectedBestOptions) {
    this.#encode = encode;
    this.#extent = extent;
    this.#nearest = nearest;
    this.#warping = warping;
    this.#among = scales.flatMap((scale) => NOISES.map((noise) => ({ scale, noise })));
  }

  /** Its index; the first of equals. @param candidates  those of the call before, and what has come since */
  of(candidates: readonly Measured[]): number {
    for (let i = this.#places.length; i < candidates.length; i++) {
      this.#places.push(this.#encode(candidates[i]!.architecture));
      this.#learn(candidates, i);
    }
    const targets = this.#targets(candidates, this.#learned);
    this.#process.setTargets(targets);
    const weights = this.#process.weights();
    const expected = targets.map((target, at) => target - this.#noise * weights[at]!);
    const most = Math.max(...expected);
    return Math.min(...this.#learned.filter((_, at) => expected[at] === most));
  }

  #learn(candidates: readonly Measured[], i: number): void {
    const count = i + 1;
    const doubled = count >= 2 * this.#tuned;
    if (!doubled && this.#learned.length < ROOM * this.#nearest) {
      this.#observe(i);
      return;
    }
    const known = candidates.slice(0, count);
    const learned = known.length <= this.#nearest ? [...known.keys()] : this.#nearLeading(known);
    if (doubled) {
      this.#tuned = count;
      this.#tune(learned, this.#targets(candidates, learned));
    } else {
      this.#process.truncate(0);
      for (const one of learned) this.#process.observe(this.#places[one]!);
    }
    this.#learned = learned;
  }

  /** Leaves the process of the most likely hyperparameters. */
  #tune(learned: readonly number[], targets: readonly number[]): void {
    let most = Number.NEGATIVE_INFINITY;
    for (const { scale, noise } of this.#among) {
      const process = new GaussianProcess(exponentialOfDistance(scale * this.#extent), noise);
      for (const one of learned) process.observe(this.#places[one]!);
      process.setTargets(targets);
      const likelihood = process.scaledLogLikelihood();
      if (likelihood <= most) continue;
      most = likelihood;
      this.#process = process;
      this.#noise = noise;
    }
  }

  #targets(candidates: readonly Measured[], learned: readonly number[]): number[] {
    return warped(
      learned.map((i) => candidates[i]!.score),
      this.#warping,
    );
  }

  #observe(i: number): void {
    this.#process.observe(this.#places[i]!);
    this.#learned.push(i);
  }

  /** Those nearest to one of the best by score. */
  #nearLeading(known: readonly Measured[]): number[] {
    const leading = [...known].sort((a, b) => b.score - a.score).slice(0, LEADING);
    const distances = known.map(({ architecture }) => Math.min(...leading.map((other) => differing(other.architecture, architecture))));
    return [...known.keys()].sort((a, b) => distances[a]! - distances[b]! || a - b).slice(0, this.#nearest);
  }
}
