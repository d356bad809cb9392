/** Training, data sets, predictors and supernets. @module */
import { EvokeError } from "./evoke-error.ts";

/** A file of a dataset is of another kind, damaged or cut off; or a manifest asks for more than a dataset has. */
export function datasetInvalid(what: string, problem: string): EvokeError {
  return new EvokeError("DATASET_INVALID", `Cannot use ${what}: ${problem}.`);
}

/** A file that should hold a predictor is of another kind, damaged, cut off, or would run something. */
export function predictorInvalid(file: string, problem: string): EvokeError {
  return new EvokeError("PREDICTOR_INVALID", `Cannot use the predictor ${file}: ${problem}.`);
}

/** A predictor did not learn. */
export function predictorDiverged(problem: string): EvokeError {
  return new EvokeError("PREDICTOR_DIVERGED", `Cannot fit this predictor: ${problem}.\n  A lower /training/learningRate may help.`);
}

/** There is too little to learn a predictor from. */
export function pairsFew(file: string, found: string, remedy: string): EvokeError {
  return new EvokeError("PAIRS_FEW", `Cannot fit a predictor to the pairs of ${file}: ${found}.\n  ${remedy}`);
}

/** A predictor is for architectures of another space. */
export function predictorMismatch(file: string, problem: string): EvokeError {
  return new EvokeError(
    "PREDICTOR_MISMATCH",
    `Cannot use the predictor ${file} with this experiment's space: ${problem}.\n  Choose another predictor, or set /space to the one that it was made for.`,
  );
}

/** No backend of TensorFlow.js loads, or the one that is asked for is not there. */
export function backendUnavailable(choice: string, reasons: readonly string[]): EvokeError {
  const what = choice === "fastest" ? "any backend of TensorFlow.js" : `the backend ${choice}`;
  return new EvokeError(
    "BACKEND_UNAVAILABLE",
    `Cannot load ${what}.\n${reasons.map((reason) => `  ${reason}`).join("\n")}\n  See what there is with: evoke doctor`,
  );
}

/** A backend cannot do what is asked of it. */
export function backendUnfit(backend: string, reason: string, remedy: string): EvokeError {
  return new EvokeError("BACKEND_UNFIT", `Cannot use the backend "${backend}" here: ${reason}.\n  ${remedy}`);
}

/** The space does not say what networks its architectures are. */
export function networkMissing(): EvokeError {
  return new EvokeError(
    "NETWORK_MISSING",
    "Cannot train architectures of this space: it does not say what networks they are.\n  Choose another evaluator, or a space with networks, such as nas-bench-201.",
  );
}

/** A search by weight sharing is in a space that cannot leave its choices open. */
export function openNetworkMissing(): EvokeError {
  return new EvokeError(
    "OPEN_NETWORK_MISSING",
    'Cannot search this space by weight sharing: it has no network in which the choices are left open.\n  Choose a space that has one, such as nas-bench-201, or another controller; a space of your own can have one by the method "open": see docs/plugin-guide/networks.md.',
  );
}

/** Shared weights have diverged. */
export function sharedWeightsDiverged(epoch: number): EvokeError {
  return new EvokeError(
    "TRAINING_DIVERGED",
    `Cannot go on with shared weights: in epoch ${epoch} the loss, or a weight, was not finite.\n  A lower /sharedWeights/schedule/learningRate may help, or a bound on the gradient, such as 5, as /sharedWeights/schedule/clip.`,
  );
}

/** What a method of weight sharing has of the architecture has diverged. */
export function architectureDiverged(epoch: number): EvokeError {
  return new EvokeError(
    "TRAINING_DIVERGED",
    `Cannot go on with shared weights: in epoch ${epoch} the weights of the operations were not finite.\n  Rates, factors and temperatures in /controller/options that are nearer to the defaults may help.`,
  );
}

/** Half of the images to train on are for the architecture, and that leaves none for the weights. */
export function halfEmpty(dataset: string, images: number): EvokeError {
  return new EvokeError(
    "DATASET_INVALID",
    `Cannot halve the images to train on of ${dataset}, as /sharedWeights/architectureImages says: there is ${images}.\n  Give more as /sharedWeights/dataset/split/train, or leave architectureImages out.`,
  );
}

/** A network is to be written as code, and its space does not say what networks its architectures are. */
export function networkUndescribed(space: string): EvokeError {
  return new EvokeError(
    "NETWORK_MISSING",
    `Cannot write architectures of the space "${space}" as code: it does not say what networks they are.\n  A space can do so with the method "network", as nas-bench-201 does: see docs/plugin-guide/networks.md.`,
  );
}

/** A network is to be exported, and the evaluator of the manifest trains none. */
export function nothingTrained(evaluator: string, file: string): EvokeError {
  return new EvokeError(
    "NOTHING_TRAINED",
    `Cannot export a network: the evaluator "${evaluator}" at /evaluator of ${file} trains none.\n  Name a manifest with the evaluator "supernet" or "training".`,
  );
}

/** The networks of a space cannot share weights, or cannot be trained together as the manifest says. */
export function supernetImpossible(problem: string, remedy: string): EvokeError {
  return new EvokeError("SUPERNET_IMPOSSIBLE", `Cannot make a supernet of this space: ${problem}.\n  ${remedy}`);
}

/** The space's networks do not take the images of the dataset, or have another number of classes. */
export function networkMisfit(dataset: string, expected: string, found: string): EvokeError {
  return new EvokeError(
    "NETWORK_MISFIT",
    `Cannot train on ${dataset}: its images are ${expected}, and the networks of the space take ${found}.\n  Set the space's options to the dataset's, for example imageSize, imageChannels and classes of nas-bench-201.`,
  );
}

/** A training diverged. */
export function trainingDiverged(epoch: number, problem: string): EvokeError {
  return new EvokeError(
    "TRAINING_DIVERGED",
    `Cannot train this network: in epoch ${epoch} ${problem}.\n  A lower /learningRate may help; /failures of the manifest says whether to reject the architecture or to stop.`,
  );
}

/** What trains in a process of its own, or on a graphics card, has failed. @param log  the last that a process has printed */
export function trainingFailed(backend: string, problem: string, remedy: string, log?: string): EvokeError {
  return new EvokeError(
    "TRAINING_FAILED",
    `Cannot train this network by ${backend}: ${problem}.\n  ${remedy}`,
    log === undefined ? {} : { log },
  );
}

/** A backend has failed for want of memory. @param cause  what it said, for those who debug */
export function trainingOutOfMemory(backend: string, cause: Error): EvokeError {
  return new EvokeError(
    "TRAINING_FAILED",
    `Cannot train this network by ${backend}: its memory did not suffice.\n  Lower the batch size or the networks, let less be trained at a time, or choose another backend: evoke doctor.`,
    { cause },
  );
}

/** A file with the architectures to be trained has an invalid architecture. */
export function onlyInvalid(file: string, line: number, cause: Error): EvokeError {
  return new EvokeError("ONLY_INVALID", `Cannot use line ${line} of ${file}: ${cause.message}`, { cause });
}
