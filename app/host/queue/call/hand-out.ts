/**
 * Hands out jobs, and waits for their outcomes. What a job is of stands in Redis only as long as it is under way: nothing
 * is kept here, or there, of what the call has stored.
 *
 * @module
 */
import { Queue } from "bullmq";
import type { CurvePoint } from "../../../../core/plugin/evaluator.ts";
import type { QueueConnection } from "../connection.ts";
import { type Job, type Outcome, QUEUES, type QueueName, type Refusal, type ToCall, type ToWorkers } from "../messages.ts";
import { queuePrefix } from "../names.ts";
import { outcomeOf } from "../outcomes.ts";
import { isPoint } from "../received.ts";
import { FETCHED_AT_ONCE, LOOKED_AT, LOST_OFTEN, type Times } from "./times.ts";

/** What a task hears of. */
export type Heard = Exclude<Outcome, { readonly refused: Refusal }>;

/** Work that is handed out as one job, as often as it takes. */
export interface Task {
  readonly queue: QueueName;
  readonly parcel: string;
  /** The names of its outcomes. */
  readonly outcomes: readonly string[];
  /** The job for those of them that are not there. */
  job(outcomes: readonly string[]): Job;
  /** Told of each outcome once. */
  hear(outcome: Heard, name: string): void;
  /** The call has ended before its outcomes were there. */
  failed(error: Error): void;
  progressed?(point: CurvePoint): void;
}

/** What is handed out. */
interface Handed {
  readonly task: Task;
  /** The outcomes that are not there. */
  readonly open: Set<string>;
  /** Of its job; "" before it has one. */
  id: string;
  /** When it was handed out last. */
  since: number;
  tries: number;
  lost: number;
  /** Whether it is about to be handed out again. */
  waits: boolean;
}

export interface HandOutListener {
  say(line: string): void;
  /** A worker does not do what the job asks for. */
  refused(task: Task, refusal: Refusal): void;
  /** One has done it. */
  accepted(task: Task): void;
}

export class HandOut {
  readonly #connection: QueueConnection;
  readonly #listener: HandOutListener;
  readonly #times: Times;
  readonly #queues: Readonly<Record<QueueName, Queue>>;
  readonly #handed = new Set<Handed>();
  readonly #byOutcome = new Map<string, Handed>();
  /** Tasks that wait for an outcome that another one has asked for. */
  readonly #followers = new Map<string, Task[]>();
  readonly #fetching = new Set<string>();
  readonly #takingBack = new Set<Promise<void>>();
  #stored: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #reconciling = false;
  #error: Error | undefined;
  #over = false;
  readonly #said = new Set<string>();
  /** Outcomes that were heard. */
  done = 0;

