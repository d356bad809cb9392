/**
 * The trainer that plugins are given: trainings in worker threads, so that the command stays responsive,
 * as many at a time as there are processors. This thread never loads TensorFlow.js.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import { errorOf } from "../core/errors/index.ts";
import { live } from "../core/space/network.ts";
import type { DatasetSpec } from "../core/training/dataset-spec.ts";
import type { BackendChoice } from "../core/training/settings.ts";
import type { Supernet, SupernetListener, SupernetRequest } from "../core/training/supernet.ts";
import type { DatasetSummary, EpochResult, Trainer, TrainingCurve, TrainingRequest } from "../core/training/trainer.ts";
import { cached, keyOf } from "./cached.ts";
import { type Dataset, type Examples, openDataset, summaryOf } from "./datasets/dataset.ts";
import type { Answer, Message, Task } from "./messages.ts";
import { KeptSupernet, type SharedSupernet, supernetDigest, trainedSupernet } from "./supernet/supernet-trainer.ts";
import type { OpenedBackend } from "./tensorflow.ts";
import type { Training } from "./train.ts";

/** A thread that has been idle for so long ends; loading TensorFlow.js again takes half a second. */
const IDLE_MILLISECONDS = 30_000;

export class WorkerTrainer implements Trainer {
  readonly #folder: string;
  readonly #inputs: Map<string, string>;
  readonly #pool: Piscina<Task, Answer>;
  readonly #datasets = new Map<string, Promise<Dataset>>();
  readonly #backends = new Map<BackendChoice, Promise<OpenedBackend>>();
  readonly #curves = new Map<string, Promise<TrainingCurve>>();
  readonly #supernets = new Map<string, Supernet>();
  readonly #trained = new Map<string, Promise<SharedSupernet>>();
  readonly #kept: string;

  /**
   * @param folder  the manifest's, which files of datasets are relative to
   * @param inputs  told of the digest of each dataset and the version of each backend that is opened
   * @param workers  trainings at a time
   * @param kept  where supernets are kept, if their requests do not say
   */
  constructor(folder: string, inputs = new Map<string, string>(), workers = availableParallelism(), kept = join(folder, "supernets")) {
    this.#folder = folder;
    this.#inputs = inputs;
    this.#kept = kept;
    const filename = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url).href;
    this.#pool = new Piscina({
      filename,
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: IDLE_MILLISECONDS,
      env: process.env,
      execArgv: process.execArgv,
    });
  }

  async prepare(spec: DatasetSpec, backend: BackendChoice = "fastest"): Promise<DatasetSummary> {
    const dataset = await this.#dataset(spec);
    await this.backend(backend);
    return summaryOf(dataset);
  }

  /** Which backend a choice comes to. @throws EvokeError BACKEND_UNAVAILABLE */
  backend(choice: BackendChoice): Promise<OpenedBackend> {
    return cached(this.#backends, choice, async () => {
      const answer = await this.#ask({ backend: choice });
      if (!("opened" in answer)) throw new Error("the worker opened nothing");
      this.#inputs.set("backend", answer.opened.version);
      return answer.opened;
    });
  }

  /** Networks with equal live parts are trained once, whatever their weights are called. */
  train({ network, dataset, ...request }: TrainingRequest, onEpoch?: (result: EpochResult) => void): Promise<TrainingCurve> {
    const layers = live(network).layers.map(({ weights: _, ...layer }) => layer);
    const trained = { ...request, network: { layers } };
    const run = async () => this.#train({ ...trained, dataset: await this.#dataset(dataset) }, request.backend ?? "fastest", onEpoch);
    if (request.first) return run();
    return cached(this.#curves, keyOf([trained, dataset]), run);
  }

  async supernet(request: SupernetRequest, listener: SupernetListener): Promise<Supernet> {
    const dataset = await this.#dataset(request.dataset);
    const { backend = "fastest", calibration } = request;
    const digest = supernetDigest(request, dataset, (await this.backend(backend)).version);
    const parent = request.folder === undefined ? this.#kept : resolve(this.#folder, request.folder);
    const path = join(parent, `${dataset.name}-${digest.slice(0, 16)}`);
    this.#inputs.set(`supernet ${dataset.name}`, digest);
    const key = `${digest} ${calibration}`;
    let supernet = this.#supernets.get(key);
    if (!supernet) {
      const trained = () =>
        cached(this.#trained, key, async () => {
          const ask = (task: Task, ...transferred: MessagePort[]) => this.#ask(task, ...transferred);
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

  /** Ends the threads; trainings under way are given up. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #train(training: Training, backend: BackendChoice, onEpoch?: (result: EpochResult) => void): Promise<TrainingCurve> {
    const { port1, port2 } = new MessageChannel();
    const over = new Promise<void>((resolve) => {
      port1.on("message", (message: Message) => ("over" in message ? resolve() : onEpoch?.(message.epoch)));
    });
    try {
      const answer = await this.#ask({ backend, training, port: port2 }, port2);
      if (!("curve" in answer)) throw new Error("the worker trained nothing");
      await over; // so that the last epoch is told before the training counts as done
      return answer.curve;
    } finally {
      port1.close();
    }
  }

  async #ask(task: Task, ...transferred: MessagePort[]): Promise<Answer> {
    const answer = await this.#pool.run(task, { transferList: transferred });
    if (!("failed" in answer)) return answer;
    throw errorOf(answer.failed);
  }

  #dataset(spec: DatasetSpec): Promise<Dataset> {
    return cached(this.#datasets, JSON.stringify(spec), async () => {
      const dataset = await openDataset(spec, this.#folder);
      this.#inputs.set(`dataset ${dataset.name}`, dataset.digest);
      return { ...dataset, train: shared(dataset.train), validation: shared(dataset.validation), test: shared(dataset.test) };
    });
  }
}

/** The examples in memory that threads share. */
function shared({ images, labels, count }: Examples): Examples {
  const sharedImages = new Float32Array(new SharedArrayBuffer(images.byteLength));
  const sharedLabels = new Int32Array(new SharedArrayBuffer(labels.byteLength));
  sharedImages.set(images);
  sharedLabels.set(labels);
  return { images: sharedImages, labels: sharedLabels, count };
}
