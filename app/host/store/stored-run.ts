/** Runs as they are kept. @module */
import type { RunResult } from "../../../core/record/result.ts";
import type { Trajectory } from "../../../core/record/trajectory.ts";

/** A finished run and how long it took. */
export interface FinishedRun {
  readonly result: RunResult;
  readonly wallSeconds: number;
}

/** A finished run with all that is kept of it. */
export interface StoredRun extends FinishedRun {
  readonly trajectory: Trajectory;
}
