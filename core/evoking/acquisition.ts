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

export const EXPECTED_IMPROVEMENT: AcquisitionOptions = { acquisition: "expected-improvement", beta: 0 };

/** What follows from mean and variance at a place, and the best that is to be improved on; it rises with the variance. */
export type AcquisitionFunction = (mean: number, variance: number, best: number) => number;

/** What a function that is drawn from the model says at a place comes as the mean there. */
export function promiseOf({ acquisition, beta }: AcquisitionOptions): AcquisitionFunction {
  switch (acquisition) {
    case "expected-improvement":
      return expectedImprovement;
    case "upper-confidence":
      return (mean, variance) => mean + beta * Math.sqrt(variance);
    case "thompson":
      return (drawn) => drawn;
  }
}
