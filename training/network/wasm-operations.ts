/**
 * The operations of a network on the wasm backend, which lacks some of them and has others slowly or
 * wrongly. Convolutions and their gradients are forward convolutions, which XNNPACK does well; the rest
 * are loops over the backend's memory.
 *
 * Axes as in operations.ts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Activation, extent, padding } from "../../core/space/network.ts";
import { affineMap, affineSum, sumsOfProducts, sumsOverPairs } from "./channel-loops.ts";
import { backwardPads, type Padding4D, pads, spread, used } from "./explicit-padding.ts";
import { productsWith, weightedSum } from "./mixture-loops.ts";
import {
  EPSILON,
  type MixtureGradient,
  type Normalised,
  type NormalisedGradient,
  Operations,
  type Parameter,
  type Rule,
  type RunningMoments,
  type Shape4D,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  windowSizes,
} from "./operations.ts";
import { givenBack, sharedOut } from "./pool-loops.ts";
import { takeStep } from "./step-loops.ts";
import { fresh, values } from "./wasm-memory.ts";

export class WasmOperations extends Operations {
  override convolution(x: Tensor4D, filter: Tensor4D, stride: number, dilation: number): Tensor4D {
    return convolved("Conv2D", x, filter, stride, same(x.shape, filter, stride, dilation), dilation);
  }

  override depthwise(x: Tensor4D, filter: Tensor4D, stride: number, dilation: number): Tensor4D {
    return convolved("DepthwiseConv2dNative", x, filter, stride, same(x.shape, filter, stride, dilation), dilation);
  }

  /** A convolution of dy with the filter turned by half a turn; strides are zeros between the pixels of dy. */
  override convolutionInputGradient(shape: Shape4D, filter: Tensor4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const turned = tf.transpose(filter.shape[0] === 1 ? filter : tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
    return convolved("Conv2D", spread(dy, stride), turned, 1, sameBackward(shape, filter, stride, dilation), dilation);
  }

  /** As one convolution: of x, its images as channels, with dy as the filter; stride and dilation change places. */
  override convolutionFilterGradient(x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const [size, , from, to] = filterShape;
    if (size === 1 && stride === 1)
      return tf.reshape(tf.matMul(tf.transpose(tf.reshape(x, [-1, from])), tf.reshape(dy, [-1, to])), filterShape);
    const [n, height, width] = x.shape;
    const rows = used(height, extent(size, dilation), stride);
    const columns = used(width, extent(size, dilation), stride);
    // Rows and columns that no window reaches are cut off.
    const reached = rows.cut + columns.cut > 0 ? tf.slice(x, [0, 0, 0, 0], [n, height - rows.cut, width - columns.cut, from]) : x;
    const images = tf.transpose(reached, [3, 1, 2, 0]) as Tensor4D; // [C, H, W, N]
    const filters = tf.transpose(dy, [1, 2, 0, 3]) as Tensor4D; //     [H′, W′, N, D]
    const pad: Padding4D = [
      [0, 0],
      [rows.before, rows.after],
      [columns.before, columns.after],
      [0, 0],
    ];
    return tf.transpose(convolved("Conv2D", images, filters, dilation, pad, stride), [1, 2, 0, 3]); // [C, K, K, D] before
  }

  override depthwiseInputGradient(shape: Shape4D, filter: Tensor4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const pad = sameBackward(shape, filter, stride, dilation);
    return convolved("DepthwiseConv2dNative", spread(dy, stride), tf.reverse(filter, [0, 1]), 1, pad, dilation);
  }

  override depthwiseFilterGradient(x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const [n, height, width, channels] = x.shape;
    const size = filterShape[0];
    const top = padding(height, extent(size, dilation), stride).before;
    const left = padding(width, extent(size, dilation), stride).before;
    const [, outHeight, outWidth] = dy.shape;
    const gradient = fresh<Tensor4D>(filterShape);
    const [X, DY, G] = [values(x), values(dy), values(gradient)];
    /** Where x and dy begin in each pair of pixels that this place of the kernel brings together. */
    const pairs = new Int32Array(2 * n * outHeight * outWidth);
    for (let kh = 0; kh < size; kh++)
      for (let kw = 0; kw < size; kw++) {
        let end = 0;
        for (let image = 0; image < n; image++)
          for (let oh = 0; oh < outHeight; oh++) {
            const h = oh * stride + kh * dilation - top;
            if (h < 0 || h >= height) continue;
            for (let ow = 0; ow < outWidth; ow++) {
              const w = ow * stride + kw * dilation - left;
              if (w < 0 || w >= width) continue;
              pairs[end++] = ((image * height + h) * width + w) * channels;
              pairs[end++] = ((image * outHeight + oh) * outWidth + ow) * channels;
            }
          }
        sumsOverPairs(X, DY, pairs, end, G.subarray((kh * size + kw) * channels, (kh * size + kw + 1) * channels));
      }
    return gradient;
  }

  /**
   * Of an odd window and stride 1: the same pool between two products, since the pool is symmetric
   * but for the numbers of pixels by which it divides. Otherwise every output is handed out.
   */
  override averagePoolGradient(shape: Shape4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    const heights = windowSizes(shape[1], size, stride);
    const widths = windowSizes(shape[2], size, stride);
    if (stride === 1 && size % 2 === 1) {
      const shares = fresh<Tensor4D>(shape);
      timesCounts(values(dy), values(shares), shape, heights, widths, (count) => 1 / count);
      const pooled = tf.avgPool(shares, size, 1, "same");
      const P = values(pooled);
      timesCounts(P, P, shape, heights, widths, (count) => count);
      return pooled;
    }
    return sharedOut(shape, dy, size, stride);
  }

  override maxPoolGradient(x: Tensor4D, y: Tensor4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    return givenBack(x, y, dy, size, stride);
  }

  override shift(x: Tensor4D): Tensor4D {
    return shifted(x, true);
  }

  override shiftGradient(dy: Tensor4D): Tensor4D {
    return shifted(dy, false);
  }

  override concatenation(parts: readonly Tensor4D[]): Tensor4D {
    const [n, height, width] = parts[0]!.shape;
    const channels = parts.reduce((sum, { shape }) => sum + shape[3], 0);
    const y = fresh<Tensor4D>([n, height, width, channels]);
    const Y = values(y);
    let first = 0;
    for (const part of parts) {
      const [X, ofPart] = [values(part), part.shape[3]];
      for (let i = 0, at = first; i < X.length; at += channels - ofPart) for (let c = 0; c < ofPart; c++) Y[at++] = X[i++]!;
      first += ofPart;
    }
    return y;
  }

  override partGradient(dy: Tensor4D, first: number, channels: number): Tensor4D {
    const [n, height, width, all] = dy.shape;
    const dx = fresh<Tensor4D>([n, height, width, channels]);
    const [DY, DX] = [values(dy), values(dx)];
    for (let i = 0, at = first; i < DX.length; at += all - channels) for (let c = 0; c < channels; c++) DX[i++] = DY[at++]!;
    return dx;
  }

  override shuffle(x: Tensor4D, groups: number): Tensor4D {
    const y = fresh<Tensor4D>(x.shape);
    const channels = x.shape[3];
    const apart = channels / groups;
    const [X, Y] = [values(x), values(y)];
    for (let pixel = 0, at = 0; pixel < X.length; pixel += channels)
      for (let i = 0; i < apart; i++) for (let group = 0; group < groups; group++) Y[at++] = X[pixel + group * apart + i]!;
    return y;
  }

  override mixture(inputs: readonly Tensor4D[], weights: readonly number[]): Tensor4D {
    const terms = inputs.flatMap((x, k) => (weights[k] === 0 ? [] : [{ x, weight: weights[k]! }]));
    if (terms.length === 1 && terms[0]!.weight === 1) return tf.clone(terms[0]!.x);
    const y = fresh<Tensor4D>(inputs[0]!.shape);
    weightedSum(
      terms.map(({ x }) => values(x)),
      terms.map(({ weight }) => weight),
      values(y),
    );
    return y;
  }

  override mixtureGradient(
    inputs: readonly Tensor4D[],
    weights: readonly number[],
    wanted: readonly boolean[],
    dy: Tensor4D,
  ): MixtureGradient {
    const own = weights.map((weight, k) => wanted[k]! && weight !== 0 && weight !== 1);
    const scaled = inputs.map(({ shape }, k) => (own[k] ? fresh<Tensor4D>(shape) : undefined));
    const products = fresh<Tensor1D>([inputs.length + 1]);
    const DY = values(dy);
    const sums = inputs.map((x, k) => productsWith(DY, values(x), weights[k]!, scaled[k] && values(scaled[k])));
    values(products).set([...sums.map(([product]) => product), sums[0]![1]]);
    return { dx: scaled.map((dx, k) => dx ?? (wanted[k] && weights[k] === 1 ? dy : undefined)), products };
  }

  override batchNorm(x: Tensor4D, affine: Tensor2D, running: RunningMoments, momentum: number): Normalised {
    const C = affine.shape[1];
    const M = x.size / C;
    const y = fresh<Tensor4D>(x.shape);
    const statistics = fresh<Tensor2D>([2, C]);
    const [X, S, A, R] = [values(x), values(statistics), values(affine), values(running.value)];
    const sums = new Float64Array(C);
    const squares = new Float64Array(C);
    sumsOfProducts(X, X, sums, squares, C);
    const slope = new Float32Array(C);
    const offset = new Float32Array(C);
    for (let c = 0; c < C; c++) {
      const mean = sums[c]! / M;
      const variance = Math.max(0, squares[c]! / M - mean * mean);
      const inverse = 1 / Math.sqrt(variance + EPSILON);
      S[c] = mean;
      S[C + c] = inverse;
      slope[c] = A[c]! * inverse;
      offset[c] = A[C + c]! - mean * slope[c]!;
      R[c]! += momentum * (mean - R[c]!);
      R[C + c]! += momentum * ((variance * M) / Math.max(1, M - 1) - R[C + c]!);
    }
    affineMap(X, values(y), slope, offset, C);
    return { y, saved: [statistics] };
  }

  override normaliseGradient(x: Tensor4D, affine: Tensor2D, saved: readonly tf.Tensor[], dy: Tensor4D): NormalisedGradient {
    const C = affine.shape[1];
    const M = x.size / C;
    const dx = fresh<Tensor4D>(x.shape);
    const dAffine = fresh<Tensor2D>([2, C]);
    const [X, DY, S, A, D] = [values(x), values(dy), values(saved[0]!), values(affine), values(dAffine)];
    const sums = new Float64Array(C);
    const products = new Float64Array(C);
    sumsOfProducts(DY, X, sums, products, C);
    // dx = p dy + q x + r for each channel.
    const p = new Float32Array(C);
    const q = new Float32Array(C);
    const r = new Float32Array(C);
    for (let c = 0; c < C; c++) {
      const mean = S[c]!;
      const inverse = S[C + c]!;
      const dFactor = (products[c]! - mean * sums[c]!) * inverse;
      D[c] = dFactor;
      D[C + c] = sums[c]!;
      p[c] = A[c]! * inverse;
      q[c] = (-p[c]! * inverse * dFactor) / M;
      r[c] = (-p[c]! * sums[c]!) / M - q[c]! * mean;
    }
    affineSum(DY, X, values(dx), p, q, r, C);
    return { dx, dAffine };
  }

  override normaliseFixed(x: Tensor4D, affine: Tensor2D, running: RunningMoments): Tensor4D {
    const C = affine.shape[1];
    const y = fresh<Tensor4D>(x.shape);
    const [A, R] = [values(affine), values(running.value)];
    const slope = new Float32Array(C);
    const offset = new Float32Array(C);
    for (let c = 0; c < C; c++) {
      slope[c] = A[c]! / Math.sqrt(R[C + c]! + EPSILON);
      offset[c] = A[C + c]! - R[c]! * slope[c]!;
    }
    affineMap(values(x), values(y), slope, offset, C);
    return y;
  }

  override activation(x: Tensor4D, name: Activation): Tensor4D {
    if (name === "relu") return tf.relu(x);
    const y = fresh<Tensor4D>(x.shape);
    const [X, Y] = [values(x), values(y)];
    for (let i = 0; i < X.length; i++) {
      const gate = Math.min(1, Math.max(0, X[i]! / 6 + 0.5));
      Y[i] = name === "hard-sigmoid" ? gate : X[i]! * gate;
    }
    return y;
  }

  override activationGradient(x: Tensor4D, dy: Tensor4D, name: Activation): Tensor4D {
    if (name === "relu") return tf.mul(dy, tf.step(x));
    const dx = fresh<Tensor4D>(x.shape);
    const [X, DY, DX] = [values(x), values(dy), values(dx)];
    for (let i = 0; i < X.length; i++) {
      const at = X[i]!;
      const inside = at > -3 && at < 3;
      const slope = name === "hard-sigmoid" ? (inside ? 1 / 6 : 0) : inside ? at / 3 + 0.5 : at > 3 ? 1 : 0;
      DX[i] = DY[i]! * slope;
    }
    return dx;
  }

  override scale(x: Tensor4D, factors: Tensor4D): Tensor4D {
    const [n, height, width, channels] = x.shape;
    const y = fresh<Tensor4D>(x.shape);
    const [X, F, Y] = [values(x), values(factors), values(y)];
    for (let image = 0, i = 0; image < n; image++)
      for (let pixel = 0; pixel < height * width; pixel++) for (let c = 0; c < channels; c++, i++) Y[i] = X[i]! * F[image * channels + c]!;
    return y;
  }

  override scaleGradient(x: Tensor4D, factors: Tensor4D, dy: Tensor4D): { dx: Tensor4D; dFactors: Tensor4D } {
    const [n, height, width, channels] = x.shape;
    const dx = this.scale(dy, factors);
    const dFactors = fresh<Tensor4D>(factors.shape);
    const [X, DY, DF] = [values(x), values(dy), values(dFactors)];
    const sums = new Float64Array(channels);
    for (let image = 0, i = 0; image < n; image++) {
      sums.fill(0);
      for (let pixel = 0; pixel < height * width; pixel++) for (let c = 0; c < channels; c++, i++) sums[c]! += DY[i]! * X[i]!;
      DF.set(sums, image * channels);
    }
    return { dx, dFactors };
  }

  override globalAveragePool(x: Tensor4D): Tensor4D {
    const [n, height, width, channels] = x.shape;
    const y = fresh<Tensor4D>([n, 1, 1, channels]);
    const [X, Y] = [values(x), values(y)];
    const sums = new Float64Array(channels);
    for (let image = 0, i = 0; image < n; image++) {
      sums.fill(0);
      for (let pixel = 0; pixel < height * width; pixel++) for (let c = 0; c < channels; c++, i++) sums[c]! += X[i]!;
      for (let c = 0; c < channels; c++) Y[image * channels + c] = sums[c]! / (height * width);
    }
    return y;
  }

  override globalAveragePoolGradient(shape: Shape4D, dy: Tensor4D): Tensor4D {
    const [n, height, width, channels] = shape;
    const dx = fresh<Tensor4D>(shape);
    const [DY, DX] = [values(dy), values(dx)];
    const share = 1 / (height * width);
    for (let image = 0, i = 0; image < n; image++)
      for (let pixel = 0; pixel < height * width; pixel++)
        for (let c = 0; c < channels; c++, i++) DX[i] = DY[image * channels + c]! * share;
    return dx;
  }

  override step(parameter: Parameter, gradient: tf.Tensor, rule: Rule): void {
    const before = parameter.value;
    const after = tf.keep(fresh<tf.Tensor>(before.shape));
    takeStep(rule, parameter.decays, values(before), values(gradient), parameter.memory.map(values), values(after));
    parameter.value = after;
    before.dispose();
  }
}

