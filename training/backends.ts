/**
 * What trains, whatever it is made of: the one place that worker threads ask for it.
 *
 * @module
 */
import { backendUnfit } from "../core/errors/index.ts";
import type { BackendOptions } from "../core/training/settings.ts";
import type { TrainingCurve } from "../core/training/trainer.ts";
import { describePytorch, pytorchBackend } from "./pytorch/pytorch.ts";
import { askSubnetwork, trainSupernet } from "./supernet/supernet-worker.ts";
import { type BackendReport, describeBackends, type OpenedBackend, openBackend } from "./tensorflow.ts";
import { type GoesOn, type Training, train } from "./train.ts";

export interface Backend {
  readonly opened: OpenedBackend;
  /**
   * Trains a network, from its first weights or from a checkpoint of the same backend.
   * @throws EvokeError NETWORK_MISFIT, TRAINING_DIVERGED, TRAINING_FAILED
   */
  train(training: Training, goesOn: GoesOn): Promise<TrainingCurve>;
  /** Left out where it trains no networks with shared weights. */
  readonly supernets?: { readonly train: typeof trainSupernet; readonly ask: typeof askSubnetwork };
}

/** The backend that this thread computes with from now on. @throws EvokeError BACKEND_UNAVAILABLE, BACKEND_UNFIT */
export async function backendOf(options: BackendOptions): Promise<Backend> {
  const { backend = "fastest" } = options;
  if (backend === "pytorch") return pytorchBackend(options);
  for (const option of ["python", "device", "threads", "precision"] as const)
    if (options[option] !== undefined && options[option] !== HAD_BY_ALL[option])
      throw backendUnfit(backend, `it has no option "${option}"`, 'Leave it out, or choose the backend "pytorch".');
  return {
    opened: await openBackend(backend),
    train,
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
