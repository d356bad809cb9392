/**
 * Trains a supernet, and measures sub-networks by its weights.
 *
 * In each step the sub-networks that it is handed learn from one batch. A sub-network's accuracy is
 * measured after its normalisations have taken their moments from a few batches, always the same: those of
 * the training are of all sub-networks together, and of no use (Bender et al. 2018; Cai et al. 2020).
 *
 * Different from the papers: a weight's gradient is the mean over those sub-networks of the step that have
 * it, and not the sum, so that what all share does not learn faster; a weight that none has stays.
 *
 * Every epoch draws from streams of its own, so weights and the number of the epoch are all that a training
 * needs to go on.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { logarithm } from "../../core/engine/exact-math.ts";
import { trainingDiverged } from "../../core/errors/index.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Network } from "../../core/space/network.ts";
import { phaseOfEpoch, type SupernetEpoch, type SupernetRequest } from "../../core/training/supernet.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { Ahead, taken } from "../network/ahead.ts";
import type { Rule, Tensor4D } from "../network/operations.ts";
import { accuracy, Batches, EVALUATION_BATCH, memoriesOf, operationsOfBackend, rulesOfSteps } from "../train.ts";
import { sortChannels } from "./channel-order.ts";
import { type Part, SharedWeights } from "./shared-weights.ts";

/** What a supernet is, for the threads that train or use it. */
export interface SupernetDefinition extends Omit<SupernetRequest, "dataset" | "sample" | "backend" | "folder"> {
  readonly dataset: Dataset;
}

export class SupernetWeights {
  readonly #definition: SupernetDefinition;
  readonly #weights: SharedWeights;
  /** The full network as it was after the first phase. */
  #teacher: SharedWeights | undefined;
  #calibration: Tensor4D[] | undefined;

  constructor(definition: SupernetDefinition) {
    this.#definition = definition;
    this.#weights = this.#firstWeights();
  }

  /** Steps in an epoch. */
  static steps({ dataset, settings }: Pick<SupernetDefinition, "dataset" | "settings">): number {
    return Math.floor(dataset.train.count / Math.min(settings.batchSize, dataset.train.count));
  }

  /**
   * One epoch of training, by the backend that is open (see openBackend).
   * @param plan  the sub-networks of each step
   * @throws EvokeError TRAINING_DIVERGED, SUPERNET_IMPOSSIBLE
   */
  async train(epoch: number, plan: readonly (readonly Network[])[]): Promise<SupernetEpoch> {
    const { dataset, settings, seed, phases, envelope, full } = this.#definition;
    const { index, within } = phaseOfEpoch(phases, epoch);
    const phase = phases[index]!;
    if (within === 1 && phase.sorts) await sortChannels(this.#weights, full!, envelope);
    if (within === 1 && index === 1 && phases.some(({ distillation }) => distillation > 0))
      this.#makeTeacher(await this.#weights.save(false));
    const rng = (purpose: string) => randomStream(seed, `/supernet/${purpose}/${epoch}`);
    const batches = new Batches(dataset, settings.batchSize, rng("order"), rng("distortion"));
    const before = (within - 1) * batches.perEpoch;
    const { epochs, learningRate } = phase;
    const rules = rulesOfSteps({ ...settings, epochs, learningRate }, epochs * batches.perEpoch, (epoch - 1) * batches.perEpoch);
    let sum = 0;
    const losses = new Ahead<number>((loss) => {
      sum += loss;
      if (!Number.isFinite(sum)) throw trainingDiverged(epoch, `the loss became ${sum}`);
    });
    await inScope(async () => {
      const teacher = this.#teacher && this.#calibrated(this.#teacher, full!);
      let step = 0;
      for (const { images, labels } of batches.epoch()) {
        const soft = teacher && { part: teacher, weight: phase.distillation };
        await losses.add(this.#step(images, labels, plan[step]!, rules(before + step), soft));
        images.dispose();
        step++;
      }
      await losses.all();
      teacher?.dispose();
    });
    const loss = sum / batches.perEpoch;
    const guessing = logarithm(dataset.classes);
    if (loss > settings.divergence * guessing)
      throw trainingDiverged(epoch, `the mean loss was ${loss.toFixed(2)}, and guessing has ${guessing.toFixed(2)}`);
    return { epoch, phase: phase.name, loss };
  }

  /** Percent of the examples that the sub-network has right. */
  accuracy(network: Network, of: "validation" | "test"): Promise<number> {
    const { dataset } = this.#definition;
    return this.#use(network, ({ passes, weights }) => accuracy((images) => taken(passes.predict(images, weights)), dataset, dataset[of]));
  }

  /** The weights of the sub-network, as TrainableNetwork saves its own. */
  extract(network: Network): Promise<Float32Array[]> {
    return this.#use(network, ({ weights }) => {
      const tensors = weights.flatMap(({ parameters, running }) => [...parameters, ...(running ? [running.value] : [])]);
      return Promise.all(tensors.map(async (tensor) => (await tensor.data<"float32">()).slice()));
    });
  }

