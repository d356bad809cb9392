/**
 * What a worker thread does: composes an experiment when it first gets a chunk of its seeds, and runs
 * the chunks that it is sent.
 *
 * @module
 */
import { workerData } from "node:worker_threads";
import type { SearchEvent } from "../../../core/record/events.ts";
import { type KeptRuns, openExperiment } from "../experiment.ts";
import { Compositions } from "./execute.ts";
import { finished, runSeed, runWithTrajectory } from "./run-seed.ts";
import type { Message, Task, WorkerData } from "./worker-pool.ts";

/** Events are sent in batches of this age at most. */
const BATCH_MILLISECONDS = 200;

// piscina hands its own data and ours as a pair.
const { sources, sharedTables, types, store } = (Array.isArray(workerData) ? workerData[1] : workerData) as WorkerData;
let send: (message: Message) => void;

/** Reads the store, and hands what is to be written to the main thread. */
async function runsOf(file: string): Promise<KeptRuns> {
  const { RunStore } = await import("../store/run-store.ts");
  const opened = await RunStore.open(file, "read");
  return {
    async trajectory(composition, seed) {
      const kept = opened.trajectory(composition.digest, seed);
      if (kept) return kept;
      const run = finished(await runWithTrajectory(composition, seed));
      send({ other: run, digest: composition.digest });
      return run.trajectory;
    },
  };
}

const keptRuns = store === undefined ? undefined : runsOf(store);
const compositions = new Compositions(async (experiment) => {
  const kept = await keptRuns;
  return openExperiment(sources[experiment]!, { sharedTables, ...(kept && { keptRuns: kept }) });
});

export default async function run({ experiment, seeds, port }: Task): Promise<void> {
  send = (message) => port.postMessage(message);
  const composition = await compositions.get(experiment);
  let batch: SearchEvent[] = [];
  let sent = performance.now();
  const flush = () => {
    if (batch.length > 0) send({ events: batch });
    batch = [];
    sent = performance.now();
  };
  const hear = (event: SearchEvent) => {
    batch.push(event);
    if (performance.now() - sent > BATCH_MILLISECONDS) flush();
  };
  const began = performance.now();
  for (const seed of seeds) {
    const ended = store === undefined ? await runSeed(composition, seed, types, hear) : await runWithTrajectory(composition, seed);
    flush();
    send({ ended });
  }
  send({ seconds: (performance.now() - began) / 1000 });
  port.close();
}
