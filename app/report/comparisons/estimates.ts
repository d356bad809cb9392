/**
 * What all statistics of a report are made by: its methods, intervals, and numbers that two machines write alike.
 *
 * @module
 */
import { better } from "../../../core/plugin/metric.ts";
import { bootstrapInterval } from "../../../core/statistics/bootstrap.ts";
import { interquartileMean, mean, quantile, standardDeviation, standardError } from "../../../core/statistics/descriptive.ts";
import { cliffsDelta, winRate } from "../../../core/statistics/effect-size.ts";
import { pairedDifferences, pairedEffectSize, pairedT, wilcoxonSignedRank } from "../../../core/statistics/paired-tests.ts";
import type { RunRow } from "../aggregate.ts";
import type { Comparison, Estimate, Interval, Measure, Moments, Panel, StatisticalMethods } from "../document.ts";

export const METHODS: Omit<StatisticalMethods, "adjustment"> = { level: 0.95, resamples: 10_000, bootstrap: "percentile" };

/** Below this adjusted p a difference is significant. */
export const SIGNIFICANT = 0.05;

/** Makes the interval of a statistic of values, null for one value. The report's is `bootstrap`. */
export type Intervals = (values: readonly number[], statistic: (sample: readonly number[]) => number) => Interval | null;

/** Null for one value, which has none. */
export function bootstrap(values: readonly number[], statistic: (sample: readonly number[]) => number): Interval | null {
  if (values.length < 2) return null;
  const { low, high } = bootstrapInterval(values, statistic, { level: METHODS.level, resamples: METHODS.resamples });
  return { low, high };
}

export type BySeed = ReadonlyMap<number, number>;

export function valuesBySeed(runs: readonly RunRow[], measure: Measure): Map<number, number> {
  return new Map(runs.flatMap((run) => (run[measure] === undefined ? [] : [[run.seed, run[measure]]])));
}

/** What the runs are worth by a measure: larger is better, so of a minimised metric the negatives. */
export function worthBySeed(runs: readonly RunRow[], measure: Measure, metrics: Panel["metrics"]): Map<number, number> {
  const by = better(metrics[measure]);
  return new Map([...valuesBySeed(runs, measure)].map(([seed, value]) => [seed, by * value]));
}

/** Undefined without values. */
export function moments(values: readonly number[]): Moments | undefined {
  if (values.length === 0) return undefined;
  return { n: values.length, mean: mean(values), std: standardDeviation(values), standardError: finite(standardError(values)) };
}

/** The same. */
export function estimate(values: readonly number[], intervals: Intervals = bootstrap): Estimate | undefined {
  const basic = moments(values);
  if (!basic) return undefined;
  const [least, lower, median, upper, most] = [0, 0.25, 0.5, 0.75, 1].map((q) => quantile(values, q)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    ...basic,
    interval: intervals(values, mean),
    interquartileMean: interquartileMean(values),
    interquartileInterval: intervals(values, interquartileMean),
    quartiles: [least, lower, median, upper, most],
  };
}

/**
 * Ours less theirs, over the seeds that both have; `holm` holds the p values that are to be adjusted. Undefined without such seeds.
 * @param by  1 where larger values are better, −1 where smaller ones are
 */
export function compared(ours: BySeed, theirs: BySeed, by: 1 | -1, intervals: Intervals = bootstrap): Comparison | undefined {
  const seeds = [...ours.keys()].filter((seed) => theirs.has(seed));
  if (seeds.length === 0) return undefined;
  return comparison(
    seeds.map((seed) => ours.get(seed)!),
    seeds.map((seed) => theirs.get(seed)!),
    by,
    intervals,
  );
}

/** @param ours  [seeds]  @param theirs  of the same seeds */
function comparison(ours: readonly number[], theirs: readonly number[], by: 1 | -1, intervals: Intervals): Comparison {
  const [ourWorths, theirWorths] = [ours, theirs].map((values) => values.map((value) => by * value)) as [number[], number[]];
  const differences = pairedDifferences(ours, theirs);
  const wilcoxon = wilcoxonSignedRank(differences);
  const t = differences.length > 1 ? pairedT(differences) : undefined;
  const { wins, ties, losses, rate } = winRate(ourWorths, theirWorths);
  return {
    n: differences.length,
    difference: mean(differences),
    standardError: finite(standardError(differences)),
    interval: intervals(differences, mean),
    wilcoxon: { ...wilcoxon, p: rounded(wilcoxon.p), holm: wilcoxon.p },
    pairedT: t ? { t: finite(t.t), degreesOfFreedom: t.degreesOfFreedom, p: rounded(t.p), holm: t.p } : null,
    cliffsDelta: cliffsDelta(ourWorths, theirWorths),
    pairedEffectSize: finite(pairedEffectSize(differences)),
    ...{ wins, ties, losses, winRate: rate },
  };
}

/**
 * A p value to 12 digits. Runtimes differ in the last bits of the logarithms and exponentials that it is made of, and two
 * machines are to give the same bytes.
 */
export function rounded(p: number): number {
  return Number(p.toPrecision(12));
}

/** JSON has neither NaN nor infinity. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
