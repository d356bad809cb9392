/**
 * Whether samples vary alike.
 *
 * @module
 */
import { mean, quantile } from "./descriptive.ts";
import { studentTail } from "./distributions.ts";

/**
 * Brown and Forsythe's test of "both vary alike": whether the distances from each sample's own median have one mean, which
 * for two samples is Student's t test with a pooled variance (scipy.stats.levene with center="median", whose F is t²).
 *
 * @param a  [n], at least one value
 * @param b  [m], at least one value; n + m at least three
 * @returns t > 0 where a varies more, and its p, two-sided; t = 0 and p = 1 where all distances are equal, NaN with a NaN
 */
export function brownForsythe(a: readonly number[], b: readonly number[]): { readonly t: number; readonly p: number } {
  const [x, y] = [distances(a), distances(b)];
  const [ofX, ofY] = [mean(x), mean(y)];
  const degreesOfFreedom = x.length + y.length - 2;
  const within = [...x.map((value) => (value - ofX) ** 2), ...y.map((value) => (value - ofY) ** 2)];
  const pooled = within.reduce((sum, square) => sum + square, 0) / degreesOfFreedom;
  const t = ofX === ofY ? 0 : (ofX - ofY) / Math.sqrt(pooled * (1 / x.length + 1 / y.length));
  return { t, p: studentTail(t, degreesOfFreedom) };
}

/** Of each value from the median. */
function distances(x: readonly number[]): number[] {
  const median = quantile(x, 0.5);
  return x.map((value) => Math.abs(value - median));
}
