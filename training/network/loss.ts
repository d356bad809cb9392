/**
 * The loss that networks are trained by.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { exponential, logarithm } from "../../core/engine/exact-math.ts";

/** What the scores of a batch should be. */
export interface Targets {
  /** The class of each image  [N]. */
  readonly labels: Int32Array;
  /** The part of each label that is spread over all classes. */
  readonly smoothing: number;
  /** What a teacher scored  [N, 1, 1, classes], and how much of each label its softmax replaces; the loss itself is of the labels alone. */
  readonly taught?: { readonly scores: tf.Tensor4D; readonly weight: number } | undefined;
}

/** The loss of a batch. */
export interface Loss {
  /** In nats; NaN if a score is not finite. A tensor of one number where a device has still to compute it. */
  readonly value: number | tf.Tensor;
  /** What the scores get  [N, 1, 1, classes]. */
  readonly gradient: tf.Tensor4D;
}

/**
 * Mean cross-entropy of softmax scores, with a part ε of each label spread over all classes.
 *
 * @param scores  [N, classes], replaced by the loss's gradient (softmax − label) / N
 * @returns the loss, in nats; NaN if a score is not finite
 */
export function toLossGradient(scores: Float32Array, labels: Int32Array, smoothing: number): number {
  const n = labels.length;
  const classes = scores.length / n;
  const spread = smoothing / classes;
  let loss = 0;
  for (let row = 0, at = 0; row < n; row++, at += classes) {
    let largest = scores[at]!;
    for (let k = 1; k < classes; k++) largest = Math.max(largest, scores[at + k]!);
    let sum = 0;
    let mean = 0;
    const right = scores[at + labels[row]!]! - largest;
    for (let k = 0; k < classes; k++) {
      const score = scores[at + k]! - largest;
      mean += score / classes;
      const power = exponential(score);
      sum += power;
      scores[at + k] = power;
    }
    if (!Number.isFinite(sum)) return Number.NaN;
    loss += logarithm(sum) - (1 - smoothing) * right - smoothing * mean;
    for (let k = 0; k < classes; k++) scores[at + k] = (scores[at + k]! / sum - spread) / n;
    scores[at + labels[row]!]! -= (1 - smoothing) / n;
  }
  return loss / n;
}
