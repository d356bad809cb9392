/**
 * A worker in the process of a test: it does what its jobs ask for, with the real parcels, and is told what to do otherwise.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { Worker } from "bullmq";
import { openExperiment } from "../../../../../app/host/experiment.ts";
import { queueAddress } from "../../../../../app/host/queue/address.ts";
import { QueueConnection } from "../../../../../app/host/queue/connection.ts";
import { failureValue } from "../../../../../app/host/queue/failures.ts";
import {
  type Job,
  OUTCOME_SECONDS,
  type Outcome,
  QUEUES,
  type ToWorkers,
  type WorkerPresence,
} from "../../../../../app/host/queue/messages.ts";
import { queuePrefix } from "../../../../../app/host/queue/names.ts";
import { packedOutcome } from "../../../../../app/host/queue/outcomes.ts";
import { EventPacker } from "../../../../../app/host/queue/packed-events.ts";
import { Asking } from "../../../../../app/host/queue/parcels/asking.ts";
import { ContentCache } from "../../../../../app/host/queue/parcels/content-cache.ts";
import { openParcel } from "../../../../../app/host/queue/parcels/unpack.ts";
import { Presence } from "../../../../../app/host/queue/presence.ts";
import { runSeed } from "../../../../../app/host/run/run-seed.ts";
import { randomStream } from "../../../../../core/random/rng.ts";
import { Try } from "../../../../../core/search/measure.ts";
import { VERSION } from "../../../../../core/version.ts";

export interface FakeOptions {
  readonly home: string;
  /** Places for runs and for evaluations. */
  readonly places?: number;
  readonly evoke?: string;
  /** Called before a job is done; what it gives is the outcome instead, if it gives one. */
  before?(job: Job, outcome: string): Promise<Outcome | undefined> | Outcome | undefined;
}

type Opened = Awaited<ReturnType<typeof openExperiment>>;

export class FakeWorker {
  readonly id = randomUUID();
  /** The names of the outcomes that it has given, in order. */
  readonly given: string[] = [];
  readonly jobs: Job[] = [];
  readonly #options: FakeOptions;
  readonly #connection: QueueConnection;
  readonly #cache: ContentCache;
  readonly #presence: Presence<"worker">;
  readonly #workers: readonly Worker[];
  /** Names of outcomes that nobody wants. */
  readonly #unwanted = new Set<string>();
  readonly #opened = new Map<string, Promise<Opened>>();

  private constructor(connection: QueueConnection, options: FakeOptions) {
    [this.#connection, this.#options] = [connection, options];
    const { home, places = 2, evoke = VERSION } = options;
    this.#cache = new ContentCache(new Asking(connection), home);
    this.#presence = new Presence(
      connection,
      "worker",
      (): WorkerPresence => ({
        ...{ id: this.id, host: "here", pid: 1, evoke, runtime: "Node", runs: places, evaluations: places, trusts: true, since: 0 },
        ...{ done: 0, failed: 0, seconds: 0, doing: [] },
      }),
    );
    const hearing = connection.another();
    hearing.on("message", (_, text) => {
      for (const name of (JSON.parse(text) as ToWorkers).unwanted) this.#unwanted.add(name);
    });
    void hearing.subscribe(connection.names.toWorkers);
    const prefix = queuePrefix(connection.address.prefix);
    this.#workers = (places > 0 ? QUEUES : []).map((name) => {
      const of = { connection: connection.another(), prefix, concurrency: places, lockDuration: 2_000, stalledInterval: 1_000 };
      return new Worker<Job>(name, (job) => this.#do(job.data), of);
    });
    for (const worker of this.#workers) worker.on("error", () => {});
  }

  static async start(url: string, options: FakeOptions): Promise<FakeWorker> {
    return new FakeWorker(await QueueConnection.open(queueAddress(url, {}), () => {}), options);
  }

  async stop(): Promise<void> {
    await this.#presence.end();
    await Promise.all(this.#workers.map((worker) => worker.close(true)));
    await this.#connection.close();
  }

  async #do(job: Job): Promise<void> {
    this.jobs.push(job);
    const opened = this.#opened.get(job.parcel) ?? this.#open(job);
    this.#opened.set(job.parcel, opened);
    const { composition } = await opened;
    const outcomes = job.kind === "runs" ? job.outcomes : [job.outcome];
    for (const [i, name] of outcomes.entries()) {
      const instead = await this.#options.before?.(job, name);
      await this.#give(
        job.call,
        name,
        instead ?? (await this.#outcome(job, i, composition).catch((error) => ({ failed: failureValue(error) }))),
      );
    }
  }

  async #give(call: string, name: string, outcome: Outcome): Promise<void> {
    const { redis, names } = this.#connection;
    if (this.#unwanted.has(name)) return;
    this.given.push(name);
    await redis.set(names.outcome(name), packedOutcome(outcome), "EX", OUTCOME_SECONDS);
    await redis.publish(names.call(call), JSON.stringify({ done: [name] }));
  }

  async #outcome(job: Job, i: number, composition: Opened["composition"]): Promise<Outcome> {
    if (job.kind === "runs") {
      const packer = new EventPacker();
      const ended = await runSeed(composition, job.seeds[i]!, {}, job.types, (event) => packer.add(event));
      if ("message" in ended) return { failed: ended };
      return { run: ended, others: [], events: packer.packed(), notes: [], seconds: ended.wallSeconds };
    }
    if (job.kind === "training") throw new Error("nothing is trained here");
    const { run, release } = await composition.run(job.seed);
    try {
      if (job.kind === "test") return { test: (await run.evaluator.test!(composition.space.decode(job.architecture))) ?? null };
      const { request, attempt } = job;
      const signal = new AbortController().signal;
      const surroundings = { signal, folder: () => Promise.reject(new Error("no folders")) };
      const tell = (progress: object) =>
        this.#connection.redis.publish(this.#connection.names.call(job.call), JSON.stringify({ outcome: job.outcome, progress }));
      const context = new Try(
        attempt,
        surroundings,
        { floors: request.floors, metric: composition.metric },
        (point) => void tell(point),
        () => randomStream(job.seed, `/evaluator#${request.query}#${attempt}`),
      );
      const measured = await run.evaluator.evaluate(request.architecture, request.fidelity, context);
      return { measurement: context.complete(measured, request.fidelity ?? composition.metric.epochs) };
    } finally {
      await release();
    }
  }

  async #open({ call, parcel, digest }: Job): Promise<Opened> {
    const { source } = await openParcel(this.#cache, { call, parcel, digest }, { trust: true });
    return openExperiment(source);
  }
}
