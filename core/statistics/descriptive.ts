/**
 * Means, spreads and quantiles of a sample. A NaN in the sample makes every one of them NaN.
 *
 * @module
 */

/** Σ x / n, summed in the given order; NaN for n = 0. */
export function mean(x: readonly number[]): number {
  return x.reduce((sum, value) => sum + value, 0) / x.length;
}

/** Population standard deviation √(Σ (x − mean)² / n), that of the paper's tables; 0 for n = 1, NaN for n = 0. */
export function standardDeviation(x: readonly number[]): number {
  return Math.sqrt(squares(x) / x.length);
}

/** Sample standard deviation √(Σ (x − mean)² / (n − 1)); NaN for n < 2. */
export function sampleStandardDeviation(x: readonly number[]): number {
  return x.length < 2 ? Number.NaN : Math.sqrt(squares(x) / (x.length - 1));
}

/** Standard error of the mean, sample standard deviation / √n; NaN for n < 2. */
export function standardError(x: readonly number[]): number {
  return sampleStandardDeviation(x) / Math.sqrt(x.length);
}

/** Σ (x − mean)². Exactly 0 where all are equal, which rounding of the mean would spoil. */
function squares(x: readonly number[]): number {
  if (x.every((value) => value === x[0])) return 0;
  const centre = mean(x);
  return x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/**
 * The q-quantile, linear between the order statistics around (n − 1) q: type 7 of Hyndman and Fan
 * (1996), the default of NumPy and R. NaN for n = 0; the value itself for n = 1.
 *
 * @param q  in [0, 1]; another gives NaN
 */
export function quantile(x: readonly number[], q: number): number {
  return x.some(Number.isNaN) ? Number.NaN : quantileOfSorted(Float64Array.from(x).sort(), q);
}

/** `quantile` of a sample that is sorted already and free of NaN. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) return Number.NaN;
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
}

/** How many values the interquartile mean leaves out at each end. */
export const trimmed = (n: number) => Math.floor(n / 4);

/**
 * Interquartile mean: the mean of what is left without the ⌊n/4⌋ smallest and the ⌊n/4⌋ largest. So
 * where 4 does not divide n, more than half is left, and n < 4 gives the mean: scipy.stats.trim_mean(x, 0.25),
 * which rliable (Agarwal et al. 2021) uses. NaN for n = 0.
 */
export function interquartileMean(x: readonly number[]): number {
  if (x.some(Number.isNaN)) return Number.NaN;
  const cut = trimmed(x.length);
  return mean(x.toSorted((a, b) => a - b).slice(cut, x.length - cut));
}
