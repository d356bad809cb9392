/**
 * What the filters of convolutions get, each by one forward convolution whose channels are the images.
 *
 * Of the two that are brought together, XNNPACK has one as it is and packs the other as its filter, which costs as much
 * as the products of few channels do. Without a stride x is the filter, which is packed once for all convolutions of x;
 * with a stride dy is, which is smaller. Either way the sums have the order of the pixels.
 *
 * Axes as in operations.ts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { extent } from "../../../core/space/network.ts";
import { backwardPads, type Padding4D, used } from "../explicit-padding.ts";
import type { Shape4D, Tensor4D } from "../operations.ts";
import { convolved, turned } from "./convolved.ts";
import { address, fresh, loops } from "./wasm-memory.ts";

export class FilterGradients {
  /** Images as filters  [H, W, N, C] */
  readonly #filters = new WeakMap<Tensor4D, Tensor4D>();

  /** @returns dF  [K, K, C, D] */
  of(x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
    if (stride > 1) return byGradients(x, filterShape, dy, stride, dilation);
    const [size, , from, to] = filterShape;
    if (size === 1) {
      const rows = transposed(dy, [to, dy.size / to]);
      const product = tf.matMul(rows, tf.reshape(x, [-1, from])); // which packs x once, too
      rows.dispose();
      return turned(tf.reshape(product, [1, 1, to, from]));
    }
    const [, height, width] = x.shape;
    const whole = extent(size, dilation);
    const [, rows, columns] = backwardPads(x.shape, whole, 1);
    const images = transposed<Tensor4D>(dy, [1, height, width * to, x.shape[0]]);
    const strides = [dilation, 1] as const;
    const gradient = convolved("Conv2D", images, this.#asFilter(x), strides, around(rows, columns, to), [1, to]);
    images.dispose();
    return turned(everyColumn(gradient, [size, whole, to, from], dilation));
  }

  /** Told of an image that is going to be disposed of. */
  done(x: Tensor4D): void {
    this.#filters.get(x)?.dispose();
    this.#filters.delete(x);
  }

  #asFilter(x: Tensor4D): Tensor4D {
    const known = this.#filters.get(x);
    if (known && !known.isDisposed) return known; // disposed of by the end of another step, if x is of both
    const filter = channelsOfImages(x);
    this.#filters.set(x, filter);
    return filter;
  }
}

/** As a convolution of x with dy as the filter; stride and dilation change places. */
function byGradients(x: Tensor4D, [size, , from, to]: Shape4D, dy: Tensor4D, stride: number, dilation: number): Tensor4D {
  const [n, height, width] = x.shape;
  const whole = extent(size, dilation);
  const rows = used(height, whole, stride);
  const columns = used(width, whole, stride);
  // Rows and columns that no window reaches are cut off.
  const [tall, wide] = [height - rows.cut, width - columns.cut];
  const reached = rows.cut + columns.cut > 0 ? tf.slice(x, [0, 0, 0, 0], [n, tall, wide, from]) : x;
  const images = transposed<Tensor4D>(reached, [1, tall, wide * from, n]);
  if (reached !== x) reached.dispose();
  const filter = channelsOfImages(dy);
  const pad = around([rows.before, rows.after], [columns.before, columns.after], from);
  const gradient = convolved("Conv2D", images, filter, [dilation, 1], pad, [stride, stride * from]);
  images.dispose();
  filter.dispose();
  return everyColumn(gradient, [size, whole, from, to], dilation);
}

/**
 * The images as channels of one whose columns are those of all channels, [1, H, W C, N], if that is the shape: of these
 * columns a filter takes every C-th, so all that comes out is in one image. @param shape  with N last
 */
function transposed<T extends tf.Tensor = tf.Tensor2D>(x: Tensor4D, shape: readonly number[]): T {
  const y = fresh<T>(shape);
  const rows = shape.at(-1)!;
  loops().transpose(address(x), address(y), rows, x.size / rows);
  return y;
}

/** [H, W, N, C] */
function channelsOfImages(x: Tensor4D): Tensor4D {
  const [n, height, width, channels] = x.shape;
  const y = fresh<Tensor4D>([height, width, n, channels]);
  loops().swapOuterAxes(address(x), address(y), n, height * width, 4 * channels);
  return y;
}

/** Padding of images whose columns are those of so many channels. */
function around([top, bottom]: readonly [number, number], [left, right]: readonly [number, number], channels: number): Padding4D {
  return [
    [0, 0],
    [top, bottom],
    [left * channels, right * channels],
    [0, 0],
  ];
}

/** Of all columns that a dilated filter spans those that it has. @param shape  [K, extent, …] */
function everyColumn(gradient: Tensor4D, shape: Shape4D, dilation: number): Tensor4D {
  const all = tf.reshape(gradient, shape) as Tensor4D;
  return dilation === 1 ? all : (tf.stridedSlice(all, [0, 0, 0, 0], shape, [1, dilation, 1, 1]) as Tensor4D);
}
