/**
 * Confidence intervals by resampling.
 *
 * @module
 */
import { type Rng, randomStream } from "../rng.ts";
import { interquartileMean, quantileOfSorted, trimmed } from "./descriptive.ts";

/** The slot of the random stream, beside those of manifests. */
const STREAM = "/statistics/bootstrap";

/**
 * A bootstrap confidence interval: the quantiles (1 − level)/2 and (1 + level)/2 of the statistic over resamples of n values
 * with replacement (percentile method, Efron 1979). It is what rliable reports; unlike BCa it needs no jackknife, is
 * defined for every sample, and for means and interquartile means of the size of experiments, tens to hundreds of seeds,
 * corrections are smaller than what the number of seeds leaves open. For n below 10 it is too narrow: see the coverage in
 * the tests.
 *
 * Drawn from core/rng.ts by `seed`, so it repeats to the bit; the order of x does not matter. NaN for n = 0 or with a NaN;
 * both ends are the value itself for n = 1.
 *
 * @param statistic  of a sample of n values, whose array is used again for the next; `interquartileMean` has a faster way here
 * @param level  in (0, 1)
 * @param resamples  at least 1
 */
export function bootstrapInterval(
  x: readonly number[],
  statistic: (sample: readonly number[]) => number,
  { level = 0.95, resamples = 10_000, seed = 0 }: { readonly level?: number; readonly resamples?: number; readonly seed?: number } = {},
): { readonly low: number; readonly high: number; readonly method: "percentile" } {
  const method = "percentile";
  if (x.length === 0 || x.some(Number.isNaN)) return { low: Number.NaN, high: Number.NaN, method };
  const next = resampler(Float64Array.from(x).sort(), statistic, randomStream(seed, STREAM));
  const values = Float64Array.from({ length: resamples }, next).sort();
  return { low: quantileOfSorted(values, (1 - level) / 2), high: quantileOfSorted(values, (1 + level) / 2), method };
}

/** Gives the statistic of one resample after another. */
function resampler(sorted: Float64Array, statistic: (sample: readonly number[]) => number, rng: Rng): () => number {
  const n = sorted.length;
  if (statistic === interquartileMean) {
    const cut = trimmed(n);
    const counts = new Uint32Array(n);
    // Counting how often each place is drawn sorts the resample.
    return () => {
      counts.fill(0);
      for (let i = 0; i < n; i++) counts[rng.below(n)]!++;
      let sum = 0;
      for (let place = 0, seen = 0; seen < n - cut; place++) {
        const until = seen + counts[place]!;
        sum += sorted[place]! * Math.max(0, Math.min(until, n - cut) - Math.max(seen, cut));
        seen = until;
      }
      return sum / (n - 2 * cut);
    };
  }
  const sample = new Array<number>(n);
  return () => {
    for (let i = 0; i < n; i++) sample[i] = sorted[rng.below(n)]!;
    return statistic(sample);
  };
}
