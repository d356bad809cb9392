/** One seed of an experiment, run to its end or to what stopped it. @module */
import { type ErrorValue, errorValue } from "../../../core/errors/index.ts";
import type { Composition } from "../../../core/kernel.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { TRAJECTORY_EVENTS, TrajectoryFold } from "../../../core/record/trajectory.ts";
import { runToEnd } from "../../../core/search/run.ts";
import type { StoredRun } from "../store/stored-run.ts";
import { settled } from "./settle.ts";

/** A run that could not go on. */
export interface FailedRun extends ErrorValue {
  readonly seed: number;
}
export type Ended = StoredRun | FailedRun;

/** Runs one seed, folds its trajectory, and hands the wanted events on. */
export async function runSeed(
  composition: Composition,
  seed: number,
  types: readonly EventType[] = [],
  hear: (event: SearchEvent) => void = () => {},
): Promise<Ended> {
  const began = performance.now();
  const fold = new TrajectoryFold();
  const { run, release } = await composition.run(seed);
  const folding = run.bus.on(TRAJECTORY_EVENTS).subscribe((event) => fold.next(event));
  const hearing = types.length > 0 ? run.bus.on(types).subscribe(hear) : undefined;
  try {
    const result = await settled(runToEnd(run));
    return { result, trajectory: fold.trajectory(), wallSeconds: (performance.now() - began) / 1000 };
  } catch (error) {
    return { seed, ...errorValue(error) };
  } finally {
    folding.unsubscribe();
    hearing?.unsubscribe();
    release();
  }
}
