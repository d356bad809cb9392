/**
 * What a worker thread does: composes an experiment when it first gets a chunk of its seeds, and runs
 * the chunks that it is sent.
 *
 * @module
 */
import { Console } from "node:console";
import process from "node:process";
import { workerData } from "node:worker_threads";
import { type ErrorValue, errorOf, errorValue } from "../../../core/errors/index.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import type { Trajectory } from "../../../core/record/trajectory.ts";
import { asked } from "../../../training/threads.ts";
import type { JournalParts } from "../evaluations/journal.ts";
import { openExperiment } from "../experiment.ts";
import type { JournalEntry } from "../store/evaluation-store.ts";
import { Compositions } from "./compositions.ts";
import { type Kept, keptRuns } from "./kept-runs.ts";
import { runSeed } from "./run-seed.ts";
import type { Answer, ChunkTask, Message, Question, WorkerData } from "./worker-pool.ts";

/** Events are sent in batches of this age, and of so many, at most. */
const [BATCH_MILLISECONDS, BATCH] = [200, 2_000];
/** A thread that is so many events ahead of what hears them waits: what is sent is in memory until it is heard. */
const MOST_UNHEARD = 20_000;

// piscina hands its own data and ours as a pair.
const { sources, sharedTables, types } = (Array.isArray(workerData) ? workerData[1] : workerData) as WorkerData;
let send: (message: Message) => void;
/** Who waits for an answer, in the order in which they have asked. */
let waiting: { readonly hear: (answer: Answer) => void }[] = [];

/** What is kept is the main thread's: it is asked for it there, and handed over to it. */
const journals: JournalParts = {
  keeper: {
    journal: (digest, seed) => ask<readonly JournalEntry[] | undefined>({ asks: "journal", digest, seed }).then((entries) => entries ?? []),
    add: (digest, seed, entries) => send({ digest, seed, entries }),
    cut: (digest, seed, from) => send({ digest, seed, from }),
    forgetRejected: (digest, seed) => send({ digest, seed, forget: "rejected" }),
  },
  note: (line) => send({ note: line }),
};
const kept: Kept = {
  find: (digest, seed) => ask<Trajectory | undefined>({ asks: "trajectory", digest, seed }),
  keep: (digest, other) => send({ other, digest }),
  journals,
  underWay: new Map(),
};
const compositions = new Compositions((experiment) => openExperiment(sources[experiment]!, { sharedTables, keptRuns: keptRuns(kept) }));

function ask<T>(question: Question): Promise<T> {
  asked.underWay++;
  return new Promise<T>((resolve, reject) => {
    waiting.push({
      hear: (answer) => {
        asked.underWay--;
        if ("failed" in answer) reject(errorOf(answer.failed));
        else resolve(answer.found as T);
      },
    });
    send(question);
  });
}

// Stdout is the command's. What a thread of Node prints goes by way of the main thread, which sees to it.
if ("Deno" in globalThis) {
  globalThis.console = new Console(process.stderr);
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/** @returns what ended the chunk early, if it is not over */
export default async function run(task: ChunkTask): Promise<ErrorValue | undefined> {
  try {
    await runChunk(task);
    return undefined;
  } catch (error) {
    return errorValue(error);
  } finally {
    task.port.close();
  }
}

async function runChunk({ experiment, seeds, port, unheard }: ChunkTask): Promise<void> {
  send = (message) => port.postMessage(message);
  waiting = [];
  port.on("message", (answer: Answer) => waiting.shift()!.hear(answer));
  const { composition } = await compositions.get(experiment);
  let batch: SearchEvent[] = [];
  let sent = performance.now();
  const flush = () => {
    if (batch.length > 0) send({ events: batch });
    Atomics.add(unheard, 0, batch.length);
    batch = [];
    for (let ahead = Atomics.load(unheard, 0); ahead > MOST_UNHEARD; ahead = Atomics.load(unheard, 0)) Atomics.wait(unheard, 0, ahead);
    sent = performance.now();
  };
  const hear = (event: SearchEvent) => {
    batch.push(event);
    if (batch.length >= BATCH || performance.now() - sent > BATCH_MILLISECONDS) flush();
  };
  const began = performance.now();
  for (const seed of seeds) {
    const ended = await runSeed(composition, seed, journals, types, hear);
    flush();
    send({ ended });
  }
  send({ seconds: (performance.now() - began) / 1000 });
}
