/**
 * A worker of a queue: it takes jobs, has executors do them, and leaves what comes of them for the call that wants it. This
 * process itself only talks to the server and fetches content, so that it is never late to say that it is there.
 *
 * Where the server is away, what is under way goes on, and what has come of it is left there when it is back.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { type Job as Queued, WaitingError, Worker } from "bullmq";
import { workersLost } from "../../../../core/errors/index.ts";
import { VERSION } from "../../../../core/version.ts";
import { untilAborted } from "../../until-aborted.ts";
import type { QueueConnection } from "../connection.ts";
import { failureValue } from "../failures.ts";
import {
  type Job,
  OUTCOME_SECONDS,
  type Outcome,
  QUEUES,
  type QueueName,
  type ToCall,
  type ToWorkers,
  type WorkerPresence,
} from "../messages.ts";
import { queuePrefix } from "../names.ts";
import { packedOutcome } from "../outcomes.ts";
import type { OpenedParcel } from "../parcels/unpack.ts";
import { Presence, present } from "../presence.ts";
import { jobProblem } from "../received.ts";
import type { ExecutorSettings } from "./executor-messages.ts";
import { Executors } from "./executors.ts";
import { jobInWords } from "./job-words.ts";
import { Locks } from "./locks.ts";

/** Milliseconds after which the jobs of a worker are taken over that is not heard of any more; it says so thrice in them. */
const LOCK_MILLISECONDS = 12_000;
/** What was lost with so many workers is not given to another. */
const MOST_LOST = 10;
/** Milliseconds for which a place that has refused a job waits, so that another worker gets it. */
const REFUSING_MILLISECONDS = 2_000;
/** Milliseconds in which what is under way may end when the worker is to stop, and then to give back what has not. */
const [ENDING_MILLISECONDS, GIVING_BACK_MILLISECONDS] = [10_000, 3_000];
/** Milliseconds after which what the server has not taken is sent again. */
const RETRY_MILLISECONDS = 5_000;
/** Milliseconds from one look for calls of other versions to the next. */
const LOOK_MILLISECONDS = 30_000;

/** What a worker needs of parcels: see openParcel. */
export interface Parcels {
  /** @throws an error whose message says why it cannot be had, or must not be used here */
  open(job: Job): Promise<OpenedParcel>;
}

export interface WorkerOptions extends ExecutorSettings {
  /** Runs and evaluations at a time; 0 is none. */
  readonly runs: number;
  readonly evaluations: number;
  readonly trusts: boolean;
  readonly lockMilliseconds?: number;
}

/** Told what the worker does. */
export interface WorkerListener {
  /** What people should know, quiet or not. */
  say(line: string): void;
  began(what: string): void;
  ended(what: string, how: "done" | "failed" | "refused" | "given back" | "dropped", seconds: number): void;
  /** What executors print. */
  printed(text: string): void;
}

/** A job that is under way here. */
interface Doing {
  readonly job: Job;
  readonly began: number;
  readonly abort: AbortController;
  /** Names of its outcomes that are not there yet. */
  readonly left: Set<string>;
  what: string;
}

type Counts = Pick<WorkerPresence, "done" | "failed" | "seconds">;

/** Why a job ends early. */
class Unwanted extends Error {}
class Stopping extends Error {}

export class QueueWorker {
  readonly name = `${hostname()}/${process.pid}`;
  readonly #id = randomUUID();
  readonly #since = Date.now();
  readonly #connection: QueueConnection;
  readonly #parcels: Parcels;
  readonly #options: WorkerOptions;
  readonly #listener: WorkerListener;
  readonly #executors: Executors;
  readonly #workers: Worker<Job>[];
  readonly #presence: Presence<"worker">;
  readonly #doing = new Set<Doing>();
  readonly #counts: { -readonly [K in keyof Counts]: Counts[K] } = { done: 0, failed: 0, seconds: 0 };
  /** What has been said: parcels that were refused, calls of other versions. */
  readonly #said = new Set<string>();
  readonly #looking: NodeJS.Timeout;
  /** What is under way, by the names of what is to come of it. */
  readonly #underWay = new Map<string, Promise<"done" | "failed">>();
  #stopping = false;

