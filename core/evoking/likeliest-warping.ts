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
import type { Encoded } from "../gaussian-process/kernels.ts";
import { logDerivatives, SMOOTH_WARPINGS, type Warping, warped } from "../gaussian-process/targets.ts";
import { greatest, type Hyperparameters, logLikelihoods } from "./model.ts";

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
  const targets = SMOOTH_WARPINGS.map((warping) => warped(rewards, warping));
  const likelihoods = logLikelihoods(places, targets, extent, among);
  let found: Learned | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const [w, warping] of SMOOTH_WARPINGS.entries()) {
    const best = greatest(likelihoods[w]!);
    const likelihood = likelihoods[w]![best]! + logDerivatives(rewards, warping);
    if (found && likelihood <= most) continue;
    found = { warping, hyperparameters: among[best]! };
    most = likelihood;
  }
  return found!;
}
