/**
 * Ranks: of a sample, and of methods over seeds.
 *
 * @module
 */
import { chiSquareTail, normalTail, rangeTail } from "./distributions.ts";

/** Ranks from 1, the smallest, to n; equal values share the mean of their ranks. A NaN makes all of them NaN. */
export function averageRanks(x: readonly number[]): number[] {
  if (x.some(Number.isNaN)) return x.map(() => Number.NaN);
  const order = x.map((_, index) => index).sort((a, b) => x[a]! - x[b]!);
  const ranks = new Array<number>(x.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && x[order[to]!] === x[order[from]!]) to++;
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** Ranks of the methods within each seed, 1 for the largest value  [seeds][methods] */
function ranksBySeed(values: readonly (readonly number[])[]): number[][] {
  return (values[0] ?? []).map((_, seed) => averageRanks(values.map((ofMethod) => -(ofMethod[seed] ?? Number.NaN))));
}

/**
 * The mean over seeds of each method's rank among the methods: 1 is best, the largest value. Equal methods share
 * the mean of their ranks.
 *
 * @param values  [methods][seeds], each method with the same seeds; one that lacks a seed, or has NaN, makes all NaN
 * @returns [methods]; NaN without seeds
 */
export function meanRanks(values: readonly (readonly number[])[]): number[] {
  const ranks = ranksBySeed(values);
  return values.map((_, method) => ranks.reduce((sum, ofSeed) => sum + ofSeed[method]!, 0) / ranks.length);
}

/**
 * Friedman's test of "no method is better than another": with R_j the sum of the ranks of method j over n seeds,
 *
 *   statistic = (k − 1) Σ_j (R_j − n (k + 1)/2)² / Σ_ij (r_ij − (k + 1)/2)²
 *
 * which is corrected for ties (Conover 1999, section 5.8); p from χ² with k − 1 degrees of freedom, an
 * approximation that is good for some ten seeds or more. As scipy.stats.friedmanchisquare, but where all
 * methods are equal on all seeds the statistic is 0 and p = 1, not NaN.
 *
 * @param values  [methods][seeds] as for `meanRanks`; NaN for fewer than two methods, and without seeds
 */
export function friedman(values: readonly (readonly number[])[]): { readonly statistic: number; readonly p: number } {
  const ranks = ranksBySeed(values);
  if (values.length < 2 || ranks.length === 0) return { statistic: Number.NaN, p: Number.NaN };
  const centre = (values.length + 1) / 2;
  let within = 0;
  const sums = values.map(() => 0);
  for (const ofSeed of ranks)
    for (const [method, rank] of ofSeed.entries()) {
      sums[method]! += rank - centre;
      within += (rank - centre) ** 2;
    }
  const between = sums.reduce((sum, ofMethod) => sum + ofMethod ** 2, 0);
  const statistic = within === 0 ? 0 : ((values.length - 1) * between) / within;
  return { statistic, p: chiSquareTail(statistic, values.length - 1) };
}

/** The standard error of the difference of two mean ranks, where no method is better than another: √(k (k + 1) / 6n). */
function rankDifferenceError(methods: number, blocks: number): number {
  return Math.sqrt((methods * (methods + 1)) / (6 * blocks));
}

/**
 * P(|difference| ≥ that of two mean ranks), two-sided, where no method is better than another: for comparisons with one
 * method, to be adjusted by Holm (Demšar 2006, JMLR 7, section 3.2.2).
 */
export function rankDifferenceTail(difference: number, methods: number, blocks: number): number {
  return normalTail(difference / rankDifferenceError(methods, blocks));
}

/**
 * Nemenyi's critical difference of mean ranks, for comparisons of all methods with each other (Demšar 2006, section 3.2.2):
 * q √(k (k + 1) / 6n), where q is the quantile of the studentized range of k values, over √2.
 *
 * @param methods  k, two or more
 * @param blocks  n
 * @param level  the chance that any two are farther apart where no method is better than another
 */
export function criticalDifference(methods: number, blocks: number, level = 0.05): number {
  let [low, high] = [0, 20];
  for (let i = 0; i < 45; i++) {
    const middle = (low + high) / 2;
    if (rangeTail(middle, methods) > level) low = middle;
    else high = middle;
  }
  return (high / Math.SQRT2) * rankDifferenceError(methods, blocks);
}
