/** What a model promises of a candidate. @module */
import { expectedImprovement } from "../gaussian-process/gaussian-process.ts";

/** Thompson sampling promises what a function that is drawn from the model says. */
export const ACQUISITIONS = ["expected-improvement", "upper-confidence", "thompson"] as const;
export type Acquisition = (typeof ACQUISITIONS)[number];

export interface AcquisitionOptions {
  readonly acquisition: Acquisition;
  /** β of the upper confidence bound, mean + β deviations. */
  readonly beta: number;
}

/** What follows from mean and variance at a place, and the best that is to be improved on; it rises with the variance. */
export type Promising = (mean: number, variance: number, best: number) => number;

export function promiseOf({ acquisition, beta }: AcquisitionOptions): Promising {
  return acquisition === "upper-confidence" ? (mean, variance) => mean + beta * Math.sqrt(variance) : expectedImprovement;
}
