/**
 * Dilated filters as larger ones with zeros, where a backend has no gradients for dilations. Axes as in operations.ts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { extent } from "../../core/space/network.ts";

type Tensor4D = tf.Tensor4D;
type Shape4D = Tensor4D["shape"];

/** The filter with zeros between its places, [extent, extent, C, D]. */
export function dilatedFilter(filter: Tensor4D, dilation: number): Tensor4D {
  if (dilation === 1) return filter;
  const [size, , from, to] = filter.shape;
  const margins: [number, number][] = [
    [0, 0],
    [0, dilation - 1],
    [0, 0],
  ];
  // One axis after the other, since the webgpu backend pads no more than four axes.
  const rows = tf.pad(tf.reshape(filter, [size, 1, size * from * to]), margins);
  const both = tf.pad(tf.reshape(rows, [size * dilation * size, 1, from * to]), margins);
  const padded = tf.reshape(both, [size * dilation, size * dilation, from, to]) as Tensor4D;
  return tf.slice(padded, [0, 0, 0, 0], dilatedShape(filter.shape, dilation));
}

export function dilatedShape([size, , from, to]: Shape4D, dilation: number): Shape4D {
  return [extent(size, dilation), extent(size, dilation), from, to];
}

/** The gradient of a filter of that of a dilated one. */
export function everyPlace(gradient: Tensor4D, dilation: number): Tensor4D {
  return dilation === 1 ? gradient : (tf.stridedSlice(gradient, [0, 0, 0, 0], gradient.shape, [dilation, dilation, 1, 1]) as Tensor4D);
}
