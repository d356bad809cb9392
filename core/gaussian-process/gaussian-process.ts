/**
 * Regression by a Gaussian process with a zero mean: what is likely of a function at new places, after its values at some
 * are known with noise.
 *
 *   K = k(X, X) + σ² I = L Lᵀ,   a = L⁻¹ y
 *   mean(x) = vᵀ a,   variance(x) = k(x, x) − vᵀ v   with v = L⁻¹ k(X, x)
 *   log p(y) = −½ aᵀ a − Σ log L_ii − ½ n log 2π
 *
 * Rasmussen and Williams 2006, "Gaussian Processes for Machine Learning", Algorithm 2.1. Everything is in 64-bit floats
 * and the same to the bit on every runtime.
 *
 * Axes: n observations, m candidates.
 *
 * @module
 */
import { logarithm } from "../engine/exact-math.ts";
import { Cholesky } from "./cholesky.ts";
import { standardNormal } from "./normal.ts";

/** k(x, x′): symmetric, positive semi-definite. */
export type Kernel<X> = (a: X, b: X) => number;

/** What is likely at some places. */
export interface Posterior {
  /** [m] */
  readonly mean: Float64Array;
  /** Of the function, without the noise of an observation; never below 0.  [m] */
  readonly variance: Float64Array;
}

export class GaussianProcess<X> {
  readonly #kernel: Kernel<X>;
  readonly #noise: number;
  readonly #places: X[] = [];
  readonly #factor = new Cholesky();
  /** L⁻¹ y.  [n] */
  #solved: Float64Array = new Float64Array();

  /** @param noise  σ², the variance of an observation */
  constructor(kernel: Kernel<X>, noise: number) {
    this.#kernel = kernel;
    this.#noise = noise;
  }

  /** n. */
  get size(): number {
    return this.#places.length;
  }

