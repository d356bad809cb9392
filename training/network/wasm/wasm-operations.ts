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
import { type Activation, extent, padding } from "../../../core/space/network.ts";
import { backwardPads, type Padding4D, pads, spread } from "../explicit-padding.ts";
import {
  EPSILON,
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
} from "../operations.ts";
import { takeStep } from "../step-loops.ts";
import { affineMap, affineSum, sumsOfProducts, sumsOverPairs, timesFactors, weightedSum } from "./channel-loops.ts";
import { convolved, turned } from "./convolved.ts";
import { FilterGradients } from "./filter-gradients.ts";
import { givenBack, sharedOut } from "./pool-loops.ts";
import { address, end, fresh, loops, values } from "./wasm-memory.ts";

export class WasmOperations extends Operations {
  readonly #filterGradients = new FilterGradients();

  override convolution(x: Tensor4D, filter: Tensor4D, stride: number, dilation: number): Tensor4D {
    return convolved("Conv2D", x, filter, stride, same(x.shape, filter, stride, dilation), dilation);
  }

  override depthwise(x: Tensor4D, filter: Tensor4D, stride: number, dilation: number): Tensor4D {
    return convolved("DepthwiseConv2dNative", x, filter, stride, same(x.shape, filter, stride, dilation), dilation);
  }

  /** A convolution of dy with the filter turned by half a turn; strides are zeros between the pixels of dy. */
  override convolutionInputGradient(shape: Shape4D, filter: Tensor4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    const [spreadOut, backward] = [spread(dy, stride), turned(filter)];
    const dx = convolved("Conv2D", spreadOut, backward, 1, sameBackward(shape, filter, stride, dilation), dilation);
    backward.dispose();
    if (spreadOut !== dy) spreadOut.dispose();
    return dx;
  }

  override convolutionFilterGradient(x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    return this.#filterGradients.of(x, filterShape, dy, stride, dilation);
  }

  override done(x: Tensor4D): void {
    this.#filterGradients.done(x);
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

  /** The kernel is called and not the operation, which copies what comes out. */
  override averagePool(x: Tensor4D, size: number, stride: number): Tensor4D {
    return tf.engine().runKernel("AvgPool", { x }, { filterSize: [size, size], strides: [stride, stride], pad: "same" }) as Tensor4D;
  }

  /**
   * Of an odd window and stride 1: the same pool between two products, since the pool is symmetric
   * but for the numbers of pixels by which it divides. Otherwise every output is handed out.
   */
  override averagePoolGradient(shape: Shape4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    const heights = windowSizes(shape[1], size, stride);
    const widths = windowSizes(shape[2], size, stride);
    if (stride === 1 && size % 2 === 1) {
      const counts = heights.flatMap((height) => widths.map((width) => height * width));
      const shares = counts.map((count) => 1 / count);
      return timesFactors(this.averagePool(timesFactors(dy, shares), size, 1), counts);
    }
    return sharedOut(shape, dy, size, stride);
  }

  override maxPoolGradient(x: Tensor4D, y: Tensor4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    return givenBack(x, y, dy, size, stride);
  }

  override sum(a: Tensor4D, b: Tensor4D): Tensor4D {
    const y = fresh<Tensor4D>(a.shape);
    loops().add(address(a), address(b), address(y), end(a));
    return y;
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

  override part(x: Tensor4D, first: number, channels: number): Tensor4D {
    const [n, height, width, all] = x.shape;
    const y = fresh<Tensor4D>([n, height, width, channels]);
    const [X, Y] = [values(x), values(y)];
    for (let i = 0, at = first; i < Y.length; at += all - channels) for (let c = 0; c < channels; c++) Y[i++] = X[at++]!;
    return y;
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
    const terms = weights.flatMap((weight, k) => (weight === 0 ? [] : [{ x: inputs[k]!, weight }]));
    return terms.length === 1 && terms[0]!.weight === 1 ? tf.clone(terms[0]!.x) : weightedSum(terms, inputs[0]!.shape);
  }

  override products(inputs: readonly Tensor4D[], dy: Tensor4D): Tensor1D {
    const found = inputs.map((x) => sumsOfProducts(dy, x));
    const products = fresh<Tensor1D>([inputs.length + 1]);
    const total = (ofChannels: Float64Array) => ofChannels.reduce((sum, value) => sum + value, 0);
    values(products).set([...found.map(({ products }) => total(products)), total(found[0]!.sums)]);
    return products;
  }

  override batchNorm(x: Tensor4D, affine: Tensor2D, running: RunningMoments, momentum: number): Normalised {
    const C = affine.shape[1];
    const M = x.size / C;
    const { sums, products: squares } = sumsOfProducts(x, x);
    const statistics = fresh<Tensor2D>([2, C]);
    const [S, A, R] = [values(statistics), values(affine), values(running.value)];
    const slope = new Float32Array(2 * C); // and behind it the offset
    for (let c = 0; c < C; c++) {
      const mean = sums[c]! / M;
      const variance = Math.max(0, squares[c]! / M - mean * mean);
      const inverse = 1 / Math.sqrt(variance + EPSILON);
      S[c] = mean;
      S[C + c] = inverse;
      slope[c] = A[c]! * inverse;
      slope[C + c] = A[C + c]! - mean * slope[c]!;
      R[c]! += momentum * (mean - R[c]!);
      R[C + c]! += momentum * ((variance * M) / Math.max(1, M - 1) - R[C + c]!);
    }
    return { y: affineMap(x, slope), saved: [statistics] };
  }

  override normaliseGradient(x: Tensor4D, affine: Tensor2D, saved: readonly tf.Tensor[], dy: Tensor4D): NormalisedGradient {
    const C = affine.shape[1];
    const M = x.size / C;
    const { sums, products } = sumsOfProducts(dy, x);
    const dAffine = fresh<Tensor2D>([2, C]);
    const [S, A, D] = [values(saved[0]!), values(affine), values(dAffine)];
    const factors = new Float32Array(3 * C); // dx = p dy + q x + r for each channel
    for (let c = 0; c < C; c++) {
      const mean = S[c]!;
      const inverse = S[C + c]!;
      const dFactor = (products[c]! - mean * sums[c]!) * inverse;
      D[c] = dFactor;
      D[C + c] = sums[c]!;
      const p = (factors[c] = Math.fround(A[c]! * inverse));
      const q = (factors[C + c] = Math.fround((-p * inverse * dFactor) / M));
      factors[2 * C + c] = (-p * sums[c]!) / M - q * mean;
    }
    return { dx: affineSum(dy, x, factors), dAffine };
  }

  override normaliseFixed(x: Tensor4D, affine: Tensor2D, running: RunningMoments): Tensor4D {
    const C = affine.shape[1];
    const [A, R] = [values(affine), values(running.value)];
    const slope = new Float32Array(2 * C); // and behind it the offset
    for (let c = 0; c < C; c++) {
      slope[c] = A[c]! / Math.sqrt(R[C + c]! + EPSILON);
      slope[C + c] = A[C + c]! - R[c]! * slope[c]!;
    }
    return affineMap(x, slope);
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
    const dx = fresh<Tensor4D>(x.shape);
    if (name === "relu") {
      loops().whereAboveZero(address(x), address(dy), address(dx), end(x));
      return dx;
    }
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
