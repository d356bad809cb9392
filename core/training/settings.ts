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
      maximum: 100,
      default: 0.1,
      description: "of the first step, or of the last of the warm-up; it falls to 0 as half a cosine",
    },
    warmup: {
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      description: "epochs in which the learning rate rises, step by step, before it falls: at most half of all; default: none",
    },
    momentum: { type: "number", minimum: 0, exclusiveMaximum: 1, default: 0.9, description: "of sgd; of adam, β1" },
    weightDecay: {
      type: "number",
      minimum: 0,
      maximum: 100,
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
      maximum: 100_000,
      default: 1,
      description: "the accuracy is measured after each so many epochs, and after the last",
    },
    divergence: {
      type: "number",
      exclusiveMinimum: 1,
      maximum: 1_000_000,
      default: 4,
      description: "the training is given up when an epoch's mean loss is more than so many times that of guessing",
    },
  },
} as const;

/** Its defaults filled in. */
export type TrainingSettings = OptionsOf<typeof trainingSchema>;

/** The implementations of TensorFlow.js, the fastest first. */
export const TENSORFLOW_BACKENDS = ["tfjs-node-gpu", "tfjs-node", "webgpu", "wasm", "cpu"] as const;
/** The name of one of them. */
export type TensorflowBackend = (typeof TENSORFLOW_BACKENDS)[number];
/** All that can train: these, and PyTorch in a process of Python. */
export const BACKENDS = [...TENSORFLOW_BACKENDS, "pytorch"] as const;
/** The name of one of them. */
export type BackendName = (typeof BACKENDS)[number];
/** One of them, or the fastest that there is. */
export type BackendChoice = "fastest" | BackendName;

/**
 * What computes: options of the evaluator `training`, and of `evoke tabulate`. What a result depends on of all but the
 * first, the version of the opened backend names: see BACKEND_DETAILS.
 */
export const backendProperties = {
  backend: {
    enum: ["fastest", ...BACKENDS],
    default: "fastest",
    description: "what computes: an implementation of TensorFlow.js, or PyTorch; see evoke doctor",
  },
  python: {
    type: "string",
    minLength: 1,
    description:
      "of pytorch: a Python that has it, on the PATH or relative to the manifest; default: the variable EVOKE_PYTHON's, or python3",
  },
  device: {
    type: "string",
    pattern: "^(cpu|mps|cuda(:[0-9]+)?)$",
    description: "of pytorch: cpu, cuda, cuda:1 and so on, or mps; default: the first that there is of cuda, mps and cpu",
  },
  threads: {
    type: "integer",
    minimum: 1,
    maximum: 1024,
    description:
      "on a processor; of pytorch, those of each training, by default 1, so that several share the cores; of tfjs-node, those of all trainings together, by default as many as there are cores",
  },
  precision: {
    enum: ["float32", "mixed"],
    description: "of pytorch: mixed computes convolutions and products in 16 bits; default: float32",
  },
} as const;

/** Those of its options that the version of the opened backend names. */
export const BACKEND_DETAILS = ["python", "device", "threads", "precision"] as const;

/** A backend as a manifest chooses it. */
export interface BackendOptions {
  readonly backend?: BackendChoice | undefined;
  readonly python?: string | undefined;
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  readonly precision?: "float32" | "mixed" | undefined;
}

/** Of all options of a plugin or a manifest those that choose the backend. */
export function backendOptions({ backend, python, device, threads, precision }: BackendOptions): BackendOptions {
  return { backend, python, device, threads, precision };
}
