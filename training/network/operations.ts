/**
 * What a network computes, forward and backward, in operations of TensorFlow.js that every backend has.
 *
 * Gradients are written out instead of left to TensorFlow.js's tape: its bundles for Node register
 * none, its gradient of an average pool with padding is wrong, and a network of few kinds of layers
 * needs few of them.
 *
 * Axes: N images, H height, W width, C channels, D channels of the output, K size of a kernel.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Activation, padding } from "../../core/space/network.ts";
import { dilatedFilter, dilatedShape, everyPlace } from "./dilated-filter.ts";
import { type Loss, type Targets, toLossGradient } from "./loss.ts";

export type Tensor1D = tf.Tensor1D;
export type Tensor2D = tf.Tensor2D;
export type Tensor4D = tf.Tensor4D;
export type Shape4D = Tensor4D["shape"];

/** Added to a variance before its root is taken. */
export const EPSILON = 1e-5;

/** Something that is learnt: it is replaced, never written to, since backends keep what they made of a filter. */
export interface Parameter {
  value: tf.Tensor;
  /** What the optimizer remembers, each of the shape of the value. */
  memory: tf.Tensor[];
  /** Whether weight decay applies. */
  readonly decays: boolean;
}

/** One step of an optimizer. */
export type Rule =
  | {
      readonly optimizer: "sgd";
      readonly rate: number;
      readonly momentum: number;
      /** Whether it is Nesterov's momentum; it is, if left out. */
      readonly nesterov?: boolean;
      readonly decay: number;
    }
  | {
      readonly optimizer: "adam";
      readonly rate: number;
      readonly beta1: number;
      readonly beta2: number;
      /** 1 − β₁ᵗ and 1 − β₂ᵗ in step t. */
      readonly correction1: number;
      readonly correction2: number;
      readonly decay: number;
    };

/** Mean and variance of each channel over what was seen in training, for evaluation. */
export interface RunningMoments {
  /** [2, C]. */
  value: Tensor2D;
}

/** How many pixels that are not padding each window has. */
export function windowSizes(size: number, kernel: number, stride: number): number[] {
  const { before, output } = padding(size, kernel, stride);
  return Array.from({ length: output }, (_, i) => {
    const from = i * stride - before;
    return Math.min(size, from + kernel) - Math.max(0, from);
  });
}

/** A batch that was normalised. */
export interface Normalised {
  readonly y: Tensor4D;
  /** What the gradient needs of it. */
  readonly saved: readonly tf.Tensor[];
}

/** What a batch that was normalised, and γ and β, get. */
export interface NormalisedGradient {
  readonly dx: Tensor4D;
  /** [2, C] */
  readonly dAffine: Tensor2D;
}

/** What the inputs of a mixture, and their weights, get. */
export interface MixtureGradient {
  readonly dx: readonly (Tensor4D | undefined)[];
  /** ⟨dy, x⟩ of each input x, and behind them Σ dy. */
  readonly products: Tensor1D;
}

/** TensorFlow.js has no gradients for dilations: a dilated filter is one with zeros between its places here. */
export class Operations {
  /** @returns x ∗ filter, [N, ⌈H/s⌉, ⌈W/s⌉, D]; filter [K, K, C, D] */
  convolution(x: Tensor4D, filter: Tensor4D, stride: number, dilation: number): Tensor4D {
    return tf.conv2d(x, dilatedFilter(filter, dilation), stride, "same");
  }

  /** What the image of a convolution gets. */
  convolutionInputGradient(shape: Shape4D, filter: Tensor4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const inputs = { dy, filter: dilatedFilter(filter, dilation) };
    return kernel("Conv2DBackpropInput", inputs, { ...convolutionAttributes(stride), inputShape: shape });
  }

  /** What the filter of a convolution gets. */
  convolutionFilterGradient(x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const attributes = { ...convolutionAttributes(stride), filterShape: dilatedShape(filterShape, dilation) };
    return everyPlace(kernel("Conv2DBackpropFilter", { x, dy }, attributes), dilation);
  }

  /** Told of an image that is going to be disposed of: whatever was kept for the gradients of its convolutions goes, too. */
  done(_x: Tensor4D): void {}

  /** @returns each channel ∗ its filter, [N, ⌈H/s⌉, ⌈W/s⌉, C]; filter [K, K, C, 1] */
  depthwise(x: Tensor4D, filter: Tensor4D, stride: number, dilation: number): Tensor4D {
    return tf.depthwiseConv2d(x, dilatedFilter(filter, dilation), stride, "same");
  }