  constructor(connection: QueueConnection, listener: HandOutListener, times: Times) {
    [this.#connection, this.#listener, this.#times] = [connection, listener, times];
    const options = { connection: connection.another(), prefix: queuePrefix(connection.address.prefix) };
    this.#queues = Object.fromEntries(QUEUES.map((name) => [name, new Queue(name, options)])) as Record<QueueName, Queue>;
    for (const queue of Object.values(this.#queues)) queue.on("error", () => {}); // told by the connection, once for all
    this.#timer = setInterval(() => this.#reconcile(), times.reconcile);
  }

  /** Jobs that are handed out. */
  get under(): number {
    return this.#handed.size;
  }

  /** Hands out what is not there already. */
  hand(task: Task): void {
    if (this.#error) task.failed(this.#error);
    if (this.#error || this.#over) return;
    const open = new Set<string>();
    for (const name of task.outcomes) {
      if (this.#byOutcome.has(name)) this.#followers.set(name, [...(this.#followers.get(name) ?? []), task]);
      else open.add(name);
    }
    if (open.size === 0) return;
    const handed: Handed = { task, open, id: "", since: performance.now(), tries: 0, lost: 0, waits: false };
    this.#handed.add(handed);
    for (const name of open) this.#byOutcome.set(name, handed);
    void this.#begin(handed);
  }

  /** Nobody wants this outcome any more. */
  withdraw(name: string): void {
    const handed = this.#byOutcome.get(name);
    if (!handed) return;
    this.#close(handed, name);
    this.forget(name);
    if (handed.open.size > 0 || handed.id === "") return;
    const taking = this.#takeBack(handed, name).finally(() => this.#takingBack.delete(taking));
    this.#takingBack.add(taking);
  }

  /** The call has stored it, or has no use for it: Redis need not keep it. */
  forget(...outcomes: readonly string[]): void {
    if (this.#stored.length === 0) setImmediate(() => void this.#forgetStored());
    this.#stored.push(...outcomes);
  }

  /** All that is asked for fails of this. */
  fail(error: Error): void {
    this.#error ??= error;
    for (const { task } of this.#handed) task.failed(this.#error);
    for (const task of new Set([...this.#followers.values()].flat())) task.failed(this.#error);
  }

  /** Takes back what no worker has begun, and hears nothing any more; what they are at is found by the next call. */
  async leave(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    const gone = [...this.#handed].flatMap(({ task, id }) => (id === "" ? [] : [this.#queues[task.queue].remove(id)]));
    const late = new Promise((resolve) => setTimeout(resolve, this.#times.leave).unref());
    await Promise.race([Promise.allSettled([...gone, ...this.#takingBack, this.#forgetStored()]), late]);
    this.#handed.clear();
    this.#byOutcome.clear();
    this.#followers.clear();
  }

  /** Its job is removed, or whoever is at it is told that nobody wants it. */
  async #takeBack({ task, id }: Handed, name: string): Promise<void> {
    const { redis, names } = this.#connection;
    const unwanted: ToWorkers = { unwanted: [name] };
    try {
      const removed = await this.#queues[task.queue].remove(id);
      if (removed !== 1) await redis.publish(names.toWorkers, JSON.stringify(unwanted));
    } catch (error) {
      this.#sayOnce(error);
    }
  }

  /** Workers say something on the call's channel. */
  told(message: Partial<ToCall>): void {
    if (this.#over) return;
    if ("done" in message && Array.isArray(message.done)) this.#fetch(message.done).catch((error) => this.#sayOnce(error));
    else if ("progress" in message && isPoint(message.progress))
      this.#byOutcome.get(message.outcome ?? "")?.task.progressed?.(message.progress);
  }

  /** Looks whether it is there already, and hands it out. Where that fails, the next look does it again. */
  async #begin(handed: Handed): Promise<void> {
    try {
      await this.#fetch([...handed.open], true);
      await this.#send(handed);
    } catch (error) {
      this.#sayOnce(error);
    } finally {
      handed.waits = false;
    }
  }

  async #send(handed: Handed): Promise<void> {
    const { task, open, tries } = handed;
    if (open.size === 0 || this.#over) return;
    const outcomes = [...open];
    handed.id = tries === 0 ? outcomes[0]! : `${outcomes[0]}.${tries}`;
    handed.since = performance.now();
    const job = task.job(outcomes);
    await this.#queues[task.queue].add(job.kind, job, { jobId: handed.id, removeOnComplete: true, removeOnFail: true });
  }

  /** Gets the outcomes that are there. @param first  they may be of a call that is over, and what was refused then may be done now */
  async #fetch(names: readonly string[], first = false): Promise<void> {
    const wanted = names.filter((name) => this.#byOutcome.has(name) && !this.#fetching.has(name));
    for (const name of wanted) this.#fetching.add(name);
    try {
      for (let i = 0; i < wanted.length; i += FETCHED_AT_ONCE) {
        const some = wanted.slice(i, i + FETCHED_AT_ONCE);
        const found = await this.#connection.redis.mgetBuffer(some.map(this.#connection.names.outcome));
        for (const [i, name] of some.entries()) {
          this.#fetching.delete(name);
          const bytes = found[i];
          if (bytes) this.#take(name, bytes, first);
        }
      }
    } finally {
      for (const name of wanted) this.#fetching.delete(name);
    }
  }

  #take(name: string, bytes: Uint8Array, first: boolean): void {
    const handed = this.#byOutcome.get(name);
    if (!handed || this.#over) return;
    let outcome: Outcome;
    try {
      outcome = outcomeOf(bytes);
    } catch {
      this.forget(name); // damaged, so it is not there
      return;
    }
    if ("refused" in outcome) {
      this.forget(name);
      if (!first) this.#refused(handed, outcome.refused);
      return;
    }
    const { task } = handed;
    const followers = this.#followers.get(name) ?? [];
    this.#close(handed, name);
    this.done++;
    this.#listener.accepted(task);
    for (const one of [task, ...followers]) one.hear(outcome, name);
  }

  #close(handed: Handed, name: string): void {
    this.#byOutcome.delete(name);
    this.#followers.delete(name);
    handed.open.delete(name);
    if (handed.open.size === 0) this.#handed.delete(handed);
  }

  /** Another worker is to do it: under another name, since the job that was refused may not be over yet. */
  #refused(handed: Handed, refusal: Refusal): void {
    this.#listener.refused(handed.task, refusal);
    if (handed.waits) return; // for each of its outcomes
    handed.waits = true;
    handed.tries++;
    setTimeout(() => void this.#begin(handed), this.#times.refused).unref();
  }

  /** Hands out again what Redis has forgotten: it was restarted, and keeps nothing in files. */
  async #reconcile(): Promise<void> {
    if (this.#reconciling || this.#over) return;
    this.#reconciling = true;
    try {
      const before = performance.now() - this.#times.reconcile / 2;
      const looked: Handed[] = [];
      for (const handed of this.#handed) {
        if (handed.waits || handed.since > before) continue;
        if (looked.push(handed) === LOOKED_AT) break;
      }
      for (const handed of looked) {
        this.#handed.delete(handed); // the last to be looked at next
        this.#handed.add(handed);
      }
      const { redis } = this.#connection;
      const there = await Promise.all(looked.map(({ task, id }) => redis.exists(this.#queues[task.queue].toKey(id))));
      await Promise.all(looked.map((handed, i) => (there[i] === 1 ? undefined : this.#lost(handed))));
    } catch (error) {
      this.#sayOnce(error);
    } finally {
      this.#reconciling = false;
    }
  }

  /** Its job is gone: it is over, so that its outcomes are there, or lost. */
  async #lost(handed: Handed): Promise<void> {
    const { id } = handed;
    await this.#fetch([...handed.open]);
    if (handed.open.size === 0 || handed.id !== id || handed.waits || this.#over) return;
    if (++handed.lost >= LOST_OFTEN) {
      const failed = { message: `Its job has gone from the queue ${LOST_OFTEN} times, and nothing has come of it.` };
      for (const name of [...handed.open]) {
        this.#close(handed, name);
        handed.task.hear({ failed }, name);
      }
      return;
    }
    await this.#send(handed);
  }

  async #forgetStored(): Promise<void> {
    const { redis, names } = this.#connection;
    const stored = this.#stored;
    this.#stored = [];
    if (stored.length > 0) await redis.unlink(stored.map(names.outcome)).catch(() => {}); // else they go by themselves after a while
  }

  /** Of the server, which may be full, or not let this user do it. */
  #sayOnce(error: unknown): void {
    const { message } = error as Error;
    if (this.#over || this.#said.has(message)) return;
    this.#said.add(message);
    this.#listener.say(`${this.#connection.address.shown}: ${message}`);
  }
}
