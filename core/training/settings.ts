/** How networks are trained: what can be set. @module */
import type { OptionsOf } from "../json/options.ts";

/** How a network is trained: options of the evaluator `training`, and of `evoke tabulate`. */
export const trainingSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    epochs: { type: "integer", minimum: 1, maximum: 100_000, default: 12, description: "how often every training image is seen" },
    batchSize: {
      type: "integer",
      minimum: 1,
      maximum: 65_536,
      default: 64,
      description: "images in a step; what is left of an epoch is left out",
    },
    optimizer: { enum: ["sgd", "adam"], default: "sgd", description: "sgd is with Nesterov's momentum" },
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
    validateEvery: {
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
export const BACKENDS = ["tfjs-node-gpu", "tfjs-node", "webgpu", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];
/** One of them, or the fastest that there is. */
export type BackendChoice = "fastest" | BackendName;
