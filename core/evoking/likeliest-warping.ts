/**
 * What a local model learns of rewards: themselves, or how far they are from the best, whichever makes the rewards more
 * likely. Distances tell apart what is near the best; where nothing is far below it, rewards need no such help, and a
 * model of them looks around more.
 *
 *   log p(R) = log p(w(R)) + Σ log w′(R)
 *
 * Snelson, Rasmussen and Ghahramani 2004, "Warped Gaussian Processes", Eq. 6; what a warping takes from the rewards, the
 * best of them and their spread, counts as given.
 *
 * @module
 */
import { GaussianProcess } from "../gaussian-process/gaussian-process.ts";
import type { Encoded } from "../gaussian-process/kernels.ts";
import { logDerivatives, SMOOTH_WARPINGS, type Warping, warped } from "../gaussian-process/targets.ts";
import { type Hyperparameters, kernelOf, mostLikely } from "./model.ts";

/** A warping, with the hyperparameters that are most likely for it. */
export interface Learned {
  readonly warping: Warping;
  readonly hyperparameters: Hyperparameters;
}

/** @param among  one at least */
export function likeliestWarping(
  places: readonly Encoded[],
  rewards: readonly number[],
  extent: number,
  among: readonly Hyperparameters[],
): Learned {
  let found: Learned | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const warping of SMOOTH_WARPINGS) {
    const hyperparameters = mostLikely(places, rewards, warping, extent, among);
    const process = new GaussianProcess(kernelOf(hyperparameters, extent), hyperparameters.noise);
    for (const place of places) process.observe(place);
    process.setTargets(warped(rewards, warping));
    const likelihood = process.logLikelihood() + logDerivatives(rewards, warping);
    if (found && likelihood <= most) continue;
    found = { warping, hyperparameters };
    most = likelihood;
  }
  return found!;
}
