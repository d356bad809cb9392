/**
 * What computes searches by weight sharing: TensorFlow.js in the thread that asks, or PyTorch in a process. It draws
 * nothing at random, and knows of no epoch: a session does (session.ts).
 *
 * @module
 */

import type { Network } from "../../core/space/network.ts";
import type { Judged, Mixture } from "../../core/training/weight-sharing.ts";
import type { Drawn } from "../datasets/augmentation.ts";
import type { Dataset } from "../datasets/dataset.ts";
import type { Rule } from "../network/operations.ts";

/** What a learner is made of, whatever computes it: see mixture-definition.ts. */
export interface MixtureDefinition {
  readonly dataset: Dataset;
  /** The open network without dead parts; each layer that has weights has a name. */
  readonly network: Network;
  /** Its first weights and running moments, as `firstWeights` has them. */
  readonly weights: readonly Float32Array[];
  /** Of each layer, whether it is a normalisation that keeps its factor and its offset. */
  readonly fixed: readonly boolean[];
  readonly unsampled: "still" | "drift";
}

/** Some images of a part of the dataset; augmented, if it says how. */
export interface Batch {
  readonly of: "train" | "validation";
  readonly rows: Int32Array;
  readonly drawn?: Drawn;
}

/** A step of the weights. */
export interface LearningStep {
  readonly batch: Batch;
  readonly mixture: Mixture;
  readonly rule: Rule;
  /** The longest that the gradient may be; 0 for as long as it is. */
  readonly clip: number;
  /** Whether operations of weight 0 are computed, for their gradient. */
  readonly all: boolean;
  /** By how much the running moments move. */
  readonly momentum: number;
  /** Whether its gradient is held, for the next step to move by the sum of both. */
  readonly held: boolean;
}

/** How normalisations are done where a mixture's accuracy is measured. */
export type Moments =
  | { readonly by: "batch" | "running" }
  /** By the mean moments of some batches, in its own copy. */
  | { readonly by: "estimated"; readonly batches: readonly Batch[] };

export interface MixtureLearner {
  /** Takes the steps one after the other. @returns of each what it found before it moved */
  learn(steps: readonly LearningStep[]): Promise<readonly Judged[]>;
  /** @param keep  keeps the gradient of the weights, for `move` */
  judge(batch: Batch, mixture: Mixture, options: { readonly all: boolean; readonly keep: boolean }): Promise<Judged>;
  /** How many images of some batches a mixture has right. One that is a single path is measured as the network that it is. */
  right(mixture: Mixture, batches: readonly Batch[], moments: Moments): Promise<number>;
  remember(): Promise<void>;
  recall(): Promise<void>;
  move(times: number): Promise<void>;
  /** Weights, running moments, and what the optimizer remembers of each weight, in an order of its own. */
  save(): Promise<Float32Array>;
  restore(state: Float32Array): Promise<void>;
  dispose(): void;
}
