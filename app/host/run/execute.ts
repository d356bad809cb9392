/**
 * Runs the seeds of experiments: in this thread, or in chunks over worker threads; those whose evaluations are done
 * outside of the thread that asks, many side by side in this one. A seed's result does not depend on where it runs, nor on
 * what runs beside it.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { Limit } from "../../../core/search/pace.ts";
import { Compositions } from "./compositions.ts";
import { executeTogether } from "./execute-together.ts";
import { openPlanned } from "./open-planned.ts";
import { runSeed } from "./run-seed.ts";
import { Schedule } from "./schedule.ts";
import { type Resources, type Work, type WorkListener, wanted } from "./work.ts";

/** Worker threads need about a second to start: what is done by then needs none. */
const PATIENCE_SECONDS = 0.5;

/**
 * Runs seeds in as many worker threads as asked for; 1 is this thread. If none are asked for, this
 * thread begins, and workers, one for each core, take over what it has not done after half a second.
 */
export async function execute(work: Work, { workers, parallel, queue }: Resources, listener: WorkListener): Promise<void> {
  if (queue) return (await import("../queue/call/execute.ts")).executeOnQueue(work, queue, listener);
  const together = work.experiments.flatMap(({ places, seeds }) => (places === undefined || seeds.length === 0 ? [] : places));
  const most = parallel ?? Math.max(1, ...together.map((places) => (places === Number.POSITIVE_INFINITY ? 1 : places)));
  await executeTogether(work, new Limit(most), listener);
  const schedule = new Schedule(work.experiments.map(({ seeds, places }) => (places === undefined ? seeds : [])));
  if (schedule.left === 0) return;
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
  const compositions = new Compositions((experiment) => openPlanned(experiments[experiment]!, kept));
  while (performance.now() - began < seconds * 1000) {
    const chunk = wanted(schedule.next(1, 0), listener);
    if (!chunk) return;
    if (chunk.seeds.length === 0) continue;
    const { composition } = await compositions.get(chunk.experiment);
    for (const seed of chunk.seeds) {
      const began = performance.now();
      const ended = await runSeed(composition, seed, kept.journals, listener.types, (event) => listener.events([event], chunk.experiment));
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
  });
  try {
    await pool.run(schedule, listener, work.kept);
  } finally {
    await pool.close();
  }
}
