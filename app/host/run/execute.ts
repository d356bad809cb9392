/**
 * Runs the seeds of experiments: in this thread, or in chunks over worker threads. A seed's result
 * does not depend on where it runs, nor on what runs beside it.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import type { Composition } from "../../../core/kernel.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { type ExperimentFile, type KeptRuns, type Opened, openExperiment } from "../experiment.ts";
import type { RunStore } from "../store/run-store.ts";
import type { SharedTables } from "../tables/tables.ts";
import { type Ended, finished, runSeed, runWithTrajectory } from "./run-seed.ts";
import { type Chunk, Schedule } from "./schedule.ts";

/** What is to be done. */
export interface Work {
  readonly experiments: readonly {
    readonly source: ExperimentFile;
    readonly seeds: readonly number[];
    /** If it has been composed already. */
    readonly opened?: Opened;
  }[];
  /** The tables that this thread has opened. */
  sharedTables(): SharedTables;
  /** Where the runs will be kept. They are handed on with their courses, and what a run begins with is taken from there. */
  readonly store?: RunStore;
}

/** What happens while seeds run. */
export interface Listener {
  /** The event types to be told. */
  readonly types: readonly EventType[];
  /** The events of a run come in their order, with those of other runs between them. */
  events(events: readonly SearchEvent[]): void;
  /** A run has ended; the next one waits until the promise is fulfilled. */
  ended(run: Ended, experiment: number): Promise<void>;
  /** False if a run is not wanted any more when its turn has come. */
  wants?(seed: number, experiment: number): boolean;
  /** How long the runs will take that have not begun, in seconds. */
  estimated?(seconds: number): void;
}

/** Experiments stay composed while their turn may come again: about the workers' number of them are under way at a time. */
const COMPOSED_AT_ONCE = 8;

/** Experiments, composed when they are first needed; tables are shared by all. */
export class Compositions {
  readonly #open: (experiment: number) => Promise<Opened>;
  readonly #opened = new Map<number, Promise<Opened>>();
  constructor(open: (experiment: number) => Promise<Opened>) {
    this.#open = open;
  }

  async get(experiment: number): Promise<Composition> {
    const opened = this.#opened.get(experiment) ?? this.#open(experiment);
    this.#opened.delete(experiment);
    this.#opened.set(experiment, opened); // the last used is the last
    if (this.#opened.size > COMPOSED_AT_ONCE) this.#opened.delete(this.#opened.keys().next().value!);
    return (await opened).composition;
  }
}

/** Worker threads need about a second to start: what is done by then needs none. */
const PATIENCE_SECONDS = 0.5;

/**
 * Runs seeds in as many worker threads as asked for; 1 is this thread. If none are asked for, this
 * thread begins, and workers, one for each core, take over what it has not done after half a second.
 */
export async function execute(work: Work, workers: number | undefined, listener: Listener): Promise<void> {
  const schedule = new Schedule(work.experiments.map(({ seeds }) => seeds));
  if (workers !== undefined && workers > 1) return executeInWorkers(work, schedule, workers, listener);
  if (workers === 1) return executeHere(work, schedule, listener, Number.POSITIVE_INFINITY);
  const here = executeHere(work, schedule, listener, PATIENCE_SECONDS);
  here.catch(() => {}); // awaited below; until then it is not unheard
  await Promise.race([here, new Promise((resolve) => setTimeout(resolve, PATIENCE_SECONDS * 1000).unref())]);
  if (schedule.left > 0) await executeInWorkers(work, schedule, availableParallelism(), listener);
  await here;
}

/** Runs what the schedule has in this thread, until so many seconds have passed. */
async function executeHere({ experiments, store }: Work, schedule: Schedule, listener: Listener, seconds: number): Promise<void> {
  const began = performance.now();
  const keptRuns: KeptRuns | undefined = store && {
    async trajectory(composition, seed) {
      const kept = store.trajectory(composition.digest, seed);
      if (kept) return kept;
      const run = finished(await runWithTrajectory(composition, seed));
      store.add(composition.digest, [run]);
      return run.trajectory;
    },
  };
  const compositions = new Compositions(async (experiment) => {
    const { source, opened } = experiments[experiment]!;
    return opened ?? openExperiment(source, keptRuns && { keptRuns });
  });
  while (performance.now() - began < seconds * 1000) {
    const chunk = wanted(schedule.next(1, 0), listener);
    if (!chunk) return;
    if (chunk.seeds.length === 0) continue;
    const composition = await compositions.get(chunk.experiment);
    for (const seed of chunk.seeds) {
      const began = performance.now();
      const ended = store
        ? await runWithTrajectory(composition, seed)
        : await runSeed(composition, seed, listener.types, (event) => listener.events([event]));
      schedule.learn(chunk, (performance.now() - began) / 1000);
      listener.estimated?.(schedule.secondsLeft);
      await listener.ended(ended, chunk.experiment);
      await new Promise(setImmediate); // so that signals are heard
    }
  }
}

/** A chunk without the seeds that are not wanted any more. */
export function wanted(chunk: Chunk | undefined, listener: Listener): Chunk | undefined {
  const { wants } = listener;
  return chunk && wants ? { ...chunk, seeds: chunk.seeds.filter((seed) => wants.call(listener, seed, chunk.experiment)) } : chunk;
}

/** Runs seeds in worker threads. The tables that this thread has loaded are shared with them, not copied. */
async function executeInWorkers(work: Work, schedule: Schedule, workers: number, listener: Listener): Promise<void> {
  const { WorkerPool } = await import("./worker-pool.ts");
  const pool = new WorkerPool(Math.min(workers, schedule.left), {
    sources: work.experiments.map(({ source }) => source),
    sharedTables: work.sharedTables(),
    types: listener.types,
    ...(work.store && { store: work.store.file }),
  });
  try {
    await pool.run(schedule, listener, work.store);
  } finally {
    await pool.close();
  }
}