  depthwiseInputGradient(shape: Shape4D, filter: Tensor4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const inputs = { dy, filter: dilatedFilter(filter, dilation) };
    return kernel("DepthwiseConv2dNativeBackpropInput", inputs, { ...depthwiseAttributes(stride), inputShape: shape });
  }

  depthwiseFilterGradient(x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const attributes = { ...depthwiseAttributes(stride), filterShape: dilatedShape(filterShape, dilation) };
    return everyPlace(kernel("DepthwiseConv2dNativeBackpropFilter", { x, dy }, attributes), dilation);
  }

  /** The mean over each window, padding left out. */
  averagePool(x: Tensor4D, size: number, stride: number): Tensor4D {
    return tf.avgPool(x, size, stride, "same");
  }

  /** Each output gives every pixel of its window its share: a depthwise convolution backwards, with a filter of ones. */
  averagePoolGradient(shape: Shape4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    const columns = windowSizes(shape[2], size, stride);
    const shares = windowSizes(shape[1], size, stride).flatMap((height) => columns.map((width) => 1 / (height * width)));
    const shared = tf.mul(dy, tf.tensor4d(shares, [1, dy.shape[1], dy.shape[2], 1])) as Tensor4D;
    return this.depthwiseInputGradient(shape, tf.ones([size, size, shape[3], 1]), shared, stride, 1);
  }

  /** The largest value in each window. */
  maxPool(x: Tensor4D, size: number, stride: number): Tensor4D {
    return tf.maxPool(x, size, stride, "same");
  }

  /** Each output gives what it gets to the pixel that it is of; where several are as large, to the first, row by row. */
  maxPoolGradient(x: Tensor4D, y: Tensor4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    return kernel("MaxPoolGrad", { dy, input: x, output: y }, { filterSize: [size, size], strides: [stride, stride], pad: "same" });
  }

  sum(a: Tensor4D, b: Tensor4D): Tensor4D {
    return tf.add(a, b);
  }

  /** @returns the image without its first row and column, and with a row and a column of zeros at the end */
  shift(x: Tensor4D): Tensor4D {
    return tf.slice(
      tf.pad(x, [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ]),
      [0, 1, 1, 0],
      x.shape,
    );
  }

  shiftGradient(dy: Tensor4D): Tensor4D {
    return tf.slice(
      tf.pad(dy, [
        [0, 0],
        [1, 0],
        [1, 0],
        [0, 0],
      ]),
      [0, 0, 0, 0],
      dy.shape,
    );
  }

  /** @returns the channels of the first, then those of the second, and so on */
  concatenation(parts: readonly Tensor4D[]): Tensor4D {
    return tf.concat([...parts], 3);
  }

  /** Channels that follow each other; of the gradient of a concatenation, what a part of it gets. @param first  where they begin */
  part(x: Tensor4D, first: number, channels: number): Tensor4D {
    const [n, height, width] = x.shape;
    return tf.slice(x, [0, 0, 0, first], [n, height, width, channels]);
  }

  /** Channels that were left out get nothing. @param first  the place of the first that was not */
  truncationGradient(shape: Shape4D, first: number, dy: Tensor4D): Tensor4D {
    const none: [number, number] = [0, 0];
    return tf.pad(dy, [none, none, none, [first, shape[3] - first - dy.shape[3]]]);
  }

  /** Output channel o is channel (o mod g) · C/g + ⌊o/g⌋ for g groups; C/g groups take it back. */
  shuffle(x: Tensor4D, groups: number): Tensor4D {
    const channels = x.shape[3];
    const apart = tf.reshape(x, [x.size / channels, groups, channels / groups]);
    return tf.reshape(tf.transpose(apart, [0, 2, 1]), x.shape);
  }

  /** @returns Σ m x over the inputs x and their weights m */
  mixture(inputs: readonly Tensor4D[], weights: readonly number[]): Tensor4D {
    const terms = inputs.flatMap((x, k) => (weights[k] === 0 ? [] : [weights[k] === 1 ? x : tf.mul(x, weights[k]!)]));
    if (terms.length === 0) return tf.zerosLike(inputs[0]!);
    const sum = terms.reduce((sum, term) => tf.add(sum, term));
    return (inputs.includes(sum as Tensor4D) ? tf.clone(sum) : sum) as Tensor4D;
  }

  /** @param wanted  of which inputs the gradient is wanted; those of weight 0 get none */
  mixtureGradient(inputs: readonly Tensor4D[], weights: readonly number[], wanted: readonly boolean[], dy: Tensor4D): MixtureGradient {
    const dx = weights.map((weight, k) => (!wanted[k] || weight === 0 ? undefined : weight === 1 ? dy : (tf.mul(dy, weight) as Tensor4D)));
    return { dx, products: this.products(inputs, dy) };
  }

