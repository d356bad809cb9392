/**
 * Runs the seeds of an experiment: in this thread, or in chunks over worker threads. A seed's result
 * does not depend on where it runs, nor on what runs beside it.
 *
 * @module
 */
import { availableParallelism } from "node:os";
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

/** Worker threads need about a second to start: what is done by then needs none. */
const PATIENCE_SECONDS = 0.5;

/**
 * Runs seeds in as many worker threads as asked for; 1 is this thread. If none are asked for, this
 * thread begins, and workers, one for each core, take over what it has not done after half a second.
 */
export async function execute(
  source: ExperimentFile,
  opened: Opened,
  seeds: readonly number[],
  workers: number | undefined,
  listener: Listener,
): Promise<void> {
  const waiting = [...seeds];
  if (workers !== undefined && workers > 1) return executeInWorkers(source, opened, waiting, Math.min(workers, seeds.length), listener);
  if (workers === 1) return executeHere(opened, waiting, listener, Number.POSITIVE_INFINITY);
  const here = executeHere(opened, waiting, listener, PATIENCE_SECONDS);
  here.catch(() => {}); // awaited below; until then it is not unheard
  await Promise.race([here, new Promise((resolve) => setTimeout(resolve, PATIENCE_SECONDS * 1000).unref())]);
  const rest = waiting.splice(0);
  if (rest.length > 0) await executeInWorkers(source, opened, rest, Math.min(availableParallelism(), rest.length), listener);
  await here;
}

/** Takes seeds from the waiting ones and runs them in this thread, until so many seconds have passed. */
async function executeHere({ composition }: Opened, waiting: number[], listener: Listener, seconds: number): Promise<void> {
  const began = performance.now();
  while (waiting.length > 0 && performance.now() - began < seconds * 1000) {
    await listener.ended(await runSeed(composition, waiting.shift()!, listener.types, (event) => listener.events([event])));
    await new Promise(setImmediate); // so that signals are heard
  }
}

/** Runs seeds in worker threads. The tables that this thread has loaded are shared with them, not copied. */
async function executeInWorkers(
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
