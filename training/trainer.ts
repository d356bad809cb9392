/**
 * The trainer that plugins are given: trainings in worker threads, so that the command stays responsive,
 * as many at a time as there are processors. This thread never loads TensorFlow.js.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { MessageChannel, type MessagePort, SHARE_ENV } from "node:worker_threads";
import { Piscina } from "piscina";
import { errorOf } from "../core/errors/index.ts";
import { live } from "../core/space/network.ts";
import type { DatasetSpec } from "../core/training/dataset-spec.ts";
import { type BackendName, type BackendOptions, backendOptions } from "../core/training/settings.ts";
import type { Supernet, SupernetListener, SupernetRequest } from "../core/training/supernet.ts";
import type { LearntWeights } from "../core/training/trained-network.ts";
import {
  checkFit,
  type EpochResult,
  type Prepared,
  type Trainer,
  type TrainingCurve,
  type TrainingObserver,
  type TrainingRequest,
} from "../core/training/trainer.ts";
import type { WeightSharingListener, WeightSharingRequest, WeightSharingResult } from "../core/training/weight-sharing.ts";
import type { Workload } from "../core/training/workload.ts";
import { cached, keyOf } from "./cached.ts";
import { KeptTraining } from "./checkpoints/kept-training.ts";
import { type Dataset, openDataset, summaryOf } from "./datasets/dataset.ts";
import { fastestBackend } from "./fastest.ts";
import { checkTraining } from "./memory/room.ts";
import { ANSWERS, type Answer, type Message, type Task } from "./messages.ts";
import { SharedTraining, type Train } from "./shared-training.ts";
import { KeptSupernet, type SharedSupernet, supernetDigest, trainedSupernet } from "./supernet/supernet-trainer.ts";
import type { OpenedBackend } from "./tensorflow.ts";
import { asked, POOL } from "./threads.ts";
import type { Training } from "./train.ts";
import { KeptSearch, keptSearchesOf } from "./weight-sharing/kept-search.ts";
import { RemoteSession } from "./weight-sharing/session-port.ts";
import { sharedSearch } from "./weight-sharing/shared-search.ts";

/** A thread that has been idle for so long ends; loading TensorFlow.js again takes half a second. */
const IDLE_MILLISECONDS = 30_000;

/** A training of a minute is not worth a file after each of its epochs. */
const CHECKPOINT_SECONDS = 5;

/** Where trainers keep what takes long. */
export interface Keeping {
  /** The folder of supernets, if their requests do not say. */
  readonly supernets?: string;
  /** The folder of what is known of the speed of backends; left out, nothing is kept. */
  readonly timings?: string;
  /** The folder of the trainings that are under way, asked for when one begins; nothing, and none is kept. */
  trainings?(): string | undefined;
  /** The least time between two checkpoints of a training, in seconds. */
  readonly checkpointSeconds?: number;
}

/** The threads of trainers. */
export type TrainerThreads = Piscina<Task, Answer>;

/** @param places  trainings at a time */
export function trainerThreads(places = availableParallelism()): TrainerThreads {
  const pool: TrainerThreads = new Piscina({
    filename: new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url).href,
    minThreads: 0,
    maxThreads: places,
    idleTimeout: IDLE_MILLISECONDS,
    env: SHARE_ENV, // what TensorFlow reads while it loads in a thread is the environment of the process
    ...POOL,
  });
  // What fails in a thread fails its task. Deno hands over what a thread has said before it was ended, too.
  pool.on("error", () => {});
  return pool;
}

/** Who follows a training. */
interface Following {
  readonly goesOn: (result: EpochResult) => boolean;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

export class WorkerTrainer implements Trainer {
  readonly places: number;
  readonly #folder: string;
  readonly #inputs: Map<string, string>;
  readonly #pool: TrainerThreads;
  readonly #datasets = new Map<string, Promise<Dataset>>();
  readonly #backends = new Map<string, Promise<OpenedBackend>>();
  readonly #versions = new Set<string>();
  readonly #compared = new Map<string, Promise<BackendName>>();
  readonly #trainings = new Map<string, SharedTraining>();
  readonly #supernets = new Map<string, Supernet>();
  readonly #trained = new Map<string, Promise<SharedSupernet>>();
  readonly #keeping: Keeping;
  readonly #opened: (path: string) => void;

  /**
   * @param folder  the manifest's, which files of datasets are relative to
   * @param inputs  told of the digest of each dataset and the version of each backend that is opened
   * @param pool  its threads; other trainers may use them too
   * @param opened  told of each file of a dataset, by its path as the manifest has it
   */
  constructor(
    folder: string,
    inputs = new Map<string, string>(),
    pool = trainerThreads(),
    keeping: Keeping = {},
    opened: (path: string) => void = () => {},
  ) {
    this.places = pool.maxThreads;
    this.#pool = pool;
    this.#folder = folder;
    this.#inputs = inputs;
    this.#keeping = keeping;
    this.#opened = opened;
  }

