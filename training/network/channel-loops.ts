/**
 * Loops over arrays of pixels, channels last. They take four channels at a time where they can: V8 then keeps their sums
 * in registers.
 *
 * @module
 */

/** sums = Σ a and products = Σ a b, for each channel. */
export function sumsOfProducts(a: Float32Array, b: Float32Array, sums: Float64Array, products: Float64Array, C: number): void {
  const n = a.length;
  if (C % 4 > 0) {
    for (let i = 0; i < n; )
      for (let c = 0; c < C; c++, i++) {
        sums[c]! += a[i]!;
        products[c]! += a[i]! * b[i]!;
      }
    return;
  }
  for (let c = 0; c < C; c += 4) {
    let [s0, s1, s2, s3, p0, p1, p2, p3] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = c; i < n; i += C) {
      const a0 = a[i]!;
      const a1 = a[i + 1]!;
      const a2 = a[i + 2]!;
      const a3 = a[i + 3]!;
      s0 += a0;
      s1 += a1;
      s2 += a2;
      s3 += a3;
      p0 += a0 * b[i]!;
      p1 += a1 * b[i + 1]!;
      p2 += a2 * b[i + 2]!;
      p3 += a3 * b[i + 3]!;
    }
    sums.set([s0, s1, s2, s3], c);
    products.set([p0, p1, p2, p3], c);
  }
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

/** y = slope x + offset, for each channel. */
export function affineMap(x: Float32Array, y: Float32Array, slope: Float32Array, offset: Float32Array, C: number): void {
  const n = x.length;
  if (C % 4 > 0) {
    for (let i = 0; i < n; ) for (let c = 0; c < C; c++, i++) y[i] = x[i]! * slope[c]! + offset[c]!;
    return;
  }
  for (let c = 0; c < C; c += 4) {
    const [s0, s1, s2, s3] = [slope[c]!, slope[c + 1]!, slope[c + 2]!, slope[c + 3]!];
    const [o0, o1, o2, o3] = [offset[c]!, offset[c + 1]!, offset[c + 2]!, offset[c + 3]!];
    for (let i = c; i < n; i += C) {
      y[i] = x[i]! * s0 + o0;
      y[i + 1] = x[i + 1]! * s1 + o1;
      y[i + 2] = x[i + 2]! * s2 + o2;
      y[i + 3] = x[i + 3]! * s3 + o3;
    }
  }
}

/** y = p a + q b + r, for each channel. */
export function affineSum(
  a: Float32Array,
  b: Float32Array,
  y: Float32Array,
  p: Float32Array,
  q: Float32Array,
  r: Float32Array,
  C: number,
): void {
  const n = a.length;
  if (C % 4 > 0) {
    for (let i = 0; i < n; ) for (let c = 0; c < C; c++, i++) y[i] = p[c]! * a[i]! + q[c]! * b[i]! + r[c]!;
    return;
  }
  for (let c = 0; c < C; c += 4) {
    const [p0, p1, p2, p3] = [p[c]!, p[c + 1]!, p[c + 2]!, p[c + 3]!];
    const [q0, q1, q2, q3] = [q[c]!, q[c + 1]!, q[c + 2]!, q[c + 3]!];
    const [r0, r1, r2, r3] = [r[c]!, r[c + 1]!, r[c + 2]!, r[c + 3]!];
    for (let i = c; i < n; i += C) {
      y[i] = p0 * a[i]! + q0 * b[i]! + r0;
      y[i + 1] = p1 * a[i + 1]! + q1 * b[i + 1]! + r1;
      y[i + 2] = p2 * a[i + 2]! + q2 * b[i + 2]! + r2;
      y[i + 3] = p3 * a[i + 3]! + q3 * b[i + 3]! + r3;
    }
  }
}
