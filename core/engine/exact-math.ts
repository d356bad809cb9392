/**
 * Functions that give the same bits on every runtime: only + − × ÷, which IEEE 754 fixes. `Math.exp`,
 * `Math.log`, `Math.cos` and their kin may differ between versions of an engine.
 *
 * @module
 */

/** 2⁰, 2⁻¹, …: all that a normal double can be. */
const HALVINGS = Float64Array.from({ length: 1023 }, () => 1);
for (let k = 1; k < HALVINGS.length; k++) HALVINGS[k] = HALVINGS[k - 1]! / 2;

/** eˣ for x ≤ 0; 0 below −700. Relative error under 1e-13. */
export function exponential(x: number): number {
  if (x < -700) return 0;
  const halvings = Math.round(-x / Math.LN2);
  const rest = x + halvings * Math.LN2; // at most ln 2 / 2 in size
  let sum = 1;
  for (let n = 15; n > 0; n--) sum = 1 + (sum * rest) / n;
  return sum * HALVINGS[halvings]!;
}

/**
 * ln x: x = m · 2^e with m in [¾, 1½), and ln m = 2 artanh((m − 1) / (m + 1)) as a series. −∞ for 0, ∞ for ∞, and NaN for
 * what is below 0, as Math.log has it: no number of halvings brings those into [¾, 1½).
 */
export function logarithm(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  let mantissa = x;
  let exponent = 0;
  for (; mantissa < 0.75; exponent--) mantissa *= 2;
  for (; mantissa >= 1.5; exponent++) mantissa /= 2;
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let power = 39; power > 0; power -= 2) sum = sum * z * z + 1 / power;
  return exponent * Math.LN2 + 2 * z * sum;
}

/** eˣ, the inverse of `logarithm`, for x up to 700; 0 below −700. */
export function antilogarithm(x: number): number {
  return x > 0 ? 1 / exponential(-x) : exponential(x);
}

/** xʸ for x ≥ 0, where y ln x is at most 700; 0 where it is below −700, ∞ where it is ∞, 1 where y is 0. */
export function power(x: number, y: number): number {
  if (y === 0) return 1;
  return antilogarithm(y * logarithm(x));
}

/** cos πt for t in [0, 1]; absolute error under 1e-15. */
export function cosineOfHalfTurns(t: number): number {
  if (t > 0.5) return -cosineOfHalfTurns(1 - t);
  const square = Math.PI * t * (Math.PI * t);
  let sum = 1;
  for (let n = 24; n > 0; n -= 2) sum = 1 - (sum * square) / (n * (n - 1));
  return sum;
}
