/**
 * Worker threads that run seeds in chunks. A chunk is as long as about a quarter of a second has
 * taken so far, so that a short run costs little to hand out and a long one is not waited for.
 *
 * @module
 */
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import type { EventType, SearchEvent } from "../core/events.ts";
import type { Ended, Listener } from "./execute.ts";
import type { ExperimentFile } from "./experiment.ts";
import type { SharedTables } from "./tables.ts";

/** What every worker is told when it starts. */
export interface WorkerData {
  readonly source: ExperimentFile;
  readonly sharedTables: SharedTables;
  readonly types: readonly EventType[];
}

/** A chunk of seeds, and the port for the events and the outcomes, sent as they come. */
export interface Task {
  readonly seeds: readonly number[];
  readonly port: import("node:worker_threads").MessagePort;
}
export type Message = { readonly events: readonly SearchEvent[] } | { readonly ended: Ended } | { readonly over: true };

const CHUNK_SECONDS = 0.25;

export class WorkerPool {
  readonly #pool: Piscina<Task, void>;
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
      execArgv: process.execArgv,
    });
  }

  /** Runs the seeds. The listener is told of one thing at a time. */
  async run(seeds: readonly number[], listener: Listener): Promise<void> {
    const waiting = [...seeds];
    let secondsPerSeed = Number.POSITIVE_INFINITY;
    let telling: Promise<void> = Promise.resolve();
    const keepBusy = async () => {
      while (waiting.length > 0) {
        const fair = Math.ceil(waiting.length / (2 * this.#workers));
        const chunk = waiting.splice(0, Math.max(1, Math.min(fair, Math.floor(CHUNK_SECONDS / secondsPerSeed))));
        const began = performance.now();
        await this.#runChunk(chunk, (message) => {
          if ("events" in message) listener.events(message.events);
          else if ("ended" in message) telling = telling.then(() => listener.ended(message.ended));
        });
        await telling;
        secondsPerSeed = (performance.now() - began) / 1000 / chunk.length;
      }
    };
    await Promise.all(Array.from({ length: this.#workers }, keepBusy));
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #runChunk(seeds: readonly number[], hear: (message: Message) => void): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const over = new Promise<void>((resolve) => port1.on("message", (message: Message) => ("over" in message ? resolve() : hear(message))));
    try {
      await this.#pool.run({ seeds, port: port2 }, { transferList: [port2] });
      await over;
    } finally {
      port1.close();
    }
  }
}
