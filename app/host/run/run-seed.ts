/** One seed of an experiment, run to its end or to what stopped it. @module */
import { type ErrorCode, EvokeError, stackOf, thrownAt } from "../../../core/errors/index.ts";
import type { Composition } from "../../../core/kernel.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { TRAJECTORY_EVENTS, type Trajectory, TrajectoryFold } from "../../../core/record/trajectory.ts";
import { runToEnd } from "../../../core/search/run.ts";
import type { FinishedRun } from "../store/results.ts";

/** A run that could not go on. */
export interface FailedRun {
  readonly seed: number;
  readonly reason: string;
  /** The code of an EvokeError: the manifest or an input is wrong, not this run alone. */
  readonly code?: ErrorCode | undefined;
  /** Of an error that is none: the place in the code. */
  readonly thrown?: string | undefined;
  /** For --debug. */
  readonly stack?: string | undefined;
}
/** A finished run with its course, as it is kept in a store. */
export interface StoredRun extends FinishedRun {
  readonly trajectory: Trajectory;
}
export type Ended<R extends FinishedRun = FinishedRun> = R | FailedRun;

/** Runs one seed, and hands the wanted events on. */
export async function runSeed(
  composition: Composition,
  seed: number,
  types: readonly EventType[],
  hear: (event: SearchEvent) => void,
): Promise<Ended> {
  const began = performance.now();
  const { run, release } = await composition.run(seed);
  const hearing = types.length > 0 ? run.bus.on(types).subscribe(hear) : undefined;
  try {
    const result = await runToEnd(run);
    return { result, wallSeconds: (performance.now() - began) / 1000 };
  } catch (error) {
    return {
      seed,
      reason: error instanceof Error ? error.message : String(error),
      code: error instanceof EvokeError ? error.code : undefined,
      thrown: error instanceof EvokeError ? undefined : thrownAt(error),
      stack: stackOf(error),
    };
  } finally {
    hearing?.unsubscribe();
    release();
  }
}

/** Runs one seed, and folds its course. */
export async function runWithTrajectory(composition: Composition, seed: number): Promise<Ended<StoredRun>> {
  const fold = new TrajectoryFold();
  const ended = await runSeed(composition, seed, TRAJECTORY_EVENTS, (event) => fold.next(event));
  return "reason" in ended ? ended : { ...ended, trajectory: fold.trajectory() };
}

/** The run, if it is finished. @throws what made it fail */
export function finished(ended: Ended<StoredRun>): StoredRun {
  if (!("reason" in ended)) return ended;
  throw ended.code ? new EvokeError(ended.code, ended.reason) : new Error(ended.reason);
}
