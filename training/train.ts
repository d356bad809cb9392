/**
 * Trains a network on a dataset.
 *
 * What fixes the result: the request, the backend with its version, and on wasm the class of the
 * processor, which decides how XNNPACK groups its sums. The version of Node does not: nothing but
 * + − × ÷ and √ is used outside the backend, and nothing is drawn but from streams of the seed. The
 * cpu backend is JavaScript, of the same operations. On the native backends the order of sums, and
 * so the last bits, are TensorFlow's affair.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { cosineOfHalfTurns, logarithm } from "../core/engine/exact-math.ts";
import { trainingDiverged } from "../core/errors/index.ts";
import { type RandomStream, type Rng, randomStream, resumedStream, shuffle } from "../core/random/rng.ts";
import type { Network } from "../core/space/network.ts";
import type { TrainingSettings } from "../core/training/settings.ts";
import type { LearntWeights } from "../core/training/trained-network.ts";
import { checkFit, type EpochResult, type TrainingCurve } from "../core/training/trainer.ts";
import type { Checkpoint } from "./checkpoints/checkpoint.ts";
import { type Drawn, drawAugmentation, drawAugmented } from "./datasets/augmentation.ts";
import type { Dataset, Examples } from "./datasets/dataset.ts";
import { Ahead } from "./network/ahead.ts";
import { NativeOperations } from "./network/native-operations.ts";
import { TrainableNetwork } from "./network/network-builder.ts";
import { Operations, type Rule, type Tensor4D } from "./network/operations.ts";
import { WasmOperations } from "./network/wasm/wasm-operations.ts";
import { WebGpuOperations } from "./network/webgpu-operations.ts";

const ADAM_BETA2 = 0.999;
/** Integers of the state of a random stream. */
const STREAM_WORDS = 4;
/** Images in a step of evaluation; few enough to stay in the processor's cache. */
export const EVALUATION_BATCH = 200;

export interface Training {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly test?: boolean | undefined;
  readonly first?: LearntWeights | undefined;
  readonly keep?: boolean | undefined;
  /** What it goes on from, instead of beginning: a checkpoint of the same training. */
  readonly from?: Checkpoint | undefined;
}

/**
 * Told after each epoch. What it returns is whether to go on: false ends the training there, if the validation accuracy
 * was measured.
 * @param checkpoint  gives what the next epoch follows from; not to be called any more when it has returned
 */
export type GoesOn = (result: EpochResult, checkpoint: () => Promise<Checkpoint>) => boolean | Promise<boolean>;

/** What computes the epochs of a training. */
export interface Learner {
  /**
   * Trains for an epoch.
   * @param steps  of each step its rule, and by how much the running moments move
   * @returns the mean loss of the steps, in nats; what it has become, if that is not finite
   */
  epoch(batches: Batches, steps: readonly { readonly rule: Rule; readonly momentum: number }[]): number | Promise<number>;
  /** Percent of the examples whose class has the highest score; of equal scores, the first. */
  accuracy(part: "validation" | "test"): number | Promise<number>;
  /** What the next steps follow from, in an order of its own: weights, running moments, what the optimizer remembers. */
  state(): Float32Array | Promise<Float32Array>;
  weights(): LearntWeights | Promise<LearntWeights>;
  dispose(): void;
}

/** How a learner begins. */
export interface Beginning {
  /** Draws the first weights, if there are none to begin with. */
  readonly rng: Rng;
  /** Of the training that goes on. */
  readonly state: Float32Array | undefined;
  /** Those that were taken before. */
  readonly steps: number;
}

/**
 * Trains by the backend of TensorFlow.js that is open (see openBackend).
 * @throws EvokeError NETWORK_MISFIT, TRAINING_DIVERGED
 */
export function train(training: Training, goesOn: GoesOn = () => true): Promise<TrainingCurve> {
  const { network, dataset, settings, first } = training;
  return trainBy(training, goesOn, ({ rng, state }) => {
    const trainable = new TrainableNetwork(operationsOfBackend(), network, rng, memoriesOf(settings.optimizer));
    if (first) trainable.restore(first);
    if (state) trainable.restoreState(state);
    return {
      async epoch(batches, steps) {
        let [sum, step] = [0, 0];
        const losses = new Ahead<number>((loss) => {
          sum += loss;
        });
        for (const { images, labels } of batches.epoch()) {
          const { rule, momentum } = steps[step++]!;
          await losses.add(trainable.step(images, { labels, smoothing: settings.labelSmoothing }, momentum, rule));
          images.dispose();
          if (!Number.isFinite(sum)) return sum;
        }
        await losses.all();
        return sum / steps.length;
      },
      accuracy: (part) => accuracy((images) => trainable.predict(images), dataset, dataset[part]),
      state: () => trainable.saveState(),
      weights: () => trainable.save(),
      dispose: () => trainable.dispose(),
    };
  });
}

