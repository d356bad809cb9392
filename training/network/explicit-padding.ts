/**
 * What is put around and between the pixels of images, where "same" is not what a convolution or its gradient needs.
 * A kernel is as large as its extent here, if it is dilated.
 *
 * @module
 */
import { padding } from "../../core/space/network.ts";
import type { Shape4D, Tensor4D } from "./operations.ts";
import { fresh, values } from "./wasm/wasm-memory.ts";

/** Before and after each of the four axes. */
export type Padding4D = [[number, number], [number, number], [number, number], [number, number]];

/** Explicit padding of a convolution. */
export function pads([, height, width]: Shape4D, kernel: number, stride: number): Padding4D {
  const rows = padding(height, kernel, stride);
  const columns = padding(width, kernel, stride);
  return [
    [0, 0],
    [rows.before, rows.after],
    [columns.before, columns.after],
    [0, 0],
  ];
}

/** The padding of dy, spread by the stride, with which a convolution has the size of the image. */
export function backwardPads([, height, width]: Shape4D, kernel: number, stride: number): Padding4D {
  const axis = (size: number): [number, number] => {
    const { before, output } = padding(size, kernel, stride);
    const front = kernel - 1 - before;
    return [front, size + kernel - 1 - ((output - 1) * stride + 1) - front];
  };
  return [[0, 0], axis(height), axis(width), [0, 0]];
}

/** Padding of an axis, and how much of its end no window reaches. */
export function used(size: number, kernel: number, stride: number): { before: number; after: number; cut: number } {
  const { before, output } = padding(size, kernel, stride);
  const after = (output - 1) * stride + kernel - size - before;
  return { before, after: Math.max(0, after), cut: Math.max(0, -after) };
}

/** Puts stride − 1 zeros between the pixels. */
export function spread(dy: Tensor4D, stride: number): Tensor4D {
  if (stride === 1) return dy;
  const [n, height, width, channels] = dy.shape;
  const [tall, wide] = [(height - 1) * stride + 1, (width - 1) * stride + 1];
  const spread = fresh<Tensor4D>([n, tall, wide, channels]);
  const [DY, S] = [values(dy), values(spread)];
  S.fill(0);
  for (let image = 0, from = 0; image < n; image++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++) {
        const at = ((image * tall + h * stride) * wide + w * stride) * channels;
        for (let c = 0; c < channels; c++) S[at + c] = DY[from++]!;
      }
  return spread;
}