  async prepare(
    spec: DatasetSpec,
    options: BackendOptions = {},
    work?: Workload,
    note: (line: string) => void = () => {},
  ): Promise<Prepared> {
    const summary = summaryOf(await this.#dataset(spec));
    if (work) {
      checkFit(work.network, summary);
      checkTraining(work, summary.counts.train, options);
    }
    const { backend = "fastest" } = options;
    const chosen = work && backend === "fastest" ? { ...options, backend: await this.#fastest(options, work, note) } : options;
    await this.backend(chosen);
    return { summary, backend: chosen };
  }

  /** Which backend a choice comes to. @throws EvokeError BACKEND_UNAVAILABLE */
  backend(options: BackendOptions): Promise<OpenedBackend> {
    const backend = this.#chosen(options);
    return cached(this.#backends, JSON.stringify(backend), async () => {
      const answer = await this.#ask({ backend });
      if (!("opened" in answer)) throw new Error("the worker opened nothing");
      this.#versions.add(answer.opened.version);
      this.#inputs.set("backend", [...this.#versions].sort().join("; "));
      return answer.opened;
    });
  }

  /** Networks with equal live parts are trained once, whatever their weights are called. */
  train(
    { network, dataset, backend, python, device, threads, precision, ...request }: TrainingRequest,
    observer?: TrainingObserver,
  ): Promise<TrainingCurve> {
    const chosen = this.#chosen({ backend, python, device, threads, precision });
    const layers = live(network).layers.map(({ weights: _, ...layer }) => layer);
    const trained = { ...request, network: { layers } };
    const { batchSize } = request.settings;
    const run: Train = async (goesOn, signal, note) => {
      const training = { ...trained, dataset: await this.#dataset(dataset) };
      checkTraining({ network: trained.network, batchSize }, training.dataset.train.count, chosen);
      const kept = await this.#keptTraining(training, dataset, chosen, note);
      return this.#train(training, chosen, kept, { goesOn, signal, note });
    };
    if (request.first) return new SharedTraining(run).wait(observer);
    const key = keyOf([trained, dataset, chosen]);
    const training = this.#trainings.get(key) ?? new SharedTraining(run, () => this.#trainings.delete(key));
    this.#trainings.set(key, training);
    return training.wait(observer);
  }

  async supernet(request: SupernetRequest, listener: SupernetListener): Promise<Supernet> {
    const dataset = await this.#dataset(request.dataset);
    const { calibration } = request;
    const backend = this.#chosen(request);
    const digest = supernetDigest(request, dataset, (await this.backend(backend)).version);
    const { supernets = join(this.#folder, "supernets") } = this.#keeping;
    const parent = request.folder === undefined ? supernets : resolve(this.#folder, request.folder);
    const path = join(parent, `${dataset.name}-${digest.slice(0, 16)}`);
    this.#inputs.set(`supernet ${dataset.name}`, digest);
    const key = `${digest} ${calibration}`;
    let supernet = this.#supernets.get(key);
    if (!supernet) {
      const trained = () =>
        cached(this.#trained, key, async () => {
          const ask = (task: Task, ...transferList: MessagePort[]) => this.#ask(task, { transferList });
          const { definition, values } = await trainedSupernet(ask, request, dataset, { path, digest }, listener);
          const weights = new Float32Array(new SharedArrayBuffer(values.byteLength));
          weights.set(values);
          return { key, definition, weights };
        });
      supernet = new KeptSupernet(trained, (task) => this.#ask({ backend, subnetwork: task }));
      this.#supernets.set(key, supernet);
    }
    return supernet;
  }

  async shareWeights(request: WeightSharingRequest, listener: WeightSharingListener): Promise<WeightSharingResult> {
    const { open, dataset: spec, schedule, settings, seed } = request;
    const [backend, dataset] = [this.#chosen(request), await this.#dataset(spec)];
    checkTraining({ network: open.network, batchSize: schedule.batchSize }, dataset.train.count, backend);
    const { checkpointSeconds = CHECKPOINT_SECONDS } = this.#keeping;
    const kept = await this.#keptSearch(request, dataset, backend, (line) => listener.note(line));
    const { port1, port2 } = new MessageChannel();
    const opened = () => {
      const session = new RemoteSession(port1);
      const sharedWeights = { network: open.network, dataset, schedule, settings, seed };
      const { signal } = listener;
      this.#ask({ backend, sharedWeights, port: port2 }, { transferList: [port2], ...(signal && { signal }) }).catch((error) =>
        session.fail(error),
      );
      return session;
    };
    try {
      return await sharedSearch(request, opened, { kept, checkpointSeconds }, listener);
    } finally {
      port1.close();
    }
  }

  /** Ends the threads; trainings under way are given up. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #train(
    training: Training,
    backend: BackendOptions,
    kept: KeptTraining | undefined,
    { goesOn, signal, note }: Following,
  ): Promise<TrainingCurve> {
    const found = await kept?.read();
    const before = found && ("curve" in found ? found.curve : found.checkpoint).epochs;
    if (before) note("curve" in found ? "was done before" : `goes on after epoch ${before.length} of ${training.settings.epochs}`);
    for (const [i, result] of (before ?? []).entries())
      if (!goesOn(result) && result.validation !== undefined) return { epochs: before!.slice(0, i + 1), seconds: result.seconds };
    if (found && "curve" in found) return found.curve;

    const { port1, port2 } = new MessageChannel();
    const answer = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const epochs = [...(before ?? [])];
    port1.on("message", (message: Message) => {
      if ("over" in message) return;
      const { epoch, state } = message;
      epochs.push(epoch);
      if (state) kept?.keep({ epochs: [...epochs], state });
      Atomics.store(answer, 0, goesOn(epoch) ? ANSWERS.goOn : ANSWERS.end);
      Atomics.notify(answer, 0);
    });
    const { checkpointSeconds = CHECKPOINT_SECONDS } = this.#keeping;
    try {
      const task = { ...training, ...(found && { from: found.checkpoint }) };
      const done = await this.#ask(
        { backend, training: task, port: port2, answer, ...(kept && { checkpointSeconds }) },
        { transferList: [port2], signal },
      );
      if (!("curve" in done)) throw new Error("the worker trained nothing");
      if (done.curve.epochs.length === training.settings.epochs) await kept?.finish(done.curve);
      else await kept?.forget();
      return done.curve;
    } finally {
      port1.close();
    }
  }

  /** With the path of its program, where it has one. */
  #chosen(options: BackendOptions): BackendOptions {
    const { python, ...backend } = backendOptions(options);
    return { ...backend, python: python?.includes("/") ? resolve(this.#folder, python) : python };
  }

  /** Where a training is kept, if trainings are. */
  async #keptTraining(
    { dataset, first, ...training }: Training,
    spec: DatasetSpec,
    backend: BackendOptions,
    note: (line: string) => void,
  ): Promise<KeptTraining | undefined> {
    const kept = await this.#keptBy([training, spec, dataset.digest], backend, first);
    return kept && new KeptTraining(kept.file(), kept.digest, note);
  }

  /** Where a search by weight sharing is kept, if trainings are. */
  async #keptSearch(
    { open, dataset: spec, schedule, settings, seed, ordinal, measured }: WeightSharingRequest,
    dataset: Dataset,
    backend: BackendOptions,
    note: (line: string) => void,
  ): Promise<KeptSearch | undefined> {
    const kept = await this.#keptBy([open.network, schedule, settings, seed, ordinal, measured, spec, dataset.digest], backend);
    return kept && new KeptSearch(kept.file(keptSearchesOf(seed)), kept.digest, note);
  }

  /**
   * The file that something is kept in, if trainings are, by the digest of what it follows from. What only an experiment
   * says, such as the method of a search, its folder stands for.
   */
  async #keptBy(
    followed: readonly unknown[],
    backend: BackendOptions,
    first: LearntWeights = [],
  ): Promise<{ readonly digest: string; file(prefix?: string): string } | undefined> {
    const folder = this.#keeping.trainings?.();
    if (folder === undefined) return undefined;
    const { version } = await this.backend(backend);
    const hash = createHash("sha256").update(JSON.stringify([1, ...followed, version]));
    for (const weights of first) hash.update(weights);
    const digest = hash.digest("hex");
    return { digest, file: (prefix = "") => join(folder, `${prefix}${digest.slice(0, 16)}.bin`) };
  }

  /** Which backend is the fastest; looked for once. */
  #fastest(options: BackendOptions, work: Workload, note: (line: string) => void): Promise<BackendName> {
    const { backend: _, ...chosen } = this.#chosen(options);
    const ask = (task: Task, following: { readonly signal?: AbortSignal }) => this.#ask(task, following);
    return cached(this.#compared, keyOf([chosen, work]), () => fastestBackend(ask, chosen, work, this.#keeping.timings, note));
  }

  /** @param signal  ends the thread when it is aborted */
  async #ask(task: Task, options: { readonly transferList?: MessagePort[]; readonly signal?: AbortSignal } = {}): Promise<Answer> {
    asked.underWay++;
    const answer = await this.#pool.run(task, options).finally(() => asked.underWay--);
    if (!("failed" in answer)) return answer;
    throw errorOf(answer.failed);
  }

  #dataset(spec: DatasetSpec): Promise<Dataset> {
    return cached(this.#datasets, JSON.stringify(spec), async () => {
      const dataset = await openDataset(spec, this.#folder, this.#opened);
      this.#inputs.set(`dataset ${dataset.name}`, dataset.digest);
      return dataset;
    });
  }
}
