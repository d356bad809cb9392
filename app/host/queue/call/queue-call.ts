/**
 * A call that hands out its work at a queue: `evoke run`, `matrix`, `fit` and `tabulate` with --queue. It plans, keeps all
 * results in its own store, and computes nothing itself.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import { queueRefused } from "../../../../core/errors/index.ts";
import { Limit } from "../../../../core/search/pace.ts";
import { VERSION } from "../../../../core/version.ts";
import { cached } from "../../../../training/cached.ts";
import type { QueueAddress } from "../address.ts";
import { QueueConnection } from "../connection.ts";
import type { CallPresence, QueueName, Refusal, ToCall } from "../messages.ts";
import { outcomeName } from "../names.ts";
import { ContentServer } from "../parcels/content-server.ts";
import { type Composed, type Packed, packExperiment } from "../parcels/pack.ts";
import type { Source } from "../parcels/tree.ts";
import { Presence } from "../presence.ts";
import { HandOut, type Task } from "./hand-out.ts";
import { JOBS_PER_PLACE, LEAST_EVALUATIONS, LEAST_RUNS, TIMES, type Times } from "./times.ts";
import { WorkersThere } from "./workers-there.ts";

export interface QueueCallOptions {
  /** What it is called: the matrix, or the experiment. */
  readonly name: string;
  /** The file, or the folder, that it keeps its results in: the same call, made again, has the same. */
  readonly store: string;
  /** Evaluations at a time; else as many as workers have places for. */
  readonly parallel?: number | undefined;
  /** Told what people should know, in a line. */
  say(line: string): void;
  readonly times?: Partial<Times>;
}

export class QueueCall {
  /** Names it: see OfCall. */
  readonly call: string;
  /** Bounds the evaluations that are handed out, and the runs that are begun for them. */
  readonly evaluations: Limit;
  readonly runs: Limit;
  /** Told of the outcomes that are needed in all, where that is known. */
  outcomes: number | undefined;
  readonly #connection: QueueConnection;
  readonly #options: QueueCallOptions;
  readonly #times: Times;
  readonly #workers: WorkersThere;
  readonly #presence: Presence<"call">;
  /** All content that parcels have. */
  readonly #sources = new Map<string, Source>();
  /** Parcels by the digest of what they are of. */
  readonly #packed = new Map<string, Promise<string>>();
  /** By parcel and worker. */
  readonly #refusals = new Map<string, Map<string, Refusal>>();
  readonly #refusing = new Set<string>();
  readonly #changed = new Set<() => void>();
  /** The outcomes of runs that are heard and not stored yet, by digest and seed. */
  readonly #heard = new Map<string, string[]>();
  readonly #handOut: HandOut;
  readonly #content: ContentServer;
  #closing: Promise<void> | undefined;
  /** What makes it impossible to go on. */
  error: Error | undefined;

