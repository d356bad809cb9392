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

/**
 * ⟨dy, x⟩ and Σ dy.
 * @param dx  if there is one, it becomes weight · dy
 */
export function productsWith(dy: Float32Array, x: Float32Array, weight: number, dx?: Float32Array): [product: number, sum: number] {
  const n = dy.length;
  let [p0, p1, p2, p3, s0, s1, s2, s3] = [0, 0, 0, 0, 0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const d0 = dy[i]!;
    const d1 = dy[i + 1]!;
    const d2 = dy[i + 2]!;
    const d3 = dy[i + 3]!;
    p0 += d0 * x[i]!;
    p1 += d1 * x[i + 1]!;
    p2 += d2 * x[i + 2]!;
    p3 += d3 * x[i + 3]!;
    s0 += d0;
    s1 += d1;
    s2 += d2;
    s3 += d3;
    if (dx) {
      dx[i] = weight * d0;
      dx[i + 1] = weight * d1;
      dx[i + 2] = weight * d2;
      dx[i + 3] = weight * d3;
    }
  }
  for (; i < n; i++) {
    p0 += dy[i]! * x[i]!;
    s0 += dy[i]!;
    if (dx) dx[i] = weight * dy[i]!;
  }
  return [p0 + p1 + (p2 + p3), s0 + s1 + (s2 + s3)];
}