  constructor(connection: QueueConnection, parcels: Parcels, options: WorkerOptions, listener: WorkerListener) {
    [this.#connection, this.#parcels, this.#options, this.#listener] = [connection, parcels, options, listener];
    this.#executors = new Executors(options, (text) => listener.printed(text));
    this.#workers = QUEUES.flatMap((name) => (options[name] === 0 ? [] : this.#worker(name, options[name])));
    this.#presence = new Presence(connection, "worker", () => this.#present());
    connection.hear<ToWorkers>(connection.names.toWorkers, (message) => this.#hear(message)).catch(() => {}); // this worker has ended
    this.#looking = setInterval(() => void this.#look(), LOOK_MILLISECONDS).unref();
    void this.#look();
  }

  /** What it does now, for people. */
  get doing(): readonly { readonly what: string; readonly seconds: number }[] {
    return [...this.#doing].map(({ what, began }) => ({ what, seconds: (performance.now() - began) / 1000 }));
  }

  get counts(): Counts {
    return this.#counts;
  }

  /**
   * Takes no more, waits a little for what is under way, and gives the rest back, for others to have it at once.
   * @param now  when it is aborted, nothing is waited for
   */
  async stop(now: AbortSignal): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#looking);
    for (const worker of this.#workers) void worker.pause(true).catch(() => {});
    const isDone = () => this.#doing.size === 0;
    await until(() => isDone() || now.aborted, ENDING_MILLISECONDS);
    for (const { abort } of this.#doing) abort.abort(new Stopping());
    await until(isDone, GIVING_BACK_MILLISECONDS); // longer only where the server is away
    await this.#executors.end();
    await Promise.race([this.#leave(), pause(GIVING_BACK_MILLISECONDS)]);
  }

  async #leave(): Promise<void> {
    await this.#presence.end().catch(() => {});
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  #worker(queue: QueueName, concurrency: number): Worker<Job> {
    const lock = this.#options.lockMilliseconds ?? LOCK_MILLISECONDS;
    const prefix = queuePrefix(this.#connection.address.prefix);
    const locks = new Locks(this.#connection.redis, `${prefix}:${queue}`, lock);
    const work = (queued: Queued<Job>, token = "") => this.#perform(queued, token, locks);
    const worker = new Worker<Job>(queue, work, {
      connection: this.#connection.another(),
      ...{ prefix, concurrency },
      ...{ lockDuration: lock, lockRenewTime: lock / 3, stalledInterval: lock / 2 },
      maxStalledCount: Number.MAX_SAFE_INTEGER, // see MOST_LOST
      runRetryDelay: 1000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    worker.on("lockRenewalFailed", (ids) => void locks.renew(ids));
    worker.on("error", () => {}); // that the server is away is said by the connection; that a job is not there any more does not matter
    return worker;
  }

  /** Does a job. It is over when its outcomes are there, or when it is given back. */
  async #perform(queued: Queued<Job>, token: string, locks: Locks): Promise<void> {
    const job = queued.data;
    const problem = jobProblem(job);
    if (problem !== undefined) return this.#sayOnce(`job ${problem}`, `Left out a job that is none: ${problem}`);
    const abort = new AbortController();
    const outcomes = job.kind === "runs" ? job.outcomes : [job.outcome];
    const doing: Doing = { job, abort, began: performance.now(), left: new Set(outcomes), what: jobInWords(job) };
    if (this.#stopping) return giveBack(queued, token, doing);
    this.#doing.add(doing);
    const release = locks.hold(queued.id!, token, () => abort.abort(new Unwanted()));
    let how: Parameters<WorkerListener["ended"]>[1] = "done";
    try {
      how = await this.#doOnce(doing, queued.stalledCounter);
    } catch (error) {
      const reason = abort.signal.aborted ? abort.signal.reason : error;
      how = reason instanceof Stopping ? "given back" : reason instanceof Unwanted ? "dropped" : "refused";
      if (how === "given back") await giveBack(queued, token, doing);
      if (how === "refused") await this.#refuse(doing, error as Error);
    } finally {
      release();
      this.#doing.delete(doing);
      const seconds = (performance.now() - doing.began) / 1000;
      if (how === "done" || how === "failed") {
        this.#counts[how]++;
        this.#counts.seconds += seconds;
      }
      this.#listener.ended(doing.what, how, seconds);
    }
  }

  /** A job that the server has forgotten may come again while this worker is at it: then it is waited for. */
  async #doOnce(doing: Doing, lost: number): Promise<"done" | "failed"> {
    const what = [...doing.left].join();
    const { signal } = doing.abort;
    for (let same = this.#underWay.get(what); same; same = this.#underWay.get(what)) {
      try {
        return await untilAborted(same, signal);
      } catch (error) {
        if (signal.aborted || !(error instanceof Unwanted)) throw error;
      }
    }
    const own = this.#do(doing, lost).finally(() => this.#underWay.delete(what));
    this.#underWay.set(what, own);
    return untilAborted(own, signal);
  }

  /** @throws what forbids that it is done here; the reason of the signal */
  async #do(doing: Doing, lost: number): Promise<"done" | "failed"> {
    const { job, left, abort } = doing;
    const { signal } = abort;
    let how: "done" | "failed" = "done";
    const leaving: Promise<unknown>[] = [];
    const outcome = (name: string, outcome: Outcome) => {
      if ("failed" in outcome) how = "failed";
      left.delete(name);
      leaving.push(this.#leaveOutcomes(job, [name], outcome));
    };
    if (lost > MOST_LOST) for (const name of [...left]) outcome(name, { failed: failureValue(workersLost(lost)) });
    else {
      const unpacked = { sha256: job.parcel, ...(await untilAborted(this.#parcels.open(job), signal)) };
      doing.what = jobInWords(job, unpacked.parcel.title);
      this.#listener.began(doing.what);
      if (job.kind === "runs") await this.#executors.doRuns(job, unpacked, { outcome }, signal);
      else {
        const progress = (progress: Extract<ToCall, { progress: unknown }>["progress"]) =>
          void this.#tell(job.call, { outcome: job.outcome, progress }).catch(() => {});
        await this.#executors.doEvaluation(job, unpacked, { outcome, progress }, signal);
      }
    }
    await untilAborted(Promise.all(leaving), signal);
    return how;
  }

  async #refuse({ job, left, what, abort }: Doing, error: Error): Promise<void> {
    const reason = error.message;
    const worker = { worker: this.#id, name: this.name };
    this.#sayOnce(job.parcel, `Refused ${what}: ${reason}`);
    await this.#leaveOutcomes(job, [...left], { refused: { ...worker, reason } });
    await pause(REFUSING_MILLISECONDS, undefined, { signal: abort.signal }).catch(() => {}); // or no longer
  }

  /** Leaves what was done, in place of what was not, however long the server has no room for it. */
  async #leaveOutcomes({ call }: Job, outcomes: readonly string[], outcome: Outcome): Promise<void> {
    const { redis, names, address } = this.#connection;
    const bytes = packedOutcome(outcome);
    const isDone = !("refused" in outcome || "failed" in outcome);
    const leave = (key: string) =>
      isDone ? redis.set(key, bytes, "EX", OUTCOME_SECONDS) : redis.set(key, bytes, "EX", OUTCOME_SECONDS, "NX");
    for (;;) {
      try {
        await Promise.all([...outcomes.map((name) => leave(names.outcome(name))), this.#tell(call, { done: outcomes })]);
        return;
      } catch (error) {
        if (redis.status === "end") return; // this worker has ended
        this.#sayOnce(
          "no room",
          `${address.shown} does not take what was done, so it is tried again and again: ${(error as Error).message}`,
        );
        await pause(RETRY_MILLISECONDS);
      }
    }
  }

  /** After all that was left before. */
  async #tell(call: string, message: ToCall): Promise<void> {
    const { redis, names } = this.#connection;
    await redis.publish(names.call(call), JSON.stringify(message));
  }

  #hear({ unwanted }: Partial<ToWorkers>): void {
    if (!Array.isArray(unwanted)) return;
    const names = new Set(unwanted);
    for (const { left, abort } of this.#doing) if ([...left].every((name) => names.has(name))) abort.abort(new Unwanted());
  }

  /** Tells people of calls that this worker can do nothing for. */
  async #look(): Promise<void> {
    const calls = await present(this.#connection, "call").catch(() => []);
    for (const { id, evoke, host, pid, name } of calls) {
      if (evoke === VERSION) continue;
      this.#sayOnce(
        id,
        `${name} on ${host}/${pid} is called by Evoke ${evoke}, and this worker is ${VERSION}, so it does nothing for it. Install the same version in both places.`,
      );
    }
  }

  #sayOnce(about: string, line: string): void {
    if (!this.#said.has(about)) this.#listener.say(line);
    this.#said.add(about);
  }

  #present(): WorkerPresence {
    const { runs, evaluations, trusts } = this.#options;
    const runtime = "Deno" in globalThis ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`;
    return {
      ...{ id: this.#id, host: hostname(), pid: process.pid, evoke: VERSION, runtime },
      ...{ runs, evaluations, trusts, since: this.#since, ...this.#counts, doing: this.doing },
    };
  }
}

/** What is not done of a job goes back to where it was taken from, for whoever is next. */
async function giveBack(queued: Queued<Job>, token: string, { job, left }: Doing): Promise<void> {
  if (job.kind === "runs" && left.size < job.outcomes.length) {
    const of = <T>(each: readonly T[]) => each.filter((_, i) => left.has(job.outcomes[i]!));
    await queued.updateData({ ...job, seeds: of(job.seeds), outcomes: of(job.outcomes) });
  }
  await queued.moveToWait(token);
  throw new WaitingError();
}

async function until(done: () => boolean, milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; !done() && performance.now() < end; ) await pause(20);
}
