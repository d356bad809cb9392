/** Runs that failed, as documents list them. @module */
import type { FailedRun } from "../run/run-seed.ts";

export interface FailureSummary {
  readonly seed: number;
  readonly reason: string;
}

/** By seed. */
export function failureSummaries(failed: readonly FailedRun[]): FailureSummary[] {
  return failed.map(({ seed, message }) => ({ seed, reason: message })).sort((a, b) => a.seed - b.seed);
}