/**
 * Trains epoch by epoch.
 * @param begin  makes what computes them
 * @throws EvokeError NETWORK_MISFIT, TRAINING_DIVERGED
 */
export async function trainBy(
  training: Training,
  goesOn: GoesOn,
  begin: (beginning: Beginning) => Learner | Promise<Learner>,
): Promise<TrainingCurve> {
  const { network, dataset, settings, seed, from } = training;
  checkFit(network, dataset);
  const epochs: EpochResult[] = [...(from?.epochs ?? [])];
  const began = performance.now() - 1000 * (epochs.at(-1)?.seconds ?? 0);
  const rng = (purpose: string) => randomStream(seed, `/training/${purpose}`);
  const batches = new Batches(dataset, settings.batchSize, rng("order"), rng("distortion"));
  const saved = from && unpacked(from.state, batches.saved);
  if (saved) batches.restore(saved.drawing);
  let step = epochs.length * batches.perEpoch;
  const rules = rulesOfSteps(settings, settings.epochs * batches.perEpoch, step);
  const learner = await begin({ rng: rng("weights"), state: saved?.learnt, steps: step });
  const checkpoint = async (): Promise<Checkpoint> => ({ epochs: [...epochs], state: packed(batches.save(), await learner.state()) });
  let weights: LearntWeights | undefined;
  try {
    for (let epoch = epochs.length + 1; epoch <= settings.epochs; epoch++) {
      const steps = Array.from({ length: batches.perEpoch }, () => {
        // The first steps make their mean the running moments; later ones move them by a tenth.
        const momentum = Math.max(0.1, 1 / (step + 1));
        return { rule: rules(step++), momentum };
      });
      const loss = await learner.epoch(batches, steps);
      if (!Number.isFinite(loss)) throw trainingDiverged(epoch, `the loss became ${loss}`);
      const guessing = logarithm(dataset.classes);
      if (loss > settings.divergence * guessing)
        throw trainingDiverged(epoch, `the mean loss was ${loss.toFixed(2)}, and guessing has ${guessing.toFixed(2)}`);
      const measured = epoch % settings.validateEvery === 0 || epoch === settings.epochs;
      const result: EpochResult = {
        epoch,
        loss,
        ...(measured && { validation: await learner.accuracy("validation") }),
        ...(measured && training.test && { test: await learner.accuracy("test") }),
        seconds: (performance.now() - began) / 1000,
      };
      epochs.push(result);
      if (!(await goesOn(result, checkpoint)) && measured) break;
    }
    if (training.keep && epochs.length === settings.epochs) weights = await learner.weights();
  } finally {
    learner.dispose();
  }
  return { epochs, seconds: (performance.now() - began) / 1000, ...(weights && { weights }) };
}

/** The state of a training between two epochs: of the batches, then of the network. */
function packed(drawing: Int32Array, learnt: Float32Array): Uint8Array {
  const state = new Uint8Array(drawing.byteLength + learnt.byteLength);
  state.set(new Uint8Array(drawing.buffer));
  state.set(new Uint8Array(learnt.buffer), drawing.byteLength);
  return state;
}

/** @param integers  how many of the state are of the batches */
function unpacked(state: Uint8Array, integers: number): { drawing: Int32Array; learnt: Float32Array } {
  const { buffer } = state.slice(); // aligned
  return { drawing: new Int32Array(buffer, 0, integers), learnt: new Float32Array(buffer, integers * Int32Array.BYTES_PER_ELEMENT) };
}

/** For the backend that is open. */
export function operationsOfBackend(): Operations {
  switch (tf.getBackend()) {
    case "wasm":
      return new WasmOperations();
    case "webgpu":
      return new WebGpuOperations();
    case "tensorflow":
      return new NativeOperations();
    default:
      return new Operations();
  }
}

/** The training images in a new order each epoch, augmented anew, a batch at a time; what does not fill one is left out. */
export class Batches {
  readonly perEpoch: number;
  readonly #dataset: Dataset;
  readonly #order: Int32Array;
  readonly #rows: number;
  #orderRng: RandomStream;
  #augmentationRng: RandomStream;

