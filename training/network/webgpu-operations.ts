/**
 * The operations of a network on the webgpu backend, which has the kernels of all: one of them with another result, some
 * slower than what others make of it. The loss stays on the card: to read the scores of each step would be to wait for them.
 *
 * Axes as in operations.ts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { used } from "./explicit-padding.ts";
import type { Loss, Targets } from "./loss.ts";
import {
  EPSILON,
  move,
  type Normalised,
  type NormalisedGradient,
  Operations,
  type RunningMoments,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from "./operations.ts";

/** Height and width. */
const IMAGE = [1, 2];

export class WebGpuOperations extends Operations {
  override batchNorm(x: Tensor4D, affine: Tensor2D, running: RunningMoments, momentum: number): Normalised {
    const count = x.size / x.shape[3];
    const mean = channelMeans(x);
    const variance = channelMeans(tf.squaredDifference(x, mean));
    const y = normalised(x, mean, variance, affine);
    move(running, momentum, mean, variance, count);
    return { y, saved: [tf.stack([mean, tf.rsqrt(tf.add(variance, EPSILON))])] };
  }

  override normaliseGradient(x: Tensor4D, affine: Tensor2D, saved: readonly tf.Tensor[], dy: Tensor4D): NormalisedGradient {
    const [mean, inverse] = tf.unstack(saved[0]!) as [Tensor1D, Tensor1D];
    const normal = tf.mul(tf.sub(x, mean), inverse) as Tensor4D;
    const [ofProduct, ofGradient] = [channelMeans(tf.mul(dy, normal)), channelMeans(dy)];
    const centred = tf.sub(tf.sub(dy, ofGradient), tf.mul(normal, ofProduct));
    const dx = tf.mul(centred, tf.mul(tf.unstack(affine)[0]!, inverse)) as Tensor4D;
    return { dx, dAffine: tf.mul(tf.stack([ofProduct, ofGradient]), x.size / x.shape[3]) as Tensor2D };
  }

  override normaliseFixed(x: Tensor4D, affine: Tensor2D, running: RunningMoments): Tensor4D {
    const [mean, variance] = tf.unstack(running.value) as [Tensor1D, Tensor1D];
    return normalised(x, mean, variance, affine);
  }

  override globalAveragePool(x: Tensor4D): Tensor4D {
    return imageMeans(x);
  }

  /** Its kernel gives what a window gets to the last of its largest pixels: here to the first, by way of the image turned by half a turn. */
  override maxPoolGradient(x: Tensor4D, y: Tensor4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    const [n, height, width, channels] = x.shape;
    const rows = used(height, size, stride);
    const columns = used(width, size, stride);
    // Without the pixels that no window reaches the last window ends where the image does, or its padding.
    const reached = tf.slice(x, [0, 0, 0, 0], [n, height - rows.cut, width - columns.cut, channels]);
    const inputs = { dy: tf.reverse(dy, IMAGE), input: tf.reverse(reached, IMAGE), output: y }; // which is not read
    const pad = [
      [0, 0],
      [rows.after, rows.before],
      [columns.after, columns.before],
      [0, 0],
    ];
    const attributes = { filterSize: [size, size], strides: [stride, stride], pad };
    const dx = tf.reverse(tf.engine().runKernel("MaxPoolGrad", inputs, attributes as never) as Tensor4D, IMAGE);
    return tf.pad(dx, [
      [0, 0],
      [0, rows.cut],
      [0, columns.cut],
      [0, 0],
    ]);
  }

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

  override norm(tensors: readonly tf.Tensor[]): number | tf.Tensor {
    return tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor)))));
  }
}

/** One kernel for what are four elsewhere. */
function normalised(x: Tensor4D, mean: Tensor1D, variance: Tensor1D, affine: Tensor2D): Tensor4D {
  const [factor, offset] = tf.unstack(affine) as [Tensor1D, Tensor1D];
  return tf.batchNorm4d(x, mean, variance, offset, factor, EPSILON);
}

/**
 * The mean over rows and columns, one after the other: the backend's own sums move the channels to the front first, which
 * takes longer than to sum.
 * @returns [N, 1, 1, C]
 */
function imageMeans(x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  return tf.avgPool(tf.avgPool(x, [1, width], 1, "valid"), [height, 1], 1, "valid");
}

/** The mean over images, rows and columns. @returns [C] */
function channelMeans(x: Tensor4D): Tensor1D {
  return tf.mean(tf.reshape(imageMeans(x), [x.shape[0], x.shape[3]]), 0);
}
