/**
 * Runs the seeds of an experiment: in this thread, or in chunks over worker threads. A seed's result
 * does not depend on where it runs, nor on what runs beside it.
 *
 * @module
 */
import { type ErrorCode, EvokeError } from "../core/errors.ts";
import type { EventType, SearchEvent } from "../core/events.ts";
import type { Composition } from "../core/kernel.ts";
import { runToEnd } from "../core/run.ts";
import type { ExperimentFile, Opened } from "./experiment.ts";
import type { FinishedRun } from "./results.ts";

/** A run that could not go on. */
export interface FailedRun {
  readonly seed: number;
  readonly reason: string;
  /** The code of an EvokeError: the manifest or an input is wrong, not this run alone. */
  readonly code?: ErrorCode | undefined;
}
export type Ended = FinishedRun | FailedRun;

/** What happens while seeds run. */
export interface Listener {
  /** The event types to be told. */
  readonly types: readonly EventType[];
  /** The events of a run come in their order, with those of other runs between them. */
  events(events: readonly SearchEvent[]): void;
  /** A run has ended; the next one waits until the promise is fulfilled. */
  ended(run: Ended): Promise<void>;
}

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
    };
  } finally {
    hearing?.unsubscribe();
    release();
  }
}

/** Runs seeds in this thread, one after the other. */
export async function executeHere({ composition }: Opened, seeds: readonly number[], listener: Listener): Promise<void> {
  for (const seed of seeds) {
    await listener.ended(await runSeed(composition, seed, listener.types, (event) => listener.events([event])));
    await new Promise(setImmediate); // so that signals are heard
  }
}

/** Runs seeds in worker threads. The tables that this thread has loaded are shared with them, not copied. */
export async function executeInWorkers(
  source: ExperimentFile,
  opened: Opened,
  seeds: readonly number[],
  workers: number,
  listener: Listener,
): Promise<void> {
  const { WorkerPool } = await import("./worker-pool.ts");
  const pool = new WorkerPool(workers, { source, sharedTables: opened.tables.share(), types: listener.types });
  try {
    await pool.run(seeds, listener);
  } finally {
    await pool.close();
  }
}
