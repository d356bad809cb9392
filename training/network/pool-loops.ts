/**
 * Gradients of pools: what each window gets, given to its pixels.
 *
 * Axes as in operations.ts; values are in the wasm backend's memory.
 *
 * @module
 */
import { padding } from "../../core/space/network.ts";
import type { Shape4D, Tensor4D } from "./operations.ts";
import { fresh, values } from "./wasm-memory.ts";

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

/** Of a pool of maxima: the first pixel of a window that is as large as the window's maximum gets it all. */
export function givenBack(x: Tensor4D, y: Tensor4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
  const [n, height, width, channels] = x.shape;
  const [rows, columns] = [windows(height, size, stride), windows(width, size, stride)];
  const dx = fresh<Tensor4D>(x.shape);
  const [X, Y, DY, DX] = [values(x), values(y), values(dy), values(dx)];
  DX.fill(0);
  /** What each channel of a window has not yet given. */
  const left = new Float32Array(channels);
  let from = 0;
  for (let image = 0; image < n; image++)
    for (const row of rows)
      for (const column of columns) {
        for (let c = 0; c < channels; c++) left[c] = DY[from + c]!;
        for (let h = row.begin; h < row.end; h++)
          for (let w = column.begin; w < column.end; w++) {
            const at = ((image * height + h) * width + w) * channels;
            for (let c = 0; c < channels; c++)
              if (X[at + c] === Y[from + c]) {
                DX[at + c]! += left[c]!;
                left[c] = 0;
              }
          }
        from += channels;
      }
  return dx;
}

/** The pixels of an axis that each window has, padding left out. */
function windows(size: number, kernel: number, stride: number): { readonly begin: number; readonly end: number }[] {
  const { before, output } = padding(size, kernel, stride);
  return Array.from({ length: output }, (_, i) => {
    const begin = i * stride - before;
    return { begin: Math.max(0, begin), end: Math.min(size, begin + kernel) };
  });
}
