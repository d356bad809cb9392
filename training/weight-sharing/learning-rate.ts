/** The learning rate of shared weights: both threads of a search know it. @module */
import { cosineOfHalfTurns } from "../../core/engine/exact-math.ts";
import type { WeightSchedule } from "../../core/training/weight-sharing.ts";

/**
 * The learning rate of an epoch, the first being 1: half a cosine from the first rate to the final one, and back, and so on.
 * An epoch has one rate.
 */
export function rateOf(
  schedule: Pick<WeightSchedule, "learningRate" | "finalLearningRate" | "halfPeriod" | "epochs">,
  epoch: number,
): number {
  const { learningRate, finalLearningRate, epochs, halfPeriod = epochs } = schedule;
  const place = (epoch - 1) % (2 * halfPeriod);
  const turned = place <= halfPeriod ? place : 2 * halfPeriod - place;
  return finalLearningRate + ((learningRate - finalLearningRate) * (1 + cosineOfHalfTurns(turned / halfPeriod))) / 2;
}
