/** A call, as a worker sees one: it hands out jobs, and takes what comes of them. @module */
import { setTimeout as pause } from "node:timers/promises";
import { type JobsOptions, Queue } from "bullmq";
import { queueAddress } from "../../../../../app/host/queue/address.ts";
import { QueueConnection } from "../../../../../app/host/queue/connection.ts";
import type { EvaluationJob, Job, Outcome, QueueName, RunsJob, ToCall, ToWorkers } from "../../../../../app/host/queue/messages.ts";
import { queuePrefix } from "../../../../../app/host/queue/names.ts";
import { outcomeOf } from "../../../../../app/host/queue/outcomes.ts";

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

const CALL = "a-call";

export class Asking {
  readonly connection: QueueConnection;
  /** What workers have told this call. */
  readonly heard: ToCall[] = [];
  readonly #queues: Readonly<Record<QueueName, Queue>>;

  private constructor(connection: QueueConnection) {
    this.connection = connection;
    const queue = (name: QueueName) => {
      const options = { connection: connection.another(), prefix: queuePrefix(connection.address.prefix) };
      const made = new Queue(name, options);
      made.on("error", () => {});
      return made;
    };
    this.#queues = { runs: queue("runs"), evaluations: queue("evaluations") };
  }

  static async open(url: string): Promise<Asking> {
    const asking = new Asking(await QueueConnection.open(queueAddress(url), () => {}));
    const { connection } = asking;
    const channel = connection.another();
    channel.on("message", (_, text: string) => asking.heard.push(JSON.parse(text) as ToCall));
    await channel.subscribe(connection.names.call(CALL));
    return asking;
  }

  /** Hands out a job, whose name is that of its first outcome. */
  async handOut(job: Without<RunsJob, "call"> | Without<EvaluationJob, "call">): Promise<void> {
    const whole = { ...job, call: CALL } as Job;
    const [queue, jobId] = whole.kind === "runs" ? (["runs", whole.outcomes[0]!] as const) : (["evaluations", whole.outcome] as const);
    const options: JobsOptions = { jobId, removeOnComplete: true, removeOnFail: true };
    await this.#queues[queue].add(whole.kind, whole, options);
  }

  /** How many jobs of a queue wait, and are under way. */
  async jobs(queue: QueueName): Promise<{ readonly waiting: number; readonly active: number }> {
    const { waiting = 0, active = 0 } = await this.#queues[queue].getJobCounts("waiting", "active");
    return { waiting, active };
  }

  /** Waits for an outcome, and removes it. */
  async outcome(name: string, seconds = 180): Promise<Outcome> {
    const { redis, names } = this.connection;
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(10)) {
      const bytes = await redis.getBuffer(names.outcome(name));
      if (!bytes) continue;
      await redis.del(names.outcome(name));
      return outcomeOf(bytes);
    }
    throw new Error(`No outcome ${name} after ${seconds} s.`);
  }

  async tellWorkers(message: ToWorkers): Promise<void> {
    await this.connection.redis.publish(this.connection.names.toWorkers, JSON.stringify(message));
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.close()));
    await this.connection.close();
  }
}

/** Waits until it is so. */
export async function until(what: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (const end = performance.now() + seconds * 1000; !(await what()); await pause(10))
    if (performance.now() > end) throw new Error(`Not so after ${seconds} s: ${what}`);
}
