/**
 * Panels for a page that lives: the report's statistics, each made once for as long as its cells are what they are. Of
 * very many values intervals are from the normal distribution, from which the bootstrap hardly differs then.
 *
 * @module
 */
import { mean, standardError } from "../../../core/statistics/descriptive.ts";
import type { AggregatedCell } from "../../report/aggregate.ts";
import { bootstrap, type Intervals } from "../../report/comparisons/estimates.ts";
import { MARGIN } from "../../report/curve.ts";
import type { Interval } from "../../report/document.ts";
import { type PanelParts, panelParts } from "../../report/statistics.ts";
import { WHOLE } from "./aggregated.ts";

/** Null of one value, and of many where the statistic is no mean. */
export const quickIntervals: Intervals = (values, statistic) => {
  if (values.length <= WHOLE) return bootstrap(values, statistic);
  return statistic === mean ? normal(values) : null;
};

function normal(values: readonly number[]): Interval {
  const margin = MARGIN * standardError(values);
  return { low: mean(values) - margin, high: mean(values) + margin };
}

type Statistics = ReturnType<PanelParts["statistics"]>;
type Comparisons = ReturnType<PanelParts["comparisons"]>;
/** Cells stay the same objects until something of them is other. */
const statistics = new WeakMap<AggregatedCell, { readonly of: readonly unknown[]; readonly made: Statistics }>();
const comparisons = new WeakMap<AggregatedCell, { readonly of: readonly unknown[]; readonly made: Comparisons }>();

const parts = panelParts(quickIntervals);

export const QUICK: PanelParts = {
  ...parts,
  statistics: (cell, others, comparison, targets) =>
    known(statistics, cell, [JSON.stringify(others), comparison, targets], () => parts.statistics(cell, others, comparison, targets)),
  comparisons: (cell, baseline, others) =>
    known(comparisons, cell, [baseline, JSON.stringify(others)], () => parts.comparisons(cell, baseline, others)),
};

function known<T>(
  kept: WeakMap<AggregatedCell, { readonly of: readonly unknown[]; readonly made: T }>,
  cell: AggregatedCell,
  of: readonly unknown[],
  make: () => T,
): T {
  const before = kept.get(cell);
  if (before?.of.every((one, i) => one === of[i])) return before.made;
  const made = make();
  kept.set(cell, { of, made });
  return made;
}
