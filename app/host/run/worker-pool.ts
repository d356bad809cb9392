/**
 * Worker threads that run seeds in chunks, as the schedule hands them out.
 *
 * @module
 */
import "../../../training/folder-lock.ts"; // before the threads start, so that they know which process they are of
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import { type ErrorValue, errorOf, errorValue, threadExited } from "../../../core/errors/index.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import type { Trajectory } from "../../../core/record/trajectory.ts";
import { POOL } from "../../../training/threads.ts";
import type { ExperimentFile } from "../experiment.ts";
import { strayErrorOf } from "../modules/foreign-modules.ts";
import type { JournalEntry } from "../store/evaluation-store.ts";
import type { StoredRun } from "../store/stored-run.ts";
import type { SharedTables } from "../tables/tables.ts";
import type { Kept } from "./kept-runs.ts";
import type { Ended } from "./run-seed.ts";
import type { Chunk, Schedule } from "./schedule.ts";
import { type WorkListener, wanted } from "./work.ts";

/** What every worker is told when it starts. */
export interface WorkerData {
  readonly sources: readonly ExperimentFile[];
  readonly sharedTables: SharedTables;
  readonly types: readonly EventType[];
}

/** A chunk of seeds, and the port for the events and the outcomes, sent as they come, and for what a thread asks. */
export interface ChunkTask extends Chunk {
  readonly port: MessagePort;
  /** How many events were sent and not heard yet: shared, so that a thread waits that is far ahead. */
  readonly unheard: Int32Array;
}
export type Message =
  | { readonly events: readonly SearchEvent[] }
  | { readonly ended: Ended }
  /** A run of another experiment, which one of the chunk begins with. */
  | { readonly other: StoredRun; readonly digest: string }
  /** What the journal of a run gets, or loses. */
  | { readonly digest: string; readonly seed: number; readonly entries: readonly JournalEntry[] }
  | { readonly digest: string; readonly seed: number; readonly from: number }
  | { readonly digest: string; readonly seed: number; readonly forget: "rejected" }
  | Question
  | { readonly note: string }
  /** The chunk is over; its runs have taken so long. */
  | { readonly seconds: number };

/** What is answered in the order in which it is asked. */
export interface Question {
  readonly asks: "trajectory" | "journal";
  readonly digest: string;
  readonly seed: number;
}
type Found = Trajectory | readonly JournalEntry[] | undefined;
export type Answer = { readonly found: Found } | { readonly failed: ErrorValue };

export class WorkerPool {
  readonly #pool: Piscina<ChunkTask, ErrorValue | undefined>;
  readonly #workers: number;

  constructor(workers: number, workerData: WorkerData) {
    this.#workers = workers;
    const filename = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url).href;
    this.#pool = new Piscina({
      filename,
      workerData,
      minThreads: workers,
      maxThreads: workers,
      env: process.env,
      ...POOL,
    });
  }

  /** Runs what the schedule has. The listener is told of one thing at a time. */
  async run(schedule: Schedule, listener: WorkListener, kept: Kept): Promise<void> {
    let telling: Promise<void> = Promise.resolve();
    const keepBusy = async () => {
      for (;;) {
        const chunk = wanted(schedule.next(this.#workers), listener);
        if (!chunk) return;
        if (chunk.seeds.length === 0) continue;
        await this.#runChunk(chunk, (message, answer) => {
          if ("ended" in message) return (telling = telling.then(() => listener.ended(message.ended, chunk.experiment)));
          if ("asks" in message) answer(() => answered(message, kept));
          else if ("events" in message) listener.events(message.events, chunk.experiment);
          else if ("other" in message) kept.keep(message.digest, message.other);
          else if ("entries" in message) kept.journals.keeper?.add(message.digest, message.seed, message.entries);
          else if ("from" in message) kept.journals.keeper?.cut(message.digest, message.seed, message.from);
          else if ("forget" in message) kept.journals.keeper?.forgetRejected(message.digest, message.seed);
          else if ("note" in message) kept.journals.note?.(message.note);
          else schedule.learn(chunk, message.seconds);
        });
        listener.estimated(schedule.secondsLeft / this.#workers);
        await telling;
      }
    };
    await Promise.all(Array.from({ length: this.#workers }, keepBusy));
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  /** @param hear  told of one message after the other; what it throws, now or later, gives up the chunk */
  async #runChunk({ experiment, seeds }: Chunk, hear: (message: Message, answer: Answering) => void | Promise<void>): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const unheard = new Int32Array(new SharedArrayBuffer(4));
    let answers: Promise<void> = Promise.resolve();
    const answer: Answering = (find) => {
      answers = answers.then(find).then(
        (found) => port1.postMessage({ found } satisfies Answer),
        (error) => port1.postMessage({ failed: errorValue(error) } satisfies Answer),
      );
    };
    const heard = new Promise<void>((over, failed) =>
      port1.on("message", async (message: Message) => {
        try {
          await hear(message, answer);
          if ("seconds" in message) over();
        } catch (error) {
          failed(error);
        }
        if (!("events" in message)) return;
        Atomics.sub(unheard, 0, message.events.length);
        Atomics.notify(unheard, 0);
      }),
    );
    const run = this.#pool.run({ experiment, seeds, port: port2, unheard }, { transferList: [port2] }).then(
      (failed) => {
        if (failed) throw errorOf(failed);
      },
      (error) => {
        throw isExit(error) ? threadExited() : strayErrorOf(error); // the thread itself has ended
      },
    );
    try {
      await Promise.all([run, heard]);
    } finally {
      port1.close();
    }
  }
}

/** Whether a thread has ended of itself, as piscina says it. */
function isExit(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("worker exited with code:");
}

/** Answers a question by what is found. */
type Answering = (find: () => Found | Promise<Found>) => void;

/** Threads have no store of their own: one that ends while it is within the library of the store ends the process. */
function answered({ asks, digest, seed }: Question, { find, journals }: Kept): Found | Promise<Found> {
  return asks === "trajectory" ? find(digest, seed) : journals.keeper?.journal(digest, seed);
}
