/**
 * Forward convolutions of the wasm backend, by XNNPACK.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Padding4D } from "../explicit-padding.ts";
import type { Tensor4D } from "../operations.ts";
import { fresh, values } from "./wasm-memory.ts";

/** The same along both axes, or of rows and of columns. */
type Both = number | readonly [number, number];

/**
 * A convolution. The kernel is called and not the operation, which refuses a dilation together with a stride
 * and, of a depthwise convolution, explicit padding.
 */
export function convolved(
  name: "Conv2D" | "DepthwiseConv2dNative",
  x: Tensor4D,
  filter: Tensor4D,
  stride: Both,
  pad: "same" | Padding4D,
  dilation: Both,
): Tensor4D {
  const both = (number: Both) => (typeof number === "number" ? [number, number] : [...number]);
  const attributes = { strides: both(stride), pad, dataFormat: "NHWC", dilations: both(dilation) };
  return tf.engine().runKernel(name, { x, filter }, attributes) as Tensor4D;
}

/** A filter [K, K, C, D] by half a turn, [K, K, D, C]. */
export function turned(filter: Tensor4D): Tensor4D {
  const [size, , from, to] = filter.shape;
  const turned = fresh<Tensor4D>([size, size, to, from]);
  const [F, T] = [values(filter), values(turned)];
  for (let place = size * size - 1, i = 0; place >= 0; place--)
    for (let c = 0; c < from; c++) for (let d = 0; d < to; d++, i++) T[(place * to + d) * from + c] = F[i]!;
  return turned;
}
