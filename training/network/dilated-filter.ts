/**
 * Dilated filters as larger ones with zeros, where a backend has no gradients for dilations. Axes as in operations.ts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { extent } from "../../core/space/network.ts";

/** The filter with zeros between its places, [extent, extent, C, D]. */
export function dilatedFilter(filter: tf.Tensor4D, dilation: number): tf.Tensor4D {
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
  const padded = tf.reshape(both, [size * dilation, size * dilation, from, to]) as tf.Tensor4D;
  return tf.slice(padded, [0, 0, 0, 0], dilatedShape(filter.shape, dilation));
}

export function dilatedShape([size, , from, to]: tf.Tensor4D["shape"], dilation: number): tf.Tensor4D["shape"] {
  return [extent(size, dilation), extent(size, dilation), from, to];
}

/** The gradient of a filter of that of a dilated one. */
export function everyPlace(gradient: tf.Tensor4D, dilation: number): tf.Tensor4D {
  return dilation === 1 ? gradient : (tf.stridedSlice(gradient, [0, 0, 0, 0], gradient.shape, [dilation, dilation, 1, 1]) as tf.Tensor4D);
}
