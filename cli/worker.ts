/**
 * What a worker thread does: composes the experiment once, then runs the chunks of seeds it is sent.
 *
 * @module
 */
import { workerData } from "node:worker_threads";
import type { SearchEvent } from "../core/events.ts";
import { runSeed } from "./execute.ts";
import { composeLoaded, loadExperiment } from "./experiment.ts";
import type { Message, Task, WorkerData } from "./worker-pool.ts";

/** Events are sent in batches of this age at most. */
const BATCH_MILLISECONDS = 200;

// piscina hands its own data and ours as a pair.
const { source, sharedTables, types } = (Array.isArray(workerData) ? workerData[1] : workerData) as WorkerData;
const opened = loadExperiment(source).then((experiment) => composeLoaded(experiment, { sharedTables }));

export default async function run({ seeds, port }: Task): Promise<void> {
  const { composition } = await opened;
  const send = (message: Message) => port.postMessage(message);
  let batch: SearchEvent[] = [];
  let sent = performance.now();
  const flush = () => {
    if (batch.length > 0) send({ events: batch });
    batch = [];
    sent = performance.now();
  };
  for (const seed of seeds) {
    const ended = await runSeed(composition, seed, types, (event) => {
      batch.push(event);
      if (performance.now() - sent > BATCH_MILLISECONDS) flush();
    });
    flush();
    send({ ended });
  }
  send({ over: true });
  port.close();
}