  constructor(dataset: Dataset, batch: number, order: RandomStream, augmentation: RandomStream) {
    this.#dataset = dataset;
    this.#order = Int32Array.from({ length: dataset.train.count }, (_, row) => row);
    this.#rows = Math.min(batch, dataset.train.count);
    this.perEpoch = Math.floor(dataset.train.count / this.#rows);
    this.#orderRng = order;
    this.#augmentationRng = augmentation;
  }

  /** How many integers `save` gives. */
  get saved(): number {
    return 2 * STREAM_WORDS + this.#order.length;
  }

  /** What the next epoch follows from: the states of both streams, and the last order. */
  save(): Int32Array {
    return Int32Array.from([...this.#orderRng.state(), ...this.#augmentationRng.state(), ...this.#order]);
  }

  /** Takes what was saved, of the same dataset. */
  restore(saved: Int32Array): void {
    this.#orderRng = resumedStream([...saved.subarray(0, STREAM_WORDS)]);
    this.#augmentationRng = resumedStream([...saved.subarray(STREAM_WORDS, 2 * STREAM_WORDS)]);
    this.#order.set(saved.subarray(2 * STREAM_WORDS));
  }

  /** What the next epoch consists of, for those who draw no images here: the rows in order, and how each is augmented. */
  drawEpoch(): { readonly rows: Int32Array; readonly drawn: Drawn } {
    shuffle(this.#order, this.#orderRng);
    const rows = this.#order.slice(0, this.perEpoch * this.#rows);
    return { rows, drawn: drawAugmentation(this.#dataset, rows.length, this.#augmentationRng) };
  }

  *epoch(): Generator<{ images: Tensor4D; labels: Int32Array }> {
    const order = this.#order;
    shuffle(order, this.#orderRng);
    const { shape, train } = this.#dataset;
    const size = shape[0] * shape[1] * shape[2];
    for (let step = 0; step < this.perEpoch; step++) {
      const rows = order.subarray(step * this.#rows, (step + 1) * this.#rows);
      const images = new Float32Array(rows.length * size);
      drawAugmented(this.#dataset, train.images, rows, images, this.#augmentationRng);
      yield { images: tf.tensor4d(images, [rows.length, ...shape]), labels: rows.map((row) => train.labels[row]!) };
    }
  }
}

/** How many tensors an optimizer remembers for each parameter. */
export function memoriesOf(optimizer: TrainingSettings["optimizer"]): number {
  return optimizer === "adam" ? 2 : 1;
}

/**
 * The rule of each step, to be asked for in order: the rate rises in a straight line while there is a warm-up, and falls to 0
 * as half a cosine then.
 * @param settings  with the epochs that the steps are
 * @param before  steps that were taken before the first
 */
export function rulesOfSteps(
  settings: Pick<TrainingSettings, "epochs" | "optimizer" | "learningRate" | "warmup" | "momentum" | "weightDecay">,
  steps: number,
  before = 0,
): (step: number) => Rule {
  const { epochs, learningRate, warmup = 0, momentum, weightDecay: decay } = settings;
  const rising = Math.floor(steps * Math.min(warmup / epochs, 0.5));
  const rate = (step: number) =>
    step < rising ? (learningRate * (step + 1)) / rising : (learningRate * (1 + cosineOfHalfTurns((step - rising) / (steps - rising)))) / 2;
  if (settings.optimizer === "sgd") return (step) => ({ optimizer: "sgd", rate: rate(step), momentum, decay });
  let [power1, power2] = [1, 1];
  const oneMore = () => {
    power1 *= momentum;
    power2 *= ADAM_BETA2;
  };
  for (let i = 0; i < before; i++) oneMore();
  return (step) => {
    oneMore();
    const corrections = { correction1: 1 - power1, correction2: 1 - power2 };
    return { optimizer: "adam", rate: rate(step), beta1: momentum, beta2: ADAM_BETA2, ...corrections, decay };
  };
}

/** How many images have their highest score at their class; of equal scores, the first counts. @param scores  [N, classes] */
export function countRight(scores: Float32Array, labels: Int32Array): number {
  const classes = scores.length / labels.length;
  let right = 0;
  for (let n = 0, at = 0; n < labels.length; n++, at += classes) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (scores[at + k]! > scores[at + best]!) best = k;
    if (best === labels[n]) right++;
  }
  return right;
}

/** Percent of the examples whose class has the highest score. */
export async function accuracy(
  predict: (images: Tensor4D) => Promise<Float32Array>,
  { shape, classes }: Dataset,
  { images, labels, count }: Examples,
): Promise<number> {
  const size = shape[0] * shape[1] * shape[2];
  let right = 0;
  let seen = 0;
  const answers = new Ahead<Float32Array>((scores) => {
    right += countRight(scores, labels.subarray(seen, (seen += scores.length / classes)));
  });
  for (let from = 0; from < count; from += EVALUATION_BATCH) {
    const rows = Math.min(EVALUATION_BATCH, count - from);
    const batch = tf.tensor4d(images.subarray(from * size, (from + rows) * size), [rows, ...shape]);
    await answers.add(predict(batch));
    batch.dispose();
  }
  await answers.all();
  return (100 * right) / count;
}
