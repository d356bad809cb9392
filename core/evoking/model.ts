/**
 * The model of a subspace: a Gaussian process on what architectures compute, learned from what was observed there.
 *
 *   k(α, β) = exp(−‖x_α − x_β‖² / ℓ) + λ x_α · x_β,  x: counts of features
 *
 * ℓ is a share of the median squared distance between random architectures, and λ is in its reciprocal; share, λ and noise
 * are those under which the observations are most likely.
 *
 * @module
 */
import { exponential, logarithm } from "../engine/exact-math.ts";
import { Cholesky } from "../gaussian-process/cholesky.ts";
import type { Kernel } from "../gaussian-process/gaussian-process.ts";
import { type Encoded, exponentialOfDistance, innerProducts, linear, squaredDistance, weightedSum } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import { quantile } from "../statistics/descriptive.ts";

/** What can be chosen by likelihood. */
export interface Hyperparameters {
  /** ℓ, in median squared distances. */
  readonly scale: number;
  /** σ². */
  readonly noise: number;
  /** λ, in reciprocals of the median squared distance. */
  readonly linear: number;
}

/** Random architectures by which the extent of a space is known. */
const SAMPLE = 200;

/** The median of ‖x − y‖² between random architectures; 1 where that is 0. @param draw  gives one */
export function extentOf(draw: () => Encoded): number {
  const sample = Array.from({ length: SAMPLE }, draw);
  const distances = sample.slice(1).map((one, i) => squaredDistance(one.counts, sample[i]!.counts));
  return quantile(distances, 0.5) || 1;
}

export function kernelOf({ scale, linear: weight }: Hyperparameters, extent: number): Kernel<Encoded> {
  const near = exponentialOfDistance(scale * extent);
  if (weight === 0) return near;
  return weightedSum([
    [1, near],
    [1, linear(weight / extent)],
  ]);
}

/**
 * Those under which the targets are most likely; of equals the first.
 *
 * @param among  one at least
 * @param scaled  true if k and σ² may be multiplied by whatever makes the targets most likely
 */
export function mostLikely(
  places: readonly Encoded[],
  rewards: readonly number[],
  warping: Warping,
  extent: number,
  among: readonly Hyperparameters[],
  scaled = false,
): Hyperparameters {
  if (among.length === 1) return among[0]!;
  const [likelihoods] = logLikelihoods(places, [warped(rewards, warping)], extent, among, scaled);
  return among[greatest(likelihoods!)]!;
}

/** Where the greatest is; of equals the first. */
export function greatest(values: readonly number[]): number {
  return values.reduce((most, value, i) => (value > values[most]! ? i : most), 0);
}

/** In place of 0, the mean square of targets that are all 0. */
const LEAST = 1e-100;

/**
 * log p(y) without what all have in common; each matrix is factored once for all targets.
 *
 * @param targets  different ones at the same places  [t][n]
 * @param scaled  for the best multiple of K, which leaves −½ n log(yᵀ K⁻¹ y / n) − Σ log L_ii
 * @returns of each of the targets under each of the hyperparameters  [t][among]
 */
export function logLikelihoods(
  places: readonly Encoded[],
  targets: readonly (readonly number[])[],
  extent: number,
  among: readonly Hyperparameters[],
  scaled = false,
): number[][] {
  const products = innerProducts(places.map(({ counts }) => counts));
  const squares = products.map((row, i) => row[i]!);
  const likelihoods = targets.map((): number[] => []);
  for (const { scale, noise, linear: weight } of among) {
    const near: number[] = [];
    const factor = new Cholesky(places.length);
    factor.append(places.length, (row, i) => {
      const own = products[i]!;
      for (let j = 0; j <= i; j++) {
        const product = own[j]!;
        const d = squares[i]! + squares[j]! - 2 * product;
        row[j] = (near[d] ??= exponential(-d / (scale * extent))) + (weight / extent) * product;
      }
      row[i]! += noise;
    });
    const logarithms = factor.diagonal().reduce((sum, value) => sum + logarithm(value), 0);
    for (const [t, own] of targets.entries()) {
      const solved = Float64Array.from(own);
      factor.solveLower(solved);
      const sum = solved.reduce((squared, value) => squared + value * value, 0);
      likelihoods[t]!.push((scaled ? -0.5 * own.length * logarithm(Math.max(sum / own.length, LEAST)) : -0.5 * sum) - logarithms);
    }
  }
  return likelihoods;
}
