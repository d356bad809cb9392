/**
 * A small open network for tests: cells of NAS-Bench-201 on the toy dataset.
 *
 * @module
 */
import type { Space } from "../../../core/plugin/space.ts";
import type { Mixture } from "../../../core/training/weight-sharing.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import type { Rule } from "../../../training/network/operations.ts";
import type { Batch, LearningStep } from "../../../training/weight-sharing/learner.ts";
import { mixtureDefinition } from "../../../training/weight-sharing/mixture-definition.ts";
import { TensorflowMixtures } from "../../../training/weight-sharing/tensorflow-mixtures.ts";
import { toyDataset } from "../datasets/toy-dataset.ts";

export const dataset = toyDataset();

export const space: Space = nasBench201.create(
  {
    ...{ channels: 4, cellsPerStage: 1, stages: 2, reduction: "residual" },
    ...{ imageSize: 6, imageChannels: 2, classes: 3 },
  } as never,
  {},
);

export const definitionOf = ({ affine = false, unsampled = "still" as "still" | "drift", partial = 1, seed = 1 } = {}) =>
  mixtureDefinition(space.open!(partial).network, dataset, { affine, unsampled }, seed);

/** By the backend that is open. */
export const learnerOf = (options?: Parameters<typeof definitionOf>[0]) => new TensorflowMixtures(definitionOf(options));

/** Some images to train on. */
export const batchOf = (first: number, count: number, of: Batch["of"] = "train"): Batch => ({
  of,
  rows: Int32Array.from({ length: count }, (_, i) => first + i),
});

/** A single path. */
export const path = (cell: readonly number[]): Mixture =>
  cell.map((chosen) => Array.from({ length: 5 }, (_, op) => (op === chosen ? 1 : 0)));

/** All operations, none weighing as much as another. */
export const dense: Mixture = Array.from({ length: 6 }, (_, edge) =>
  [0.3, 0.25, 0.2, 0.15, 0.1].map((weight, op) => weight + 0.01 * edge * (op - 2)),
);

/** A plain step down the gradient. */
export const descent = (rate: number): Rule => ({ optimizer: "sgd", rate, momentum: 0, decay: 0 });

export const step = (mixture: Mixture, rule: Rule, more: Partial<LearningStep> = {}): LearningStep => ({
  ...{ batch: batchOf(0, 9), mixture, rule, clip: 0, all: false, momentum: 0.1, held: false },
  ...more,
});
