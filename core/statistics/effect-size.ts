/**
 * How much better one sample is than another, in ways that do not depend on the unit.
 *
 * @module
 */

/**
 * Cliff's delta: P(a > b) − P(a < b) over all pairs of a value of `a` and one of `b`, from −1 to 1; ties
 * count for neither. O(n log n). NaN if one of the two is empty or has a NaN.
 */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  if (a.some(Number.isNaN) || b.some(Number.isNaN)) return Number.NaN;
  const sorted = Float64Array.from(b).sort();
  let balance = 0;
  let [smaller, notLarger] = [0, 0];
  for (const value of Float64Array.from(a).sort()) {
    while (smaller < sorted.length && sorted[smaller]! < value) smaller++;
    while (notLarger < sorted.length && sorted[notLarger]! <= value) notLarger++;
    balance += smaller - (sorted.length - notLarger);
  }
  return balance / (a.length * b.length);
}

/**
 * On how many seeds a is better (larger) than b, equal, worse.
 *
 * @param a  [seeds]
 * @param b  [seeds], the same seeds; where either lacks one or has NaN, the seed is left out
 * @returns `rate`: wins with ties as halves, over all; NaN if no seed counts
 */
export function winRate(
  a: readonly number[],
  b: readonly number[],
): { readonly wins: number; readonly ties: number; readonly losses: number; readonly rate: number } {
  const count = (holds: (x: number, y: number) => boolean) => a.filter((value, at) => holds(value, b[at] ?? Number.NaN)).length;
  const wins = count((x, y) => x > y);
  const ties = count((x, y) => x === y);
  const losses = count((x, y) => x < y);
  return { wins, ties, losses, rate: (wins + ties / 2) / (wins + ties + losses) };
}

/** What a table says of a sample; `std` is the population standard deviation, as in results and in the paper. */
interface Summary {
  readonly mean: number;
  readonly std: number;
  readonly n: number;
}

/**
 * The difference of two independent means in its standard errors (Welch): (a − b) / √(s²_a / (n_a − 1) + s²_b / (n_b − 1)),
 * as s² / (n − 1) of the population s is the unbiased variance over n. Beyond ±2 or so, not chance. 0 if the means are
 * equal; infinite if they differ and neither spreads; NaN if an n is below 2.
 */
export function differenceInStandardErrors(a: Summary, b: Summary): number {
  if (!(a.n >= 2 && b.n >= 2)) return Number.NaN;
  const difference = a.mean - b.mean;
  return difference === 0 ? 0 : difference / Math.sqrt(a.std ** 2 / (a.n - 1) + b.std ** 2 / (b.n - 1));
}
