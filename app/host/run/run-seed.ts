/** One seed of an experiment, run to its end or to what stopped it. @module */
import { type ErrorValue, errorValue } from "../../../core/errors/index.ts";
import type { Composition } from "../../../core/kernel.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { TRAJECTORY_EVENTS, TrajectoryFold } from "../../../core/record/trajectory.ts";
import { runToEnd } from "../../../core/search/run.ts";
import { Journal, type JournalParts } from "../evaluations/journal.ts";
import type { StoredRun } from "../store/stored-run.ts";
import { settled } from "./settle.ts";

/** A run that could not go on. */
export interface FailedRun extends ErrorValue {
  readonly seed: number;
}
export type Ended = StoredRun | FailedRun;

/** Runs one seed, from where its journal ends, folds its trajectory, and hands the wanted events on. */
export async function runSeed(
  composition: Composition,
  seed: number,
  parts: JournalParts,
  types: readonly EventType[] = [],
  hear: (event: SearchEvent) => void = () => {},
): Promise<Ended> {
  const began = performance.now();
  const fold = new TrajectoryFold();
  const journal = await Journal.open(composition, seed, parts);
  let composed: Awaited<ReturnType<Composition["run"]>>;
  try {
    composed = await composition.run(seed, journal);
  } catch (error) {
    journal.close(false);
    return { seed, ...errorValue(error) };
  }
  const { run, release } = composed;
  const folding = run.bus.on(TRAJECTORY_EVENTS).subscribe((event) => fold.next(event));
  const hearing = types.length > 0 ? run.bus.on(types).subscribe(hear) : undefined;
  let finished = false;
  let failure: ErrorValue | undefined;
  try {
    const result = await settled(runToEnd(run));
    finished = true;
    return { result, trajectory: fold.trajectory(), wallSeconds: (performance.now() - began) / 1000 };
  } catch (error) {
    failure = errorValue(error);
    return { seed, ...failure };
  } finally {
    folding.unsubscribe();
    hearing?.unsubscribe();
    journal.close(finished, failure?.code);
    await release();
  }
}
