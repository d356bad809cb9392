/**
 * Loops over the pixels of a batch, channels last, in the wasm backend's memory. Axes as in operations.ts.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Shape4D, Tensor4D } from "../operations.ts";
import { address, end, fresh, loops, values } from "./wasm-memory.ts";

/** Σ a and Σ a b, for each channel. */
export function sumsOfProducts(a: Tensor4D, b: Tensor4D): { readonly sums: Float64Array; readonly products: Float64Array } {
  const C = a.shape[3];
  return withRoom(4 * C, (room) => {
    loops().sumsOfProducts(address(a), address(b), end(a), 4 * C, address(room));
    const both = new Float64Array(values(room).slice().buffer);
    return { sums: both.subarray(0, C), products: both.subarray(C) };
  });
}

/** slope x + offset, for each channel. @param slope  and behind it the offset  [2, C] */
export function affineMap(x: Tensor4D, slope: Float32Array): Tensor4D {
  const y = fresh<Tensor4D>(x.shape);
  withRoom(slope.length, (room) => {
    values(room).set(slope);
    loops().affineMap(address(x), address(y), end(x), 4 * x.shape[3], address(room));
  });
  return y;
}

/** p a + q b + r, for each channel. @param p  and behind it q and r  [3, C] */
export function affineSum(a: Tensor4D, b: Tensor4D, p: Float32Array): Tensor4D {
  const y = fresh<Tensor4D>(a.shape);
  withRoom(p.length, (room) => {
    values(room).set(p);
    loops().affineSum(address(a), address(b), address(y), end(a), 4 * a.shape[3], address(room));
  });
  return y;
}

/** x times a factor for each pixel of an image. @param factors  [H, W] */
export function timesFactors(x: Tensor4D, factors: readonly number[]): Tensor4D {
  const y = fresh<Tensor4D>(x.shape);
  withRoom(factors.length, (room) => {
    values(room).set(factors);
    loops().timesFactors(address(x), address(y), end(x), 4 * x.shape[3], address(room), end(room) - 4);
  });
  return y;
}

/** Σ weight x over some terms, which may be none. */
export function weightedSum(terms: readonly { readonly x: Tensor4D; readonly weight: number }[], shape: Shape4D): Tensor4D {
  const y = fresh<Tensor4D>(shape);
  const n = terms.length;
  withRoom(2 * n + 1, (room) => {
    const [weights, begin] = [values(room), address(room)];
    new Uint32Array(weights.buffer, begin, n).set(terms.map(({ x }) => address(x)));
    for (const [k, { weight }] of terms.entries()) weights[n + k] = weight;
    loops().weightedSum(begin, begin + 4 * n, n, address(y), end(y));
  });
  return y;
}

/** For each channel, Σ a b over pairs of places in a and b that a pixel begins at. */
export function sumsOverPairs(a: Float32Array, b: Float32Array, pairs: Int32Array, end: number, sums: Float32Array): void {
  const C = sums.length;
  let c = 0;
  for (; c + 3 < C; c += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0; k < end; k += 2) {
      const i = pairs[k]! + c;
      const j = pairs[k + 1]! + c;
      s0 += a[i]! * b[j]!;
      s1 += a[i + 1]! * b[j + 1]!;
      s2 += a[i + 2]! * b[j + 2]!;
      s3 += a[i + 3]! * b[j + 3]!;
    }
    sums.set([s0, s1, s2, s3], c);
  }
  for (; c < C; c++) {
    let sum = 0;
    for (let k = 0; k < end; k += 2) sum += a[pairs[k]! + c]! * b[pairs[k + 1]! + c]!;
    sums[c] = sum;
  }
}

/** Does something with room for so many numbers. */
function withRoom<T>(numbers: number, use: (room: tf.Tensor) => T): T {
  const room = fresh<tf.Tensor>([numbers]);
  const result = use(room);
  room.dispose();
  return result;
}
