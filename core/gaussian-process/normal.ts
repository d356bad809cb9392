/**
 * The standard normal distribution, in arithmetic that gives the same bits on every runtime, since searches follow from
 * it (the tails of core/statistics/distributions.ts enter reports only).
 *
 * @module
 */
import { exponential } from "../engine/exact-math.ts";

/** 1 / √(2π). */
const FRONT = 1 / Math.sqrt(2 * Math.PI);

/** φ(z). */
export function normalDensity(z: number): number {
  return FRONT * exponential((-z * z) / 2);
}

/**
 * Φ(z) = P(Z ≤ z); absolute error under 1e-14. The rational function is Hart's (1968), algorithm 5666, as in West 2005,
 * "Better approximations to cumulative normal functions"; beyond 7.07 a continued fraction.
 */
export function normalDistribution(z: number): number {
  return standardNormal(z).distribution;
}

/** φ(z) and Φ(z), by one exponential. */
export function standardNormal(z: number): { readonly density: number; readonly distribution: number } {
  const power = exponential((-z * z) / 2);
  const x = Math.abs(z);
  const tail = x > 38 ? 0 : power * (x < 7.07106781186547 ? hart(x) : fraction(x));
  return { density: FRONT * power, distribution: z > 0 ? 1 - tail : tail };
}

function hart(x: number): number {
  const above = polynomial(x, ABOVE);
  return above / polynomial(x, BELOW);
}

/** From the highest power down. */
const ABOVE = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376,
];
const BELOW = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948,
  440.413735824752,
];

function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

function fraction(x: number): number {
  let below = x + 0.65;
  for (let n = 4; n > 0; n--) below = x + n / below;
  return FRONT / below;
}

/** The z with Φ(z) = p, 0 < p < 1, by bisection and Newton's steps; |Φ(z) − p| under 1e-13. */
export function normalQuantile(p: number): number {
  let [low, high] = [-38, 38];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (normalDistribution(middle) < p) low = middle;
    else high = middle;
  }
  const z = (low + high) / 2;
  return z - (normalDistribution(z) - p) / Math.max(normalDensity(z), 1e-300);
}