  /** ⟨dy, x⟩ of each input x, and behind them Σ dy. */
  products(inputs: readonly Tensor4D[], dy: Tensor4D): Tensor1D {
    return tf.stack([...inputs.map((x) => tf.sum(tf.mul(dy, x))), tf.sum(dy)]) as Tensor1D;
  }

  /**
   * Batch normalisation: y = γ (x − mean) / √(variance + ε) + β, moments over the batch.
   * The running moments move by the momentum towards the batch's, the variance as its unbiased estimate.
   *
   * @param affine  γ and β  [2, C]
   * @returns y, and what the gradient needs: here mean and 1 / √(variance + ε)  [2, C]
   */
  batchNorm(x: Tensor4D, affine: Tensor2D, running: RunningMoments, momentum: number): Normalised {
    const count = x.size / x.shape[3];
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const inverse = tf.rsqrt(tf.add(variance, EPSILON));
    const [factor, offset] = tf.unstack(affine);
    const y = tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverse), factor!), offset!) as Tensor4D;
    move(running, momentum, mean, variance, count);
    return { y, saved: [tf.stack([mean, inverse])] };
  }

  /** With x̂ = (x − mean) / √(variance + ε): dγ = Σ dy x̂, dβ = Σ dy, dx = γ / √(variance + ε) · (dy − dβ / n − x̂ dγ / n). */
  normaliseGradient(x: Tensor4D, affine: Tensor2D, saved: readonly tf.Tensor[], dy: Tensor4D): NormalisedGradient {
    const count = x.size / x.shape[3];
    const [mean, inverse] = tf.unstack(saved[0]!) as [tf.Tensor, tf.Tensor];
    const normal = tf.mul(tf.sub(x, mean), inverse);
    const dFactor = tf.sum(tf.mul(dy, normal), [0, 1, 2]);
    const dOffset = tf.sum(dy, [0, 1, 2]);
    const centred = tf.sub(tf.sub(dy, tf.div(dOffset, count)), tf.mul(normal, tf.div(dFactor, count)));
    const dx = tf.mul(centred, tf.mul(tf.unstack(affine)[0]!, inverse)) as Tensor4D;
    return { dx, dAffine: tf.stack([dFactor, dOffset]) as Tensor2D };
  }

  /** Batch normalisation by the running moments. */
  normaliseFixed(x: Tensor4D, affine: Tensor2D, running: RunningMoments): Tensor4D {
    const [mean, variance] = tf.unstack(running.value) as [tf.Tensor, tf.Tensor];
    const [factor, offset] = tf.unstack(affine) as [tf.Tensor, tf.Tensor];
    const slope = tf.mul(factor, tf.rsqrt(tf.add(variance, EPSILON)));
    return tf.add(tf.mul(x, slope), tf.sub(offset, tf.mul(mean, slope))) as Tensor4D;
  }

  activation(x: Tensor4D, name: Activation): Tensor4D {
    if (name === "relu") return tf.relu(x);
    const gate = tf.clipByValue(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1) as Tensor4D;
    return name === "hard-sigmoid" ? gate : tf.mul(x, gate);
  }

  activationGradient(x: Tensor4D, dy: Tensor4D, name: Activation): Tensor4D {
    if (name === "relu") return tf.mul(dy, tf.step(x));
    const inside = tf.step(tf.sub(3, tf.abs(x)));
    if (name === "hard-sigmoid") return tf.mul(dy, tf.mul(inside, 1 / 6));
    const slope = tf.add(tf.step(tf.sub(x, 3)), tf.mul(inside, tf.add(tf.mul(x, 1 / 3), 0.5)));
    return tf.mul(dy, slope);
  }

  /** Each channel times its factor. @param factors  [N, 1, 1, C] */
  scale(x: Tensor4D, factors: Tensor4D): Tensor4D {
    return tf.mul(x, factors);
  }

  scaleGradient(x: Tensor4D, factors: Tensor4D, dy: Tensor4D): { dx: Tensor4D; dFactors: Tensor4D } {
    return { dx: tf.mul(dy, factors), dFactors: tf.sum(tf.mul(dy, x), [1, 2], true) };
  }

  /** @returns the mean over height and width  [N, 1, 1, C] */
  globalAveragePool(x: Tensor4D): Tensor4D {
    return tf.mean(x, [1, 2], true);
  }

  globalAveragePoolGradient(shape: Shape4D, dy: Tensor4D): Tensor4D {
    return tf.mul(tf.ones(shape), tf.div(dy, shape[1] * shape[2]));
  }

  /** @returns x · weights + bias  [N, 1, 1, D]; weights [C, D], bias [D] */
  linear(x: Tensor4D, weights: Tensor2D, bias: Tensor1D): Tensor4D {
    const y = tf.add(tf.matMul(matrix(x), weights), bias);
    return tf.reshape(y, [x.shape[0], 1, 1, bias.size]);
  }

  linearGradient(x: Tensor4D, weights: Tensor2D, dy: Tensor4D): { dx: Tensor4D; dWeights: Tensor2D; dBias: Tensor1D } {
    const rows = matrix(dy);
    return {
      dx: tf.reshape(tf.matMul(rows, weights, false, true), x.shape),
      dWeights: tf.matMul(matrix(x), rows, true),
      dBias: tf.sum(rows, 0),
    };
  }

  /** The loss of a batch by its scores [N, 1, 1, classes]. */
  crossEntropy(scores: Tensor4D, { labels, smoothing, taught }: Targets): Loss {
    const gradient = scores.dataSync<"float32">().slice();
    const value = toLossGradient(gradient, labels, smoothing);
    if (taught) {
      // With the target (1 − w) label + w softmax(teacher), the gradient is the label's, less w times that of the teacher's scores.
      const other = taught.scores.dataSync<"float32">().slice();
      toLossGradient(other, labels, smoothing);
      for (let i = 0; i < gradient.length; i++) gradient[i]! -= taught.weight * other[i]!;
    }
    return { value, gradient: tf.tensor4d(gradient, scores.shape) };
  }

  /** The length of some tensors as one vector; a tensor of one number where a device has still to compute it. */
  norm(tensors: readonly tf.Tensor[]): number | tf.Tensor {
    let squares = 0;
    for (const tensor of tensors) {
      const values = tensor.dataSync<"float32">();
      for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
    }
    return Math.sqrt(squares);
  }

  /** Takes a step: replaces the parameter's value and what the optimizer remembers. */
  step(parameter: Parameter, gradient: tf.Tensor, rule: Rule): void {
    const { value, memory } = parameter;
    const slope = parameter.decays && rule.decay > 0 ? tf.add(gradient, tf.mul(value, rule.decay)) : gradient;
    let change: tf.Tensor;
    let remembered: tf.Tensor[];
    if (rule.optimizer === "sgd") {
      const velocity = tf.add(tf.mul(memory[0]!, rule.momentum), slope);
      change = rule.nesterov === false ? velocity : tf.add(slope, tf.mul(velocity, rule.momentum));
      remembered = [velocity];
    } else {
      const mean = tf.add(tf.mul(memory[0]!, rule.beta1), tf.mul(slope, 1 - rule.beta1));
      const square = tf.add(tf.mul(memory[1]!, rule.beta2), tf.mul(tf.square(slope), 1 - rule.beta2));
      change = tf.div(tf.div(mean, rule.correction1), tf.add(tf.sqrt(tf.div(square, rule.correction2)), 1e-8));
      remembered = [mean, square];
    }
    parameter.value = tf.keep(tf.sub(value, tf.mul(change, rule.rate)));
    parameter.memory = remembered.map((tensor) => tf.keep(tensor));
    for (const old of [value, ...memory]) old.dispose();
  }
}

/** Moves running moments towards those of a batch, the variance as its unbiased estimate. @param count  of values in each channel */
export function move(running: RunningMoments, momentum: number, mean: tf.Tensor, variance: tf.Tensor, count: number): void {
  const batch = tf.stack([mean, tf.mul(variance, count / Math.max(1, count - 1))]);
  const moved = tf.keep(tf.add(running.value, tf.mul(momentum, tf.sub(batch, running.value))) as Tensor2D);
  running.value.dispose();
  running.value = moved;
}

/** [N, 1, 1, C] as a matrix [N, C]. */
function matrix(x: Tensor4D): Tensor2D {
  return tf.reshape(x, [x.shape[0], x.size / x.shape[0]]);
}

function convolutionAttributes(stride: number) {
  return { strides: [stride, stride], pad: "same", dataFormat: "NHWC" };
}

const depthwiseAttributes = (stride: number) => ({ strides: [stride, stride], dilations: [1, 1], pad: "same" });

function kernel(name: string, inputs: tf.NamedTensorMap, attributes: object): Tensor4D {
  return tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as Tensor4D;
}
