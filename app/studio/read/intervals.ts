/**
 * Intervals for a page that lives: the report's bootstrap where that is quick, each sample once; for very many values from
 * the normal distribution, from which the bootstrap hardly differs then.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mean, standardError } from "../../../core/statistics/descriptive.ts";
import { bootstrap, type Intervals } from "../../report/comparisons/estimates.ts";
import { MARGIN } from "../../report/curve.ts";
import type { Interval } from "../../report/document.ts";
import { WHOLE } from "./aggregated.ts";
import { Recent } from "./recent.ts";

/** Samples whose intervals are kept. */
const KEPT = 5_000;
const known = new Recent<string, { readonly interval: Interval | null }>(KEPT);

/** Null of one value, and of many where the statistic is no mean. */
export const quickIntervals: Intervals = (values, statistic) => {
  if (values.length > WHOLE) return statistic === mean ? normal(values) : null;
  const key = `${statistic === mean ? "mean" : "interquartile mean"} ${createHash("sha256").update(Float64Array.from(values)).digest("base64")}`;
  const interval = known.get(key)?.interval ?? bootstrap(values, statistic);
  known.set(key, { interval });
  return interval;
};

function normal(values: readonly number[]): Interval {
  const margin = MARGIN * standardError(values);
  return { low: mean(values) - margin, high: mean(values) + margin };
}