/**
 * A convolution by XNNPACK. The kernel is called and not the operation, which refuses a dilation together with a stride
 * and, of a depthwise convolution, explicit padding.
 */
function convolved(
  name: "Conv2D" | "DepthwiseConv2dNative",
  x: Tensor4D,
  filter: Tensor4D,
  stride: number,
  pad: "same" | Padding4D,
  dilation: number,
): Tensor4D {
  const attributes = { strides: [stride, stride], pad, dataFormat: "NHWC", dilations: [dilation, dilation] };
  return tf.engine().runKernel(name, { x, filter }, attributes) as Tensor4D;
}

/** With a stride larger than the kernel, XNNPACK's own "same" padding is wrong, and its explicit padding right. */
function same(shape: Shape4D, filter: Tensor4D, stride: number, dilation: number): "same" | Padding4D {
  const size = extent(filter.shape[0], dilation);
  return stride > size ? pads(shape, size, stride) : "same";
}

/** The padding of dy, spread by the stride, for the gradient of the image. */
function sameBackward(shape: Shape4D, filter: Tensor4D, stride: number, dilation: number): "same" | Padding4D {
  const size = extent(filter.shape[0], dilation);
  return stride === 1 && size % 2 === 1 ? "same" : backwardPads(shape, size, stride);
}

/** Moved by a row and a column, up and to the left or back; zeros come after. */
function shifted(x: Tensor4D, upLeft: boolean): Tensor4D {
  const [n, height, width, channels] = x.shape;
  const y = fresh<Tensor4D>(x.shape);
  const [X, Y] = [values(x), values(y)];
  Y.fill(0);
  for (let row = 0; row < n * height; row++) {
    if (row % height === height - 1) continue;
    const above = row * width * channels;
    const below = ((row + 1) * width + 1) * channels;
    const [from, to] = upLeft ? [below, above] : [above, below];
    Y.set(X.subarray(from, from + (width - 1) * channels), to);
  }
  return y;
}

function timesCounts(
  from: Float32Array,
  to: Float32Array,
  [n, , , channels]: Shape4D,
  heights: readonly number[],
  widths: readonly number[],
  of: (count: number) => number,
): void {
  const factors = Float32Array.from(heights.flatMap((height) => widths.map((width) => of(height * width))));
  for (let image = 0, i = 0; image < n; image++)
    for (let pixel = 0; pixel < factors.length; pixel++) {
      const factor = factors[pixel]!;
      for (let c = 0; c < channels; c++, i++) to[i] = from[i]! * factor;
    }
}
