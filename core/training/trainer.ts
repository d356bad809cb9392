/**
 * Training for real, as plugins see it: what can be set, what comes out, who does it. The host gives the
 * trainer; it is outside core, in training/.
 *
 * @module
 */
import { networkMisfit } from "../errors/index.ts";
import { type Network, type Shape, shapesOf } from "../space/network.ts";
import type { DatasetSpec } from "./dataset-spec.ts";
import type { BackendOptions, TrainingSettings } from "./settings.ts";
import type { Supernet, SupernetListener, SupernetRequest } from "./supernet.ts";
import type { LearntWeights } from "./trained-network.ts";
import type { WeightSharingListener, WeightSharingRequest, WeightSharingResult } from "./weight-sharing.ts";
import type { Workload } from "./workload.ts";

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
  /** Wall time since the training began, measurements included; of one that was interrupted, without what was lost. */
  readonly seconds: number;
}

/** Follows a training. */
export interface TrainingObserver {
  /** Told after each epoch. @returns false to end the training there, if the validation accuracy was measured */
  epoch?(result: EpochResult): boolean | undefined;
  /** Told what people should know, in a line: that the training goes on after an interruption, for example. */
  note?(line: string): void;
  /** Aborted when nobody waits for the training any more. */
  readonly signal?: AbortSignal;
}

/** A training that has ended. */
export interface TrainingCurve {
  /** In order, as far as it went; the last one has the validation accuracy of the trained network. */
  readonly epochs: readonly EpochResult[];
  readonly seconds: number;
  /** Where they are asked for, if it was not ended early. */
  readonly weights?: LearntWeights;
}

/** What a network is trained on and with. */
export interface TrainingRequest extends BackendOptions {
  /** Dead parts may be there; they are not trained. */
  readonly network: Network;
  readonly dataset: DatasetSpec;
  readonly settings: TrainingSettings;
  /** Of the first weights, the order of the images and their augmentation. */
  readonly seed: number;
  /** Measure the test accuracy as well; only a report may see it. */
  readonly test?: boolean;
  /** What it begins with, instead of first weights that are drawn. */
  readonly first?: LearntWeights;
  /** Give the weights in the end. */
  readonly keep?: boolean;
}

/** What a dataset is, before anything is trained on it. */
export interface DatasetSummary {
  readonly name: string;
  readonly classes: number;
  readonly shape: Shape;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
}

/** What a trainer has opened. */
export interface Prepared {
  readonly summary: DatasetSummary;
  /** The choice that was made, for what is asked of the trainer from then on. */
  readonly backend: BackendOptions;
}

/** Trains networks, away from the thread that asks. */
export interface Trainer {
  /** How much it trains, or measures, at a time. */
  readonly places: number;
  /**
   * Opens a dataset and a backend. Both become inputs of the experiment, on which its digest depends.
   * @param work  what the fastest backend is chosen by, where the fastest is asked for: each that is there is timed, once on
   * a machine. Left out, it is the first that there is.
   * @param note  told what was chosen, in a line, where there was a choice
   * @throws EvokeError if one of them cannot be had, or NETWORK_MISFIT
   */
  prepare(dataset: DatasetSpec, backend?: BackendOptions, work?: Workload, note?: (line: string) => void): Promise<Prepared>;
  /**
   * Trains a network. Several may be under way; as many as there are places are trained at a time.
   * The result depends on the request, the backend, the class of the processor, and where the observer ends it.
   * One that was interrupted goes on after its last checkpoint, where the host keeps some; the observer is told of the
   * epochs before, too.
   *
   * @throws EvokeError TRAINING_DIVERGED, or the reason of the observer's signal
   */
  train(request: TrainingRequest, observer?: TrainingObserver): Promise<TrainingCurve>;
  /**
   * A supernet. It is trained once and kept: the same request finds it, also in another process, and goes on with
   * one that was interrupted. All that its weights follow from becomes an input of the experiment, so that the
   * digest is known before it is trained.
   * @param listener  told of the training, if this request is the first of its kind
   */
  supernet(request: SupernetRequest, listener: SupernetListener): Promise<Supernet>;
  /**
   * Trains shared weights by a method, epoch by epoch, and has it rank architectures. One that was interrupted goes on after
   * its last checkpoint, to the same bits, where the host keeps some.
   * @throws EvokeError NETWORK_MISFIT, TRAINING_DIVERGED, BACKEND_UNFIT
   */
  shareWeights(request: WeightSharingRequest, listener: WeightSharingListener): Promise<WeightSharingResult>;
}

/** Finds out whether a network takes a dataset's images and has a score for each of its classes. @throws EvokeError NETWORK_MISFIT */
export function checkFit(network: Network, { name, shape, classes }: Pick<DatasetSummary, "name" | "shape" | "classes">): void {
  const shapes = shapesOf(network);
  const [image, output] = [shapes[0]!, shapes.at(-1)!];
  const described = (image: Shape, classes: number) => `${image.join(" × ")} in ${classes} classes`;
  if (image.join() !== shape.join() || output.join() !== [1, 1, classes].join())
    throw networkMisfit(name, described(shape, classes), described(image, output[2]));
}
