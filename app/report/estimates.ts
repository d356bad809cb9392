/**
 * What all statistics of a report are made by: its methods, intervals, and numbers that two machines write alike.
 *
 * @module
 */
import { bootstrapInterval } from "../../core/statistics/bootstrap.ts";
import type { RunRow } from "./aggregate.ts";
import type { Interval, Measure, StatisticalMethods } from "./document.ts";

export const METHODS: Omit<StatisticalMethods, "adjustment"> = { level: 0.95, resamples: 10_000, bootstrap: "percentile" };

/** Below this adjusted p a difference is significant. */
export const SIGNIFICANT = 0.05;

/** Null for one value, which has none. */
export function bootstrap(values: readonly number[], statistic: (sample: readonly number[]) => number): Interval | null {
  if (values.length < 2) return null;
  const { low, high } = bootstrapInterval(values, statistic, { level: METHODS.level, resamples: METHODS.resamples });
  return { low, high };
}

export function valuesBySeed(runs: readonly RunRow[], measure: Measure): Map<number, number> {
  return new Map(runs.flatMap((run) => (run[measure] === undefined ? [] : [[run.seed, run[measure]]])));
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
