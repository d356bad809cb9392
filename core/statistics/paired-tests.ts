/**
 * Tests on the paired differences of two cells: same seeds, one difference a seed. All two-sided.
 *
 * @module
 */
import { mean, sampleStandardDeviation, standardError } from "./descriptive.ts";
import { normalTail, studentTail } from "./distributions.ts";
import { averageRanks } from "./ranks.ts";

/** Differences are rounded to this part of the largest value, or up to twice that, as steps are powers of two. */
const RESOLUTION = 2 ** -30;

/**
 * a − b seed by seed, rounded to about a billionth of the largest of all values. 94.3 − 94.2 and 94.4 − 94.3 differ in
 * binary, but are one difference of accuracy, and must be tied where they are ranked. Steps are powers
 * of two, so that a difference of decimals, such as accuracies are, does not lie half way between two of them.
 *
 * @param a  of the same length as `b`; what one has beyond the other gives NaN
 */
export function pairedDifferences(a: readonly number[], b: readonly number[]): number[] {
  const step = resolutionOf([...a, ...b]);
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, at) => Math.round(((a[at] ?? Number.NaN) - (b[at] ?? Number.NaN)) / step) * step,
  );
}

/** The power of two that differences of such values are rounded to: at least 2⁻³⁰ of the largest, and less than twice that. */
export function resolutionOf(values: readonly number[]): number {
  const largest = values.reduce((size, value) => (Number.isFinite(value) ? Math.max(size, Math.abs(value)) : size), 0);
  let step = RESOLUTION;
  while (step < largest * RESOLUTION) step *= 2;
  while (step / 2 >= largest * RESOLUTION && step > Number.MIN_VALUE) step /= 2;
  return step;
}

/**
 * Student's t test of "the mean difference is 0" (scipy.stats.ttest_rel). Where all differences are 0, t = 0 and p = 1
 * (SciPy: NaN); where all are one other value, t is infinite and p = 0. NaN for n < 2 and with a NaN.
 *
 * @param differences  [seeds]
 */
export function pairedT(differences: readonly number[]): { readonly t: number; readonly degreesOfFreedom: number; readonly p: number } {
  const degreesOfFreedom = differences.length - 1;
  const centre = mean(differences);
  const t = degreesOfFreedom >= 1 && centre === 0 ? 0 : centre / standardError(differences);
  return { t, degreesOfFreedom, p: studentTail(t, degreesOfFreedom) };
}

/** Up to so many differences other than 0 the distribution of the Wilcoxon statistic is computed, not approximated. */
const EXACT_UP_TO = 50;

/**
 * Wilcoxon's signed-rank test of "differences are symmetric about 0", as scipy.stats.wilcoxon(differences):
 *
 * - zeros are left out before ranking (zero_method "wilcox"); if nothing is left, the statistic is 0 and p = 1;
 * - equal |differences| share the mean of their ranks; so differences of decimals must first be made equal where
 *   they are, see `pairedDifferences`;
 * - the statistic is the smaller of the rank sums of positive and of negative differences;
 * - up to 50 that are left, p is exact: the distribution over all 2ⁿ signs, given the ranks, tied ones too. SciPy
 *   does the same without ties; with ties or zeros only for n ≤ 13, and approximates beyond;
 * - above 50, p is that of the normal approximation, its variance Σ ranks² / 4 corrected for ties, without continuity
 *   correction (method "asymptotic").
 *
 * A NaN makes statistic and p NaN.
 *
 * @param differences  [seeds]
 */
export function wilcoxonSignedRank(differences: readonly number[]): {
  readonly statistic: number;
  readonly p: number;
  readonly method: "exact" | "normal";
} {
  const nonzero = differences.filter((difference) => difference !== 0);
  const ranks = averageRanks(nonzero.map(Math.abs));
  const total = (nonzero.length * (nonzero.length + 1)) / 2;
  const positive = ranks.reduce((sum, rank, at) => (nonzero[at]! > 0 ? sum + rank : sum), 0);
  const statistic = nonzero.some(Number.isNaN) ? Number.NaN : Math.min(positive, total - positive);
  const method = nonzero.length <= EXACT_UP_TO ? "exact" : "normal";
  if (method === "exact") return { statistic, p: Math.min(1, 2 * signedRankTail(ranks, statistic)), method };
  const variance = ranks.reduce((sum, rank) => sum + rank ** 2, 0) / 4;
  return { statistic, p: normalTail((statistic - total / 2) / Math.sqrt(variance)), method };
}

/** P(Σ of the ranks with a positive sign ≤ statistic) if every sign is a fair coin. Exact for up to 52 ranks. */
function signedRankTail(ranks: readonly number[], statistic: number): number {
  if (Number.isNaN(statistic)) return Number.NaN;
  // Mean ranks are halves, so sums are counted in halves. Each probability is a multiple of 2⁻ⁿ, which a double holds.
  let probabilities = Float64Array.of(1);
  for (const rank of ranks) {
    const shift = 2 * rank;
    const next = new Float64Array(probabilities.length + shift);
    for (const [sum, probability] of probabilities.entries()) {
      next[sum]! += probability / 2;
      next[sum + shift]! += probability / 2;
    }
    probabilities = next;
  }
  return probabilities.subarray(0, 2 * statistic + 1).reduce((sum, probability) => sum + probability, 0);
}

/**
 * Cohen's d of paired differences, d_z = mean / sample standard deviation. 0 where all differences are 0, infinite
 * where all are one other value, NaN for n < 2.
 *
 * @param differences  [seeds]
 */
export function pairedEffectSize(differences: readonly number[]): number {
  const centre = mean(differences);
  return differences.length >= 2 && centre === 0 ? 0 : centre / sampleStandardDeviation(differences);
}
