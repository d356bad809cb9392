/**
 * The operations of a network on the webgpu backend. They are those of every backend but for the loss, which stays on
 * the card: to read the scores of each step would be to wait for them.
 *
 * Axes as in operations.ts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Loss, Targets } from "./loss.ts";
import { Operations, type Tensor4D } from "./operations.ts";

export class WebGpuOperations extends Operations {
  override crossEntropy(scores: Tensor4D, { labels, smoothing, taught }: Targets): Loss {
    const [n, , , classes] = scores.shape;
    const targets = new Float32Array(scores.size).fill(smoothing / classes);
    for (const [row, label] of labels.entries()) targets[row * classes + label]! += 1 - smoothing;
    const target = tf.tensor4d(targets, scores.shape);
    const below = tf.sub(scores, tf.max(scores, 3, true));
    const powers = tf.exp(below);
    const sums = tf.sum(powers, 3, true);
    const value = tf.mean(tf.sub(tf.log(sums), tf.sum(tf.mul(target, below), 3, true)));
    const hard = tf.sub(tf.div(powers, sums), target);
    // With the target (1 − w) label + w softmax(teacher), the gradient is the label's, less w times that of the teacher's scores.
    const gradient = taught ? tf.sub(hard, tf.mul(tf.sub(tf.softmax(taught.scores), target), taught.weight)) : hard;
    return { value, gradient: tf.div(gradient, n) };
  }
}
