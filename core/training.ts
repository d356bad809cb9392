/**
 * Training for real, as plugins see it: what can be set, what comes out, who does it. The host gives the
 * trainer; it is outside core, in training/.
 *
 * @module
 */
import type { DatasetSpec } from "./dataset-spec.ts";
import { networkMisfit } from "./errors.ts";
import { type Network, type Shape, shapesOf } from "./network.ts";
import type { OptionsOf } from "./options.ts";
import type { Supernet, SupernetListener, SupernetRequest } from "./supernet.ts";

/** How a network is trained: options of the evaluator `training`, and of `evoke tabulate`. */
export const trainingSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    epochs: { type: "integer", minimum: 1, maximum: 100_000, default: 12, description: "how often every training image is seen" },
    batch: {
      type: "integer",
      minimum: 1,
      maximum: 65_536,
      default: 64,
      description: "images in a step; what is left of an epoch is left out",
    },
    optimiser: { enum: ["sgd", "adam"], default: "sgd", description: "sgd is with Nesterov's momentum" },
    learningRate: {
      type: "number",
      exclusiveMinimum: 0,
      default: 0.1,
      description: "of the first step; it falls to 0 as half a cosine",
    },
    momentum: { type: "number", minimum: 0, exclusiveMaximum: 1, default: 0.9, description: "of sgd; of adam, β1" },
    weightDecay: {
      type: "number",
      minimum: 0,
      default: 0.0005,
      description: "of convolutions and the classifier, added to the gradient; normalisations have none",
    },
    labelSmoothing: {
      type: "number",
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: "how much of a label is spread over all classes",
    },
    measureEvery: {
      type: "integer",
      minimum: 1,
      default: 1,
      description: "the accuracy is measured after each so many epochs, and after the last",
    },
    divergence: {
      type: "number",
      exclusiveMinimum: 1,
      default: 4,
      description: "the training is given up when an epoch's mean loss is more than so many times that of guessing",
    },
  },
} as const;

/** Its defaults filled in. */
export type TrainingSettings = OptionsOf<typeof trainingSchema>;

/** The implementations of TensorFlow.js, the fastest first. */
export const BACKENDS = ["tfjs-node-gpu", "tfjs-node", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];
/** One of them, or the fastest that there is. */
export type BackendChoice = "fastest" | BackendName;

/** After an epoch of training. */
export interface EpochResult {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean cross-entropy of its steps, in nats. */
  readonly loss: number;
  /** Percent of the validation images; left out where it was not measured. */
  readonly validation?: number;
  /** Percent of the test images; only where the test accuracy is asked for and the validation accuracy was measured. */
  readonly test?: number;
  /** Wall time since the training began, measurements included. */
  readonly seconds: number;
}

/** What a network has learnt: of each live layer the parameters, and after a normalisation's its running moments. */
export type LearntWeights = readonly Float32Array[];

/** A network with weights that are fit for use. */
export interface TrainedNetwork {
  /** Without dead parts. */
  readonly network: Network;
  readonly weights: LearntWeights;
}

/** A finished training. */
export interface TrainingCurve {
  /** In order; the last one has the validation accuracy of the trained network. */
  readonly epochs: readonly EpochResult[];
  readonly seconds: number;
  /** Where they are asked for. */
  readonly weights?: LearntWeights;
}

export interface TrainingRequest {
  /** Dead parts may be there; they are not trained. */
  readonly network: Network;
  readonly dataset: DatasetSpec;
  readonly settings: TrainingSettings;
  /** Of the first weights, the order of the images and their distortion. */
  readonly seed: number;
  /** Measure the test accuracy as well; only a report may see it. */
  readonly test?: boolean;
  /** What it begins with, instead of first weights that are drawn. */
  readonly first?: LearntWeights;
  /** Give the weights in the end. */
  readonly keep?: boolean;
  readonly backend?: BackendChoice;
}

/** What a dataset is, before anything is trained on it. */
export interface DatasetSummary {
  readonly name: string;
  readonly classes: number;
  readonly shape: Shape;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
}

/** Trains networks, away from the thread that asks. */
export interface Trainer {
  /**
   * Opens a dataset and a backend. Both become inputs of the experiment, on which its digest depends.
   * @throws EvokeError if one of them cannot be had
   */
  prepare(dataset: DatasetSpec, backend?: BackendChoice): Promise<DatasetSummary>;
  /**
   * Trains a network. Several may be under way; so many as there are workers are trained at a time.
   * The result depends on the request, the backend and the class of the processor only.
   *
   * @param onEpoch  told after each epoch
   * @throws EvokeError TRAINING_DIVERGED
   */
  train(request: TrainingRequest, onEpoch?: (result: EpochResult) => void): Promise<TrainingCurve>;
  /**
   * A supernet. It is trained once and kept: the same request finds it, also in another process, and goes on with
   * one that was interrupted. All that its weights follow from becomes an input of the experiment, so that the
   * digest is known before it is trained.
   * @param listener  told of the training, if this request is the first of its kind
   */
  supernet(request: SupernetRequest, listener: SupernetListener): Promise<Supernet>;
}

/** Finds out whether a network takes a dataset's images and has a score for each of its classes. @throws EvokeError NETWORK_MISFIT */
export function checkFit(network: Network, { name, shape, classes }: Pick<DatasetSummary, "name" | "shape" | "classes">): void {
  const shapes = shapesOf(network);
  const [image, output] = [shapes[0]!, shapes.at(-1)!];
  const described = (image: Shape, classes: number) => `${image.join(" × ")} in ${classes} classes`;
  if (image.join() !== shape.join() || output.join() !== [1, 1, classes].join())
    throw networkMisfit(name, described(shape, classes), described(image, output[2]));
}
