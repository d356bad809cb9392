/**
 * From the runs of all cells to the numbers of the report.
 *
 * @module
 */
import { better, comparable } from "../../core/plugin/metric.ts";
import { allStopped, NONE_STOPPED } from "../../core/record/result.ts";
import type { Difference } from "../../core/record/trajectory.ts";
import { summariseCosts } from "../../core/statistics/incumbent.ts";
import { friedman, meanRanks } from "../../core/statistics/ranks.ts";
import type { AggregatedCell, RunRow } from "./aggregate.ts";
import {
  type CellStatistics,
  type Comparison,
  MEASURES,
  type Measure,
  type Panel,
  type Ranks,
  type ReportDocument,
  type TargetStatistics,
} from "./document.ts";
import { effectsOf } from "./effects.ts";
import { compared, estimate, METHODS, moments, rounded, valuesBySeed, worthBySeed } from "./estimates.ts";
import { ADJUSTMENTS, adjusted, type Unadjusted } from "./family.ts";
import { withFronts } from "./fronts.ts";
import { pairsOverPanels, withPairs } from "./pairs.ts";
import type { ReportSource } from "./source.ts";

/** What a report says of where its runs came from. */
type Origin = Omit<ReportSource, "file" | "cells" | "runs" | "withLogs" | "close">;

/** @param step  told before each cell */
export function reportDocument(origin: Origin, cells: readonly AggregatedCell[], step: (cell: number) => void = () => {}): ReportDocument {
  const { name, question, evoke, design, family = "panel", seeds, targets, reference, inputs, axes } = origin;
  const names = [...new Set(cells.map(({ cell }) => cell.panel))];
  const unadjusted = names.map((panel) => {
    const within = cells.filter(({ cell }) => cell.panel === panel);
    return panelOf(panel, within, targets, (one) => step(cells.indexOf(one)));
  });
  const panels = withFronts(withPairs(adjusted(unadjusted, family), cells, family), cells, { family, reference });
  const pairs = pairsOverPanels(panels, cells);
  const effects = design === "factorial" ? effectsOf(axes, panels, cells) : [];
  const ranks = panels.length > 1 ? ranksOverPanels(panels, cells) : undefined;
  return {
    name,
    ...(question !== undefined && { question }),
    evoke,
    ...(design && { design }),
    ...(origin.family && { family }),
    seeds,
    ...(targets && { targets }),
    ...(reference && { reference }),
    ...(inputs && { inputs }),
    axes,
    methods: { ...METHODS, adjustment: ADJUSTMENTS[family] },
    panels,
    ...(ranks && { ranks }),
    ...(pairs && { pairs }),
    ...(effects.length > 0 && { effects }),
  };
}

function panelOf(
  name: string,
  cells: readonly AggregatedCell[],
  targets: Origin["targets"],
  step: (cell: AggregatedCell) => void,
): Unadjusted {
  const measure: Measure = cells.every(({ runs }) => runs.every(({ test }) => test !== undefined)) ? "test" : "score";
  const baseline = cells.find(({ cell }) => cell.name === cell.baseline) ?? cells[0]!;
  const metrics = metricsOf(baseline.cell);
  const others = cells.map(({ cell }) => differing(metricsOf(cell), metrics));
  const comparisons = cells.map((one, i) => (one === baseline ? undefined : comparisonsOf(one, baseline, others[i]!)));
  const alike = cells.filter((_, i) => !others[i]![measure]);
  const ranks = ranksOf(new Map(alike.map(({ cell, runs }) => [cell.name, worthBySeed(runs, measure, metrics)])));
  return {
    name,
    baseline: baseline.cell.name,
    measure,
    metrics,
    cells: cells.map((one, i) => {
      step(one);
      return cellOf(one, others[i]!, comparisons[i], targets);
    }),
    ...(ranks && { ranks }),
  };
}

type Metrics = Panel["metrics"];
type Stopped = NonNullable<CellStatistics["stopped"]>;

function metricsOf({ metric, testMetric }: AggregatedCell["cell"]): Metrics {
  return { ...(testMetric && { test: testMetric }), ...(metric && { score: metric }) };
}

/** Those that are known and other than the panel's. */
function differing(own: Metrics, panel: Metrics): Metrics {
  const other = MEASURES.filter((measure) => own[measure] && panel[measure] && !comparable(own[measure], panel[measure]));
  return Object.fromEntries(other.map((measure) => [measure, own[measure]]));
}

