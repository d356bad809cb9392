/**
 * Normal deviates that are the same on every runtime: only + − × ÷ and √, which IEEE 754 fixes to the
 * last bit. `Math.log`, `Math.cos` and their kin may differ between versions of an engine.
 *
 * A deviate is one of 4,096 quantiles, (i + ½) / 4,096, drawn uniformly: two for each number of the
 * stream. Its variance is 1, its tails end at 3.67.
 *
 * @module
 */
import { logarithm } from "../../core/engine/exact-math.ts";
import type { Rng } from "../../core/random/rng.ts";

const LEVELS = 2 ** 12;
/** In ascending order, scaled to a variance of 1. */
export const QUANTILES = quantiles();

/** Draws which quantiles the deviates of places[from] … places[to − 1] are. */
export function drawDeviates(places: Int16Array, from: number, to: number, rng: Rng): void {
  for (let i = from; i < to; i += 2) {
    // The upper 24 of 32 bits: a deviate each for the upper and the lower 12.
    const bits = Math.floor(rng.next() * LEVELS ** 2);
    places[i] = bits >>> 12;
    if (i + 1 < to) places[i + 1] = bits & (LEVELS - 1);
  }
}

/** Adds deviates that were drawn, times a standard deviation. @param places  as many as there are values */
export function addDeviates(values: Float32Array, places: Int16Array, deviation: number): void {
  for (let i = 0; i < values.length; i++) values[i]! += deviation * QUANTILES[places[i]!]!;
}

function quantiles(): Float64Array {
  const table = new Float64Array(LEVELS);
  let squares = 0;
  for (let i = 0; i < LEVELS / 2; i++) {
    const quantile = lowerQuantile((i + 0.5) / LEVELS);
    table[i] = quantile;
    table[LEVELS - 1 - i] = -quantile;
    squares += 2 * quantile * quantile;
  }
  const scale = Math.sqrt(LEVELS / squares);
  return table.map((quantile) => quantile * scale);
}

/** Φ⁻¹(p) for p ≤ ½ by P. J. Acklam's rational approximations, relative error below 1.15e-9. */
function lowerQuantile(p: number): number {
  const polynomial = (x: number, ...coefficients: number[]) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * logarithm(p));
    return (
      polynomial(
        q,
        ...[-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783],
      ) / polynomial(q, ...[7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1])
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    (q *
      polynomial(
        r,
        ...[-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239],
      )) /
    polynomial(r, ...[-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1])
  );
}
