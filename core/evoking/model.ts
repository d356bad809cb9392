/**
 * The model of a subspace: a Gaussian process on what architectures compute, learned from what was observed there.
 *
 *   k(α, β) = exp(−‖x_α − x_β‖² / ℓ) + w x_α · x_β,  x: counts of features
 *
 * ℓ is a share of the median squared distance between random architectures, w such that the linear part of a random
 * architecture is as large as the noise; noise and share are those under which the observations are most likely.
 *
 * @module
 */
import { GaussianProcess, type Kernel } from "../gaussian-process/gaussian-process.ts";
import { type Encoded, exponentialOfDistance, linear, squaredDistance, weightedSum } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import { quantile } from "../statistics/descriptive.ts";

/** What can be chosen by likelihood. */
export interface Hyperparameters {
  /** ℓ, in median squared distances. */
  readonly scale: number;
  /** w, in units of one over the median square of an architecture. */
  readonly linear: number;
  /** σ². */
  readonly noise: number;
}

/** How far apart architectures of a space are. */
export interface Extent {
  /** The median of ‖x − y‖². */
  readonly distance: number;
  /** The median of ‖x‖². */
  readonly square: number;
}

/** @param sample  of the space; two at least */
export function extentOf(sample: readonly Encoded[]): Extent {
  const none = { features: [], counts: [] };
  const distances = sample.slice(1).map((one, i) => squaredDistance(one.counts, sample[i]!.counts));
  const squares = sample.map(({ counts }) => squaredDistance(counts, none));
  return { distance: quantile(distances, 0.5) || 1, square: quantile(squares, 0.5) || 1 };
}

export function kernelOf({ scale, linear: weight }: Hyperparameters, extent: Extent): Kernel<Encoded> {
  const near = exponentialOfDistance(scale * extent.distance);
  return weight === 0
    ? near
    : weightedSum<Encoded>([
        [1, near],
        [1, linear(weight / extent.square)],
      ]);
}

/** Those under which the targets are most likely; of equals the first. @param among  one at least */
export function mostLikely(
  places: readonly Encoded[],
  rewards: readonly number[],
  warping: Warping,
  extent: Extent,
  among: readonly Hyperparameters[],
): Hyperparameters {
  const targets = warped(rewards, warping);
  let best = among[0]!;
  let most = Number.NEGATIVE_INFINITY;
  for (const one of among) {
    const process = new GaussianProcess(kernelOf(one, extent), one.noise);
    for (const place of places) process.observe(place);
    process.setTargets(targets);
    const likelihood = process.logLikelihood();
    if (likelihood > most) {
      most = likelihood;
      best = one;
    }
  }
  return best;
}
