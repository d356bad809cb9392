/**
 * Confidence intervals by resampling.
 *
 * @module
 */
import { type Rng, randomStream } from "../random/rng.ts";
import { interquartileMean, mean, quantileOfSorted, trimmed } from "./descriptive.ts";

/** The slot of the random stream, beside those of manifests. */
const STREAM = "/statistics/bootstrap";

/**
 * A bootstrap confidence interval: the quantiles (1 − level)/2 and (1 + level)/2 of the statistic over resamples of n values
 * with replacement (percentile method, Efron 1979). It is what rliable reports; unlike BCa it needs no jackknife, is
 * defined for every sample, and for means and interquartile means of the size of experiments, tens to hundreds of seeds,
 * corrections are smaller than what the number of seeds leaves open. For n below 10 it is too narrow: see the coverage in
 * the tests.
 *
 * Drawn from core/random/rng.ts by `seed`, so it repeats to the bit; the order of x does not matter. NaN for n < 2, since one
 * value says nothing of its spread, and with a NaN.
 *
 * @param statistic  of a sample of n values, whose array is used again for the next; `mean` and `interquartileMean` have a faster way here
 * @param level  in (0, 1)
 * @param resamples  at least 1
 */
export function bootstrapInterval(
  x: readonly number[],
  statistic: (sample: readonly number[]) => number,
  { level = 0.95, resamples = 10_000, seed = 0 }: { readonly level?: number; readonly resamples?: number; readonly seed?: number } = {},
): { readonly low: number; readonly high: number; readonly method: "percentile" } {
  const method = "percentile";
  if (x.length < 2 || x.some(Number.isNaN)) return { low: Number.NaN, high: Number.NaN, method };
  const sorted = Float64Array.from(x).sort();
  const of =
    statistic === mean ? meanAt(sorted) : statistic === interquartileMean ? interquartileMeanAt(sorted) : statisticAt(sorted, statistic);
  const draw = resamplesOf(x.length, resamples, seed);
  const values = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) values[r] = of(draw(r));
  values.sort();
  return { low: quantileOfSorted(values, (1 - level) / 2), high: quantileOfSorted(values, (1 + level) / 2), method };
}

/** The statistic of the values at the places that a resample drew. */
function statisticAt(sorted: Float64Array, statistic: (sample: readonly number[]) => number): (places: Uint32Array) => number {
  const sample = new Array<number>(sorted.length);
  return (places) => {
    for (let i = 0; i < places.length; i++) sample[i] = sorted[places[i]!]!;
    return statistic(sample);
  };
}

/** The same for the mean, without the sample. */
function meanAt(sorted: Float64Array): (places: Uint32Array) => number {
  return (places) => {
    let sum = 0;
    for (let i = 0; i < places.length; i++) sum += sorted[places[i]!]!;
    return sum / places.length;
  };
}

/** The same for the interquartile mean: counting how often each place was drawn takes the place of sorting. */
function interquartileMeanAt(sorted: Float64Array): (places: Uint32Array) => number {
  const cut = trimmed(sorted.length);
  const end = sorted.length - cut;
  const counts = new Uint32Array(sorted.length);
  return (places) => {
    counts.fill(0);
    for (let i = 0; i < places.length; i++) counts[places[i]!]!++;
    let sum = 0;
    for (let place = 0, seen = 0; seen < end; place++) {
      const until = seen + counts[place]!;
      if (until > cut && until > seen) sum += sorted[place]! * (Math.min(until, end) - Math.max(seen, cut));
      seen = until;
    }
    return sum / (end - cut);
  };
}

/** Up to so many draws are kept, 32 MB. */
const KEPT = 2 ** 23;
/** What was drawn last: it follows from n, resamples and seed alone, and a report asks for it once for each cell and statistic. */
let kept: { readonly key: string; readonly places: Uint32Array } | undefined;

/** Gives the places drawn for resample 0, 1, 2 …, to be asked for in that order; each is valid until the next. */
function resamplesOf(n: number, resamples: number, seed: number): (resample: number) => Uint32Array {
  if (n * resamples > KEPT) {
    const rng = randomStream(seed, STREAM);
    const places = new Uint32Array(n);
    return () => filled(places, n, rng);
  }
  const key = `${n} ${resamples} ${seed}`;
  if (kept?.key !== key) kept = { key, places: filled(new Uint32Array(n * resamples), n, randomStream(seed, STREAM)) };
  const { places } = kept;
  return (resample) => places.subarray(resample * n, (resample + 1) * n);
}

function filled(places: Uint32Array, n: number, rng: Rng): Uint32Array {
  for (let i = 0; i < places.length; i++) places[i] = rng.below(n);
  return places;
}
