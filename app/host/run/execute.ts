/**
 * Runs the seeds of experiments: in this thread, or in chunks over worker threads. A seed's result
 * does not depend on where it runs, nor on what runs beside it.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { openExperiment } from "../experiment.ts";
import { Compositions } from "./compositions.ts";
import { keptRuns } from "./kept-runs.ts";
import { runSeed } from "./run-seed.ts";
import { Schedule } from "./schedule.ts";
import { type Work, type WorkListener, wanted } from "./work.ts";

/** Worker threads need about a second to start: what is done by then needs none. */
const PATIENCE_SECONDS = 0.5;

/**
 * Runs seeds in as many worker threads as asked for; 1 is this thread. If none are asked for, this
 * thread begins, and workers, one for each core, take over what it has not done after half a second.
 */
export async function execute(work: Work, workers: number | undefined, listener: WorkListener): Promise<void> {
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
async function executeHere({ experiments, kept }: Work, schedule: Schedule, listener: WorkListener, seconds: number): Promise<void> {
  const began = performance.now();
  const compositions = new Compositions(async (experiment) => {
    const { source, opened } = experiments[experiment]!;
    return opened ?? openExperiment(source, { keptRuns: keptRuns(kept) });
  });
  while (performance.now() - began < seconds * 1000) {
    const chunk = wanted(schedule.next(1, 0), listener);
    if (!chunk) return;
    if (chunk.seeds.length === 0) continue;
    const composition = await compositions.get(chunk.experiment);
    for (const seed of chunk.seeds) {
      const began = performance.now();
      const ended = await runSeed(composition, seed, listener.types, (event) => listener.events([event], chunk.experiment));
      schedule.learn(chunk, (performance.now() - began) / 1000);
      listener.estimated(schedule.secondsLeft);
      await listener.ended(ended, chunk.experiment);
      await new Promise(setImmediate); // so that signals are heard
    }
  }
}

/** Runs seeds in worker threads. The tables that this thread has loaded are shared with them, not copied. */
async function executeInWorkers(work: Work, schedule: Schedule, workers: number, listener: WorkListener): Promise<void> {
  const { WorkerPool } = await import("./worker-pool.ts");
  const pool = new WorkerPool(Math.min(workers, schedule.left), {
    sources: work.experiments.map(({ source }) => source),
    sharedTables: work.sharedTables(),
    types: listener.types,
    ...(work.storeFile !== undefined && { storeFile: work.storeFile }),
  });
  try {
    await pool.run(schedule, listener, work.kept);
  } finally {
    await pool.close();
  }
}
