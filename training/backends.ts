/**
 * What trains, whatever it is made of: the one place that worker threads ask for it.
 *
 * @module
 */
import { backendUnavailable, backendUnfit } from "../core/errors/index.ts";
import type { BackendOptions } from "../core/training/settings.ts";
import type { TrainingCurve } from "../core/training/trainer.ts";
import { isNative } from "./native/built.ts";
import { describePytorch, pytorchAtAGlance, pytorchBackend } from "./pytorch/pytorch.ts";
import { askSubnetwork, trainSupernet } from "./supernet/supernet-worker.ts";
import { type BackendReport, describeBackends, type OpenedBackend, openBackend, type There } from "./tensorflow.ts";
import { type GoesOn, type Training, train } from "./train.ts";
import type { MixtureDefinition, MixtureLearner } from "./weight-sharing/learner.ts";
import { TensorflowMixtures } from "./weight-sharing/tensorflow-mixtures.ts";

export interface Backend {
  readonly opened: OpenedBackend;
  /**
   * Trains a network, from its first weights or from a checkpoint of the same backend.
   * @throws EvokeError NETWORK_MISFIT, TRAINING_DIVERGED, TRAINING_FAILED
   */
  train(training: Training, goesOn: GoesOn): Promise<TrainingCurve>;
  /** What trains the weights of an open network, from the first on. A thread has one at a time. */
  mixtures(definition: MixtureDefinition): MixtureLearner | Promise<MixtureLearner>;
  /** Left out where it trains no supernets. */
  readonly supernets?: { readonly train: typeof trainSupernet; readonly ask: typeof askSubnetwork };
}

/** The backend that this thread computes with from now on. @throws EvokeError BACKEND_UNAVAILABLE, BACKEND_UNFIT */
export async function backendOf(options: BackendOptions): Promise<Backend> {
  const { backend = "fastest" } = options;
  if (backend === "pytorch") return pytorchBackend(options);
  for (const option of ["python", "device", "threads", "precision"] as const)
    if (options[option] !== undefined && options[option] !== HAD_BY_ALL[option] && !(option === "threads" && isNative(backend)))
      throw backendUnfit(backend, `it has no option "${option}"`, 'Leave it out, or choose the backend "pytorch".');
  return {
    opened: await openBackend(backend, options.threads),
    train,
    mixtures: (definition) => new TensorflowMixtures(definition),
    supernets: { train: trainSupernet, ask: askSubnetwork },
  };
}

/** All backends, each tried. */
export async function backendReports(): Promise<readonly BackendReport[]> {
  const [tensorflow, pytorch] = await Promise.all([describeBackends(), describePytorch()]);
  return [...tensorflow, pytorch];
}

/** What every backend does. */
const HAD_BY_ALL: BackendOptions = { threads: 1, precision: "float32" };

/**
 * The backends that are there and may be the fastest, in the order of BACKENDS: none that imitates a graphics card, and cpu
 * only where there is no other, since it is the same in JavaScript.
 * @param options  that they have to have
 * @param shared  whether supernets are to be trained
 * @throws EvokeError BACKEND_UNAVAILABLE if there is none
 */
export async function backendsThere(options: BackendOptions, shared: boolean): Promise<readonly There[]> {
  const there: There[] = [];
  const passedOver: string[] = [];
  for (const { backend, available, software = false, detail } of await describeBackends()) {
    if (!available) passedOver.push(`${backend}: ${detail}`);
    if (!available || software || (backend === "cpu" && there.length > 0)) continue;
    try {
      const { opened } = await backendOf({ ...options, backend });
      there.push({ name: opened.name, version: opened.version });
    } catch (error) {
      passedOver.push((error as Error).message.split("\n")[0]!);
    }
  }
  const pytorch = shared ? undefined : await pytorchAtAGlance(options);
  if (pytorch !== undefined) there.push({ name: "pytorch", version: pytorch });
  if (there.length === 0) throw backendUnavailable("fastest", passedOver);
  return there;
}