  private constructor(connection: QueueConnection, options: QueueCallOptions) {
    [this.#connection, this.#options] = [connection, options];
    this.#times = { ...TIMES, ...options.times };
    this.call = outcomeName(hostname(), resolve(options.store));
    const places = options.parallel ?? LEAST_EVALUATIONS;
    [this.evaluations, this.runs] = [new Limit(places), new Limit(places)];
    this.#workers = new WorkersThere(connection, this.#times.workers, options.say, () => this.#placesChanged());
    const listener = {
      say: options.say,
      refused: (task: Task, refusal: Refusal) => this.#refused(task, refusal),
      accepted: ({ parcel }: Task) => this.#refusals.delete(parcel),
    };
    this.#handOut = new HandOut(connection, listener, this.#times);
    this.#content = new ContentServer(connection, this.#sources, (error) => this.fail(error));
    const [id, since] = [randomUUID(), Date.now()];
    this.#presence = new Presence(connection, "call", (): CallPresence => {
      const { done, under } = this.#handOut;
      const { outcomes: of, call } = this;
      const { name } = options;
      return {
        ...{ id, call, host: hostname(), pid: process.pid, evoke: VERSION, name, since, done, under },
        ...(of !== undefined && { of }),
      };
    });
  }

  /** @throws EvokeError QUEUE_UNREACHABLE */
  static async open(address: QueueAddress, options: QueueCallOptions): Promise<QueueCall> {
    const connection = await QueueConnection.open(address, options.say, "for work");
    const call = new QueueCall(connection, options);
    await connection.hear<ToCall>(connection.names.call(call.call), (message) =>
      "wants" in message ? call.#content.hear(message) : call.#handOut.told(message),
    );
    return call;
  }

  /** Where the workers of a queue have places: so many jobs of it are to be handed out, at least some. */
  room(queue: QueueName): number {
    return Math.max(LEAST_RUNS, JOBS_PER_PLACE * this.#workers.places(queue));
  }

  /** How many jobs of a queue are done at once. */
  places(queue: QueueName): number {
    return Math.max(1, this.#workers.places(queue));
  }

  /** Hears when workers have come or gone. @returns what ends that */
  whenPlacesChange(hear: () => void): () => void {
    this.#changed.add(hear);
    return () => this.#changed.delete(hear);
  }

  /** The parcel of an experiment, packed once. */
  parcel(composed: Composed): Promise<string> {
    return this.packed(composed.digest, () => packExperiment(composed));
  }

  /** The same of anything that has a digest. */
  packed(digest: string, pack: () => Promise<Packed>): Promise<string> {
    return cached(this.#packed, digest, () => this.#pack(pack));
  }

  async #pack(pack: () => Promise<Packed>): Promise<string> {
    const { sha256, sources } = await pack();
    for (const [name, source] of sources) this.#sources.set(name, source);
    return sha256;
  }

  /** Names an outcome of this call. */
  named(...asked: readonly unknown[]): string {
    return outcomeName(this.call, ...asked);
  }

  hand(task: Task): void {
    this.#workers.use(task.queue);
    this.#handOut.hand(task);
  }

  /** Nobody wants this outcome any more. */
  withdraw(outcome: string): void {
    this.#handOut.withdraw(outcome);
  }

  /** These are stored, or of no use. */
  forget(...outcomes: readonly string[]): void {
    this.#handOut.forget(...outcomes);
  }

  /** This is forgotten when the run is stored. */
  forgetWithRun(digest: string, seed: number, outcome: string): void {
    const key = `${digest} ${seed}`;
    this.#heard.set(key, [...(this.#heard.get(key) ?? []), outcome]);
  }

  /** A run is safe in the store, or has failed. */
  runEnded(digest: string, seed: number): void {
    const key = `${digest} ${seed}`;
    this.forget(...(this.#heard.get(key) ?? []));
    this.#heard.delete(key);
  }

  /** All that is handed out fails of this, and whatever is to be. */
  fail(error: Error): void {
    this.error ??= error;
    this.#handOut.fail(this.error);
  }

  /** Takes back what no worker has begun. What workers are at is found by the next call. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#workers.end();
    this.#content.close();
    const late = new Promise((resolve) => setTimeout(resolve, this.#times.leave).unref());
    await Promise.race([Promise.allSettled([this.#handOut.leave(), this.#presence.end()]), late]);
    await this.#connection.close();
  }

  #placesChanged(): void {
    const { parallel } = this.#options;
    const most = parallel ?? Math.max(LEAST_EVALUATIONS, JOBS_PER_PLACE * this.#workers.places("evaluations"));
    [this.evaluations.most, this.runs.most] = [most, most];
    for (const hear of this.#changed) hear();
  }

  #refused({ parcel, queue }: Task, refusal: Refusal): void {
    const refusals = this.#refusals.get(parcel) ?? new Map<string, Refusal>();
    this.#refusals.set(parcel, refusals.set(refusal.worker, refusal));
    void this.#workers.look().then(() => {
      const there = this.#workers.of(queue);
      const refuse = there.length > 0 && there.every(({ id }) => refusals.has(id)) && this.#refusals.get(parcel) === refusals;
      if (!refuse) {
        if (!this.#refusing.has(refusal.worker)) this.#options.say(`${refusal.name} does not do this work: ${refusal.reason}`);
        this.#refusing.add(refusal.worker);
        return;
      }
      const reasons = there.map(({ id }) => `${refusals.get(id)!.name}: ${refusals.get(id)!.reason}`);
      this.fail(queueRefused(this.#connection.address.shown, reasons));
    });
  }
}