  /**
   * Adds a place; n² / 2 multiply-adds.
   * @returns its row of L, [n], and that row's last entry, for whoever keeps L⁻¹ k(X, x) of candidates
   */
  observe(place: X): { readonly row: Float64Array; readonly last: number } {
    this.#places.push(place);
    this.#factor.append(1, (row, n) => {
      for (let i = 0; i <= n; i++) row[i] = this.#kernel(place, this.#places[i]!);
      row[n]! += this.#noise;
    });
    const n = this.size - 1;
    const row = this.#factor.row(n);
    return { row: row.subarray(0, n), last: row[n]! };
  }

  /** Leaves the first places only. */
  truncate(size: number): void {
    this.#places.length = size;
    this.#factor.truncate(size);
  }

  /** Sets y, the values at all places observed, which may be other ones each time; n² / 2.  [n] */
  setTargets(targets: ArrayLike<number>): void {
    this.#solved = Float64Array.from(targets);
    this.#factor.solveLower(this.#solved);
  }

  /** a = L⁻¹ y.  [n] */
  get solved(): Float64Array {
    return this.#solved;
  }

  /** K⁻¹ y; n² / 2.  [n] */
  weights(): Float64Array {
    const weights = this.#solved.slice();
    this.#factor.solveUpper(weights);
    return weights;
  }

  /** n multiply-adds and kernels each, once K⁻¹ y is there.  [m] */
  means(candidates: readonly X[]): Float64Array {
    const weights = this.weights();
    return Float64Array.from(candidates, (candidate) => {
      let mean = 0;
      for (let i = 0; i < weights.length; i++) mean += weights[i]! * this.#kernel(candidate, this.#places[i]!);
      return mean;
    });
  }

  /** n² / 2 multiply-adds each. */
  predict(candidates: readonly X[]): Posterior {
    const mean = new Float64Array(candidates.length);
    const variance = new Float64Array(candidates.length);
    for (const [c, candidate] of candidates.entries()) {
      const v = this.solvedKernels(candidate);
      let rest = this.#kernel(candidate, candidate);
      for (let i = 0; i < v.length; i++) {
        mean[c]! += v[i]! * this.#solved[i]!;
        rest -= v[i]! * v[i]!;
      }
      variance[c] = Math.max(rest, 0);
    }
    return { mean, variance };
  }

  /** v = L⁻¹ k(X, x) of one candidate; n² / 2.  [n] */
  solvedKernels(candidate: X): Float64Array {
    const v = Float64Array.from(this.#places, (place) => this.#kernel(candidate, place));
    this.#factor.solveLower(v);
    return v;
  }

  /** log p(y), by which hyperparameters are chosen. */
  logLikelihood(): number {
    let sum = -0.5 * this.size * logarithm(2 * Math.PI);
    for (const value of this.#solved) sum -= 0.5 * value * value;
    for (const value of this.#factor.diagonal()) sum -= logarithm(value);
    return sum;
  }
}

/**
 * The posterior at places that stay the same while observations come: a row of L⁻¹ k(X, candidates) more with each, which
 * costs n m multiply-adds.
 */
export class WatchedCandidates<X> {
  readonly #process: GaussianProcess<X>;
  readonly #kernel: Kernel<X>;
  readonly #candidates: X[];
  /** L⁻¹ k(X, candidates).  [n][m] */
  readonly #rows: Float64Array[] = [];
  readonly #variance: Float64Array;

  /** @param process  without any observation, and with that kernel */
  constructor(process: GaussianProcess<X>, kernel: Kernel<X>, candidates: readonly X[]) {
    this.#process = process;
    this.#kernel = kernel;
    this.#candidates = [...candidates];
    this.#variance = Float64Array.from(candidates, (candidate) => kernel(candidate, candidate));
  }

  /** Adds a place to the process. */
  observe(place: X): void {
    const { row, last } = this.#process.observe(place);
    const next = Float64Array.from(this.#candidates, (candidate) => this.#kernel(candidate, place));
    addWeighted(next, (i) => -row[i]!, this.#rows);
    for (let c = 0; c < next.length; c++) {
      next[c]! /= last;
      this.#variance[c]! -= next[c]! * next[c]!;
    }
    this.#rows.push(next);
  }

  /** Watches another candidate in place of one; n² / 2. */
  replace(c: number, candidate: X): void {
    this.#candidates[c] = candidate;
    this.#variance[c] = this.#kernel(candidate, candidate);
    for (const [i, value] of this.#process.solvedKernels(candidate).entries()) {
      this.#rows[i]![c] = value;
      this.#variance[c]! -= value * value;
    }
  }

  /** Leaves the first places only, in the process too. */
  truncate(size: number): void {
    for (const row of this.#rows.splice(size)) for (let c = 0; c < row.length; c++) this.#variance[c]! += row[c]! * row[c]!;
    this.#process.truncate(size);
  }

  /** For the targets that the process has; n m. */
  posterior(): Posterior {
    const { solved } = this.#process;
    const mean = new Float64Array(this.#candidates.length);
    addWeighted(mean, (i) => solved[i]!, this.#rows);
    return { mean, variance: this.#variance.map((variance) => Math.max(variance, 0)) };
  }
}

/** Adds Σ weight · row, in order; four rows at a time, so that the sums are read and written a fourth as often.  [m] */
function addWeighted(sums: Float64Array, weight: (i: number) => number, rows: readonly Float64Array[]): void {
  const { length } = sums;
  let i = 0;
  for (; i + 3 < rows.length; i += 4) {
    const [w, x, y, z] = [weight(i), weight(i + 1), weight(i + 2), weight(i + 3)];
    const [first, second, third, fourth] = [rows[i]!, rows[i + 1]!, rows[i + 2]!, rows[i + 3]!];
    for (let c = 0; c < length; c++) sums[c] = sums[c]! + w * first[c]! + x * second[c]! + y * third[c]! + z * fourth[c]!;
  }
  for (; i < rows.length; i++) {
    const [w, row] = [weight(i), rows[i]!];
    for (let c = 0; c < length; c++) sums[c]! += w * row[c]!;
  }
}

/**
 * E[max(f − best, 0)] for f ~ N(mean, variance): Jones, Schonlau and Welch 1998, doi:10.1023/A:1008306431147.
 */
export function expectedImprovement(mean: number, variance: number, best: number): number {
  const deviation = Math.sqrt(variance);
  const gap = mean - best;
  if (deviation === 0) return Math.max(gap, 0);
  const z = gap / deviation;
  const { density, distribution } = standardNormal(z);
  return deviation * (z * distribution + density);
}
