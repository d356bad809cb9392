/**
 * The model of a subspace: a Gaussian process on what architectures compute, learned from what was observed there.
 *
 *   k(α, β) = exp(−‖x_α − x_β‖² / ℓ),  x: counts of features
 *
 * ℓ is a share of the median squared distance between random architectures; share and noise are those under which the
 * observations are most likely.
 *
 * @module
 */
import { exponential, logarithm } from "../engine/exact-math.ts";
import { Cholesky } from "../gaussian-process/cholesky.ts";
import { type Encoded, squaredDistance } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import { quantile } from "../statistics/descriptive.ts";

/** What can be chosen by likelihood. */
export interface Hyperparameters {
  /** ℓ, in median squared distances. */
  readonly scale: number;
  /** σ². */
  readonly noise: number;
}

/** The median of ‖x − y‖² between neighbours in a sample of the space, two at least; 1 where that is 0. */
export function extentOf(sample: readonly Encoded[]): number {
  const distances = sample.slice(1).map((one, i) => squaredDistance(one.counts, sample[i]!.counts));
  return quantile(distances, 0.5) || 1;
}

/** Those under which the targets are most likely; of equals the first. @param among  one at least */
export function mostLikely(
  places: readonly Encoded[],
  rewards: readonly number[],
  warping: Warping,
  extent: number,
  among: readonly Hyperparameters[],
): Hyperparameters {
  if (among.length === 1) return among[0]!;
  const targets = warped(rewards, warping);
  const distances = places.map((place, i) => Float64Array.from({ length: i }, (_, j) => squaredDistance(place.counts, places[j]!.counts)));
  let best = among[0]!;
  let most = Number.NEGATIVE_INFINITY;
  for (const one of among) {
    const likelihood = logLikelihood(distances, targets, one.scale * extent, one.noise);
    if (likelihood > most) {
      most = likelihood;
      best = one;
    }
  }
  return best;
}

/** log p(y) without what all have in common. @param distances  ‖x − y‖² of each place from those before it  [n][i] */
function logLikelihood(distances: readonly Float64Array[], targets: readonly number[], scale: number, noise: number): number {
  const near: number[] = [];
  const factor = new Cholesky(distances.length);
  for (const row of distances)
    factor.append(
      row.map((d) => (near[d] ??= exponential(-d / scale))),
      1 + noise,
    );
  const solved = Float64Array.from(targets);
  factor.solveLower(solved);
  let sum = 0;
  for (const value of solved) sum -= 0.5 * value * value;
  for (const value of factor.diagonal()) sum -= logarithm(value);
  return sum;
}