  /** What the next epoch follows from. */
  async save(): Promise<Float32Array> {
    const state = await this.#weights.save(true);
    if (!this.#teacher) return state;
    const teacher = await this.#teacher.save(false);
    const both = new Float32Array(state.length + teacher.length);
    both.set(state);
    both.set(teacher, state.length);
    return both;
  }

  restore(state: Float32Array): void {
    const taken = this.#weights.restore(state, true);
    if (taken < state.length) this.#makeTeacher(state.subarray(taken));
  }

  /** The weights alone, for networks that learn no more. */
  saveWeights(): Promise<Float32Array> {
    return this.#weights.save(false);
  }

  restoreWeights(weights: Float32Array): void {
    this.#weights.restore(weights, false);
  }

  dispose(): void {
    this.#weights.dispose();
    this.#teacher?.dispose();
    for (const images of this.#calibration ?? []) images.dispose();
  }

  /** @returns the mean loss of the sub-networks */
  #step(
    images: Tensor4D,
    labels: Int32Array,
    networks: readonly Network[],
    rule: Rule,
    soft: { readonly part: Part; readonly weight: number } | undefined,
  ): number | Promise<number> {
    const { weight = 0, part: teacher } = soft ?? {};
    const scores = weight > 0 ? teacher!.passes.predict(images, teacher!.weights) : undefined;
    const targets = { labels, smoothing: this.#definition.settings.labelSmoothing, taught: scores && { scores, weight } };
    const losses = networks.map((network) => {
      let loss: number | tf.Tensor = Number.NaN;
      tf.tidy(() => {
        const part = this.#weights.part(network);
        loss = part.passes.step(images, part.weights, targets, 0, part.collect);
        part.dispose();
      });
      return loss as number | tf.Tensor;
    });
    scores?.dispose();
    this.#weights.update(rule);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / networks.length;
    if (losses.every((loss) => typeof loss === "number")) return mean(losses);
    return Promise.all(losses.map(async (loss) => (typeof loss === "number" ? loss : (await taken(loss))[0]!))).then(mean);
  }

  #use<T>(network: Network, use: (part: Part) => Promise<T>): Promise<T> {
    return inScope(async () => {
      const part = this.#calibrated(this.#weights, network);
      try {
        return await use(part);
      } finally {
        part.dispose();
      }
    });
  }

  /** The sub-network with the moments of the calibration images. To be called in a tidy. */
  #calibrated(weights: SharedWeights, network: Network): Part {
    this.#calibration ??= this.#drawCalibration();
    const part = weights.part(network);
    for (const [i, images] of this.#calibration.entries()) part.passes.calibrate(images, part.weights, 1 / (i + 1));
    return part;
  }

  /** Distorted as in training, in batches of the size of those of evaluation, so that their moments are less by chance. */
  #drawCalibration(): Tensor4D[] {
    const { dataset, seed, calibration } = this.#definition;
    const rng = (purpose: string) => randomStream(seed, `/supernet/calibration/${purpose}`);
    const batches = new Batches(dataset, EVALUATION_BATCH, rng("order"), rng("distortion"));
    const drawn: Tensor4D[] = [];
    while (drawn.length < calibration)
      for (const { images } of batches.epoch()) {
        if (drawn.length < calibration) drawn.push(tf.keep(images));
        else images.dispose();
      }
    return drawn;
  }

  #makeTeacher(weights: Float32Array): void {
    this.#teacher = this.#firstWeights(0);
    this.#teacher.restore(weights, false);
  }

  #firstWeights(memories = memoriesOf(this.#definition.settings.optimizer)): SharedWeights {
    const { envelope, seed } = this.#definition;
    return new SharedWeights(operationsOfBackend(), envelope, randomStream(seed, "/supernet/weights"), memories);
  }
}

/** As tf.tidy, of what waits for a device. Nothing else makes tensors in this thread meanwhile. */
async function inScope<T>(work: () => Promise<T>): Promise<T> {
  const engine = tf.engine();
  engine.startScope();
  try {
    return await work();
  } finally {
    engine.endScope();
  }
}