function cellOf(
  { cell, runs, distances, failures }: AggregatedCell,
  others: Metrics,
  comparison: Comparisons | undefined,
  targets: Origin["targets"],
): CellStatistics {
  const { name, variant, digest, at, differs } = cell;
  const stopped = runs.map((run) => run.stopped).reduce<Stopped>((all, one) => allStopped(all, one), NONE_STOPPED);
  const reached = Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const target = targets?.[measure];
      const statistics = target === undefined ? undefined : targetStatistics(runs, measure, target);
      return statistics ? [[measure, statistics]] : [];
    }),
  );
  return {
    ...{ name, variant, digest, at, differs, n: runs.length },
    ...some("otherMetrics", Object.keys(others).length > 0 ? others : undefined),
    ...some("test", estimate(known(runs, "test"))),
    ...some("score", estimate(known(runs, "score"))),
    ...some("comparison", comparison && Object.keys(comparison).length > 0 ? comparison : undefined),
    ...some("area", moments(known(runs, "area"))),
    ...some("targets", Object.keys(reached).length > 0 ? reached : undefined),
    ...some("queries", moments(known(runs, "queries"))),
    ...some("distinct", moments(known(runs, "distinct"))),
    ...some("updates", moments(known(runs, "updates"))),
    ...some("distances", distances.length > 0 ? distances.map(spreadOf) : undefined),
    ...some("seconds", moments(known(runs, "seconds"))),
    ...some("failures", failures),
    ...some("stopped", stopped.trainings > 0 ? stopped : undefined),
  };
}

function spreadOf({ distance, n, mean, squares }: Difference) {
  return { distance, n, mean, std: Math.sqrt(squares / n) };
}

/** A property that is there if its value is. */
function some<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function known(runs: readonly RunRow[], of: "test" | "score" | "area" | "queries" | "distinct" | "updates" | "seconds"): number[] {
  return runs.flatMap((run) => run[of] ?? []);
}

type Comparisons = { [M in Measure]?: Comparison };

/** A cell against its baseline, over the seeds that both have; `holm` holds the p values that are to be adjusted. */
function comparisonsOf(cell: AggregatedCell, baseline: AggregatedCell, others: Metrics): Comparisons {
  const comparisons: Comparisons = {};
  for (const measure of MEASURES) {
    if (others[measure]) continue;
    const metric = metricsOf(baseline.cell)[measure];
    const comparison = compared(valuesBySeed(cell.runs, measure), valuesBySeed(baseline.runs, measure), better(metric));
    if (comparison) comparisons[measure] = comparison;
  }
  return comparisons;
}

function targetStatistics(runs: readonly RunRow[], measure: Measure, target: number): TargetStatistics | undefined {
  const costs = runs.flatMap(({ queriesTo }) => (queriesTo[measure] === undefined ? [] : [queriesTo[measure] ?? undefined]));
  if (costs.length === 0) return undefined;
  const { rate, median } = summariseCosts(costs);
  return { target, reached: rate, medianQueries: median ?? null };
}

/**
 * Mean ranks over the blocks that every method has; undefined unless two methods share one.
 * @param methods  what each is worth in each block: larger is better
 */
function ranksOf(methods: ReadonlyMap<string, ReadonlyMap<number | string, number>>): Ranks | undefined {
  const all = [...methods.values()].filter((values) => values.size > 0);
  const names = [...methods].filter(([, values]) => values.size > 0).map(([name]) => name);
  const blocks = [...(all[0]?.keys() ?? [])].filter((block) => all.every((values) => values.has(block)));
  if (all.length < 2 || blocks.length === 0) return undefined;
  const values = all.map((ofMethod) => blocks.map((block) => ofMethod.get(block)!));
  const ranks = meanRanks(values);
  return {
    mean: Object.fromEntries(names.map((name, i) => [name, ranks[i]!])),
    blocks: blocks.length,
    ...(blocks.length > 1 && { friedman: friedmanOf(values) }),
  };
}

function friedmanOf(values: readonly (readonly number[])[]): NonNullable<Ranks["friedman"]> {
  const { statistic, p } = friedman(values);
  return { statistic, p: rounded(p) };
}

/** Of the variants that every panel has: each pair of panel and seed is a block. */
function ranksOverPanels(panels: readonly Panel[], cells: readonly AggregatedCell[]): Ranks | undefined {
  const methods = new Map<string, Map<string, number>>();
  for (const { cell, runs } of cells) {
    const panel = panels.find(({ name }) => name === cell.panel)!;
    const values = methods.get(cell.variant) ?? new Map<string, number>();
    for (const [seed, value] of worthBySeed(runs, panel.measure, panel.metrics)) values.set(`${panel.name} ${seed}`, value);
    methods.set(cell.variant, values);
  }
  return ranksOf(methods);
}
