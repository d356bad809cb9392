/**
 * Mixtures as loops over numbers, where these are in memory that JavaScript reads. They take four numbers, or four inputs, at
 * a time: V8 then keeps their sums in registers.
 *
 * @module
 */

/** y = Σ m x, over inputs x of the length of y and their weights m. */
export function weightedSum(inputs: readonly Float32Array[], weights: readonly number[], y: Float32Array): void {
  const n = y.length;
  if (inputs.length === 0) y.fill(0);
  for (let k = 0; k < inputs.length; k += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => inputs[k + i] ?? inputs[k]!) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const [p, q, r, s] = [0, 1, 2, 3].map((i) => weights[k + i] ?? 0) as [number, number, number, number];
    if (k === 0) for (let i = 0; i < n; i++) y[i] = p * a[i]! + q * b[i]! + r * c[i]! + s * d[i]!;
    else for (let i = 0; i < n; i++) y[i]! += p * a[i]! + q * b[i]! + r * c[i]! + s * d[i]!;
  }
}

/** Σ x */
export function sumOf(x: Float32Array): number {
  const n = x.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += x[i]!;
    s1 += x[i + 1]!;
    s2 += x[i + 2]!;
    s3 += x[i + 3]!;
  }
  for (; i < n; i++) s0 += x[i]!;
  return s0 + s1 + (s2 + s3);
}

/** ⟨a, b⟩ */
export function productOf(a: Float32Array, b: Float32Array): number {
  const n = a.length;
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    p0 += a[i]! * b[i]!;
    p1 += a[i + 1]! * b[i + 1]!;
    p2 += a[i + 2]! * b[i + 2]!;
    p3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < n; i++) p0 += a[i]! * b[i]!;
  return p0 + p1 + (p2 + p3);
}

/** y = factor · x */
export function multiply(x: Float32Array, factor: number, y: Float32Array): void {
  for (let i = 0; i < y.length; i++) y[i] = factor * x[i]!;
}
