/**
 * How weights are trained in the searches that methods were published with. What is not of a schedule, they have in part
 * otherwise: their weight decay is of the factors and offsets of normalisations, too.
 *
 * @module
 */
import type { WeightSchedule } from "../training/weight-sharing.ts";

/** Steps of an epoch on half of CIFAR-10's 50,000 images to train on, the last batch smaller. */
export function stepsOnHalfOfCifar10(batchSize: number): number {
  return Math.ceil(25_000 / batchSize);
}
/** In the batches of 64 that most searches have. */
export const STEPS_ON_CIFAR_10 = stepsOnHalfOfCifar10(64);

/**
 * The authors of NAS-Bench-201: AutoDL-Projects, configs/nas-benchmark/algos; DARTS for 50 epochs, others for 250.
 */
export const AS_IN_NAS_BENCH_201 = {
  batchSize: 64,
  learningRate: 0.025,
  finalLearningRate: 0.001,
  momentum: 0.9,
  nesterov: true,
  weightDecay: 5e-4,
  clip: 5,
} as const satisfies Omit<WeightSchedule, "epochs">;

/** The authors of DARTS, and many after them: 50 epochs, or 100 on NAS-Bench-201 (DrNAS, β-DARTS). */
export const AS_IN_DARTS = { ...AS_IN_NAS_BENCH_201, nesterov: false, weightDecay: 3e-4 } as const;
