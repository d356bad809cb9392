/**
 * Gradients of pools: what each window gets, given to its pixels.
 *
 * Axes as in operations.ts; values are in the wasm backend's memory.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { padding } from "../../../core/space/network.ts";
import type { Shape4D, Tensor4D } from "../operations.ts";
import { fresh, values } from "./wasm-memory.ts";

/** From `begin` until before `end`. */
interface Pixels {
  readonly begin: number;
  readonly end: number;
}

/** Of an average pool: each pixel of a window gets an equal share. */
export function sharedOut(shape: Shape4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
  const [n, height, width, channels] = shape;
  const [rows, columns] = [windows(height, size, stride), windows(width, size, stride)];
  const dx = fresh<Tensor4D>(shape);
  const [DY, DX] = [values(dy), values(dx)];
  DX.fill(0);
  let from = 0;
  for (let image = 0; image < n; image++)
    for (const row of rows)
      for (const column of columns) {
        const share = 1 / ((row.end - row.begin) * (column.end - column.begin));
        for (let h = row.begin; h < row.end; h++)
          for (let w = column.begin; w < column.end; w++) {
            const at = ((image * height + h) * width + w) * channels;
            for (let c = 0; c < channels; c++) DX[at + c]! += DY[from + c]! * share;
          }
        from += channels;
      }
  return dx;
}

/**
 * Of a pool of maxima: the first pixel, row by row, that is as large as the window's maximum gets it all. A window is
 * searched for its row and then for the column in this row, among the maxima of each row.
 */
export function givenBack(x: Tensor4D, y: Tensor4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
  const [n, height, width, channels] = x.shape;
  const ofRows = tf.maxPool(x, [1, size], [1, stride], "same"); // [N, H, W′, C]
  const dRows = fresh<Tensor4D>(ofRows.shape);
  const dx = fresh<Tensor4D>(x.shape);
  toFirst(ofRows, y, dy, dRows, n, windows(height, size, stride), height, ofRows.shape[2] * channels);
  toFirst(x, ofRows, dRows, dx, n * height, windows(width, size, stride), width, channels);
  return dx;
}

/**
 * Adds each number of dy to the first place along an axis, in its window, where x is y. There are no branches, since
 * where a maximum is cannot be foreseen.
 *
 * @param x  [outer, size, inner]
 * @param y  the largest of each window  [outer, windows, inner]
 * @param dx  is filled  [outer, size, inner]
 */
function toFirst(
  x: Tensor4D,
  y: Tensor4D,
  dy: Tensor4D,
  dx: Tensor4D,
  outer: number,
  windows: readonly Pixels[],
  size: number,
  inner: number,
): void {
  const [X, Y, DY, DX] = [values(x), values(y), values(dy), values(dx)];
  DX.fill(0);
  for (let o = 0, from = 0; o < outer; o++)
    for (const { begin, end } of windows) {
      const first = (o * size + begin) * inner;
      const others = end - begin - 1;
      for (let i = 0; i < inner; i++, from++) {
        const largest = Y[from]!;
        let at = first + i;
        let sought = 1;
        for (let k = 0; k < others; k++) {
          sought &= Number(X[at] !== largest);
          at += inner * sought;
        }
        DX[at]! += DY[from]!;
      }
    }
}

/** The pixels of an axis that each window has, padding left out. */
function windows(size: number, kernel: number, stride: number): Pixels[] {
  const { before, output } = padding(size, kernel, stride);
  return Array.from({ length: output }, (_, i) => {
    const begin = i * stride - before;
    return { begin: Math.max(0, begin), end: Math.min(size, begin + kernel) };
  });
}
