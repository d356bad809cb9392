/**
 * What computes searches by weight sharing: TensorFlow.js in the thread that asks, or PyTorch in a process. It draws
 * nothing at random, and knows of no epoch: a session does (session.ts).
 *
 * @module
 */
import type { Judged, Mixture } from "../../core/training/weight-sharing.ts";
import type { Drawn } from "../datasets/augmentation.ts";
import type { Rule } from "../network/operations.ts";

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
  /** How many images of the batch each mixture has right; each by a batch of its own, or all by one list of batches. */
  right(mixture: Mixture, batches: readonly Batch[], moments: Moments): Promise<number>;
  remember(): Promise<void>;
  recall(): Promise<void>;
  move(times: number): Promise<void>;
  /** Weights, running moments, and what the optimizer remembers, in an order of its own. */
  save(): Promise<Float32Array>;
  restore(state: Float32Array): Promise<void>;
  dispose(): void;
}
