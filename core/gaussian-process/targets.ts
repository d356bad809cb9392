/**
 * Targets for a Gaussian process from rewards, so that the few that are far below the others do not rule it: their scale
 * is that of a standard normal variable, larger is better.
 *
 * @module
 */
import { logarithm } from "../engine/exact-math.ts";
import { mean, quantile, standardDeviation } from "../statistics/descriptive.ts";
import { averageRanks } from "../statistics/ranks.ts";
import { normalQuantile } from "./normal.ts";

export const WARPINGS = ["ranks", "log-distance", "clipped", "none"] as const;
export type Warping = (typeof WARPINGS)[number];
/** Those that have a derivative everywhere, so that likelihoods under them can be compared. */
export const SMOOTH_WARPINGS = ["log-distance", "none"] as const;

/** @param rewards  finite; one at least */
export function warped(rewards: readonly number[], warping: Warping): number[] {
  if (warping === "ranks") return averageRanks(rewards).map((rank) => normalQuantile((rank - 0.5) / rewards.length));
  if (warping === "log-distance") return standardised(logDistances(rewards));
  return standardised(warping === "none" ? rewards : clipped(rewards));
}

/** Σ log w′(R), the best reward, ε, and the mean and the deviation that targets are standardised by being given. */
export function logDerivatives(rewards: readonly number[], warping: (typeof SMOOTH_WARPINGS)[number]): number {
  const before = warping === "none" ? rewards : logDistances(rewards);
  let sum = -rewards.length * logarithm(standardDeviation(before) || 1);
  // −log(best − R + ε) has the derivative 1 / (best − R + ε), whose logarithm it is itself.
  if (warping === "log-distance") for (const value of before) sum += value;
  return sum;
}

/** −log(best − R + ε), so that differences near the best count most; ε is a tenth of the spread of the better half. */
function logDistances(rewards: readonly number[]): number[] {
  const best = Math.max(...rewards);
  const median = quantile(rewards, 0.5);
  const better = rewards.filter((reward) => reward >= median);
  const epsilon = 0.1 * standardDeviation(better) || 0.1 * standardDeviation(rewards) || 1;
  return rewards.map((reward) => -logarithm(best - reward + epsilon));
}

/** None below Tukey's lower fence, Q₁ − 1.5 (Q₃ − Q₁). */
function clipped(rewards: readonly number[]): number[] {
  const [low, high] = [quantile(rewards, 0.25), quantile(rewards, 0.75)];
  const fence = low - 1.5 * (high - low);
  return rewards.map((reward) => Math.max(reward, fence));
}

function standardised(values: readonly number[]): number[] {
  const [centre, scale] = [mean(values), standardDeviation(values) || 1];
  return values.map((value) => (value - centre) / scale);
}
