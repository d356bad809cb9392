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
import { type Encoded, exponentialOfDistance, innerProduct, linear, squaredDistance, weightedSum } from "../gaussian-process/kernels.ts";
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
  const targets = warped(rewards, warping);
  const distances = places.map((place, i) => Float64Array.from({ length: i }, (_, j) => squaredDistance(place.counts, places[j]!.counts)));
  const products = among.some(({ linear }) => linear > 0)
    ? places.map((place, i) => Float64Array.from({ length: i + 1 }, (_, j) => innerProduct(place.counts, places[j]!.counts)))
    : [];
  let best = among[0]!;
  let most = Number.NEGATIVE_INFINITY;
  for (const one of among) {
    const likelihood = logLikelihood(
      distances,
      products,
      targets,
      { ...one, scale: one.scale * extent, linear: one.linear / extent },
      scaled,
    );
    if (likelihood > most) {
      most = likelihood;
      best = one;
    }
  }
  return best;
}

/** In place of 0, the mean square of targets that are all 0. */
const LEAST = 1e-100;

/**
 * log p(y) without what all have in common.
 *
 * @param distances  ‖x − y‖² of each place from those before it  [n][i]
 * @param products  x · y of each place with those before it and itself, where there is a linear part  [n][i + 1]
 * @param hyperparameters  ℓ and λ themselves
 * @param scaled  for the best multiple of K, which leaves −½ n log(yᵀ K⁻¹ y / n) − Σ log L_ii
 */
function logLikelihood(
  distances: readonly Float64Array[],
  products: readonly Float64Array[],
  targets: readonly number[],
  { scale, noise, linear }: Hyperparameters,
  scaled: boolean,
): number {
  const near: number[] = [];
  const factor = new Cholesky(distances.length);
  for (const [i, row] of distances.entries()) {
    const column = row.map((d) => (near[d] ??= exponential(-d / scale)));
    const product = products[i];
    if (product) for (let j = 0; j < i; j++) column[j]! += linear * product[j]!;
    factor.append(column, 1 + noise + (product ? linear * product[i]! : 0));
  }
  const solved = Float64Array.from(targets);
  factor.solveLower(solved);
  let squares = 0;
  for (const value of solved) squares += value * value;
  let sum = scaled ? -0.5 * solved.length * logarithm(Math.max(squares / solved.length, LEAST)) : -0.5 * squares;
  for (const value of factor.diagonal()) sum -= logarithm(value);
  return sum;
}
