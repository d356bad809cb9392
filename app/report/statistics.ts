/**
 * From the runs of all cells to the numbers of the report.
 *
 * @module
 */
import { comparable } from "../../core/plugin/metric.ts";
import { allStopped, NONE_STOPPED } from "../../core/record/result.ts";
import type { Difference } from "../../core/record/trajectory.ts";
import { interquartileMean, mean, quantile, standardDeviation, standardError } from "../../core/statistics/descriptive.ts";
import { cliffsDelta, winRate } from "../../core/statistics/effect-size.ts";
import { summariseCosts } from "../../core/statistics/incumbent.ts";
import { pairedDifferences, pairedEffectSize, pairedT, wilcoxonSignedRank } from "../../core/statistics/paired-tests.ts";
import { friedman, meanRanks } from "../../core/statistics/ranks.ts";
import type { AggregatedCell, RunRow } from "./aggregate.ts";
import {
  type CellStatistics,
  type Comparison,
  type Estimate,
  MEASURES,
  type Measure,
  type Moments,
  type Panel,
  type Ranks,
  type ReportDocument,
  type TargetStatistics,
} from "./document.ts";
import { effectsOf } from "./effects.ts";
import { bootstrap, finite, METHODS, rounded, valuesBySeed } from "./estimates.ts";
import { ADJUSTMENTS, adjusted, type Unadjusted } from "./family.ts";
import { pairsOverPanels, withPairs } from "./pairs.ts";
import type { ReportSource } from "./source.ts";

/** What a report says of where its runs came from. */
type Origin = Omit<ReportSource, "file" | "cells" | "runs" | "withLogs" | "close">;

/** @param step  told before each cell */
export function reportDocument(origin: Origin, cells: readonly AggregatedCell[], step: (cell: number) => void = () => {}): ReportDocument {
  const { name, question, evoke, design, family = "panel", seeds, targets, inputs, axes } = origin;
  const names = [...new Set(cells.map(({ cell }) => cell.panel))];
  const compared = names.map((panel) => {
    const within = cells.filter(({ cell }) => cell.panel === panel);
    return panelOf(panel, within, targets, (one) => step(cells.indexOf(one)));
  });
  const panels = withPairs(adjusted(compared, family), cells, family);
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
  const compared = cells.map((one, i) => (one === baseline ? undefined : comparisonsOf(one, baseline, others[i]!)));
  const alike = cells.filter((_, i) => !others[i]![measure]);
  const ranks = ranksOf(new Map(alike.map(({ cell, runs }) => [cell.name, valuesBySeed(runs, measure)])));
  return {
    name,
    baseline: baseline.cell.name,
    measure,
    metrics,
    cells: cells.map((one, i) => {
      step(one);
      return cellOf(one, others[i]!, compared[i], targets);
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
  { cell, runs, distances, fronts, failures }: AggregatedCell,
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
    ...some("fronts", fronts),
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

/** Undefined without values. */
export function moments(values: readonly number[]): Moments | undefined {
  if (values.length === 0) return undefined;
  return { n: values.length, mean: mean(values), std: standardDeviation(values), standardError: finite(standardError(values)) };
}

function estimate(values: readonly number[]): Estimate | undefined {
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
    interval: bootstrap(values, mean),
    interquartileMean: interquartileMean(values),
    interquartileInterval: bootstrap(values, interquartileMean),
    quartiles: [least, lower, median, upper, most],
  };
}

type Comparisons = { [M in Measure]?: Comparison };

/** A cell against its baseline, over the seeds that both have; `holm` holds the p values that are to be adjusted. */
function comparisonsOf(cell: AggregatedCell, baseline: AggregatedCell, others: Metrics): Comparisons {
  const comparisons: Comparisons = {};
  for (const measure of MEASURES) {
    if (others[measure]) continue;
    const theirs = valuesBySeed(baseline.runs, measure);
    const pairs = [...valuesBySeed(cell.runs, measure)].filter(([seed]) => theirs.has(seed));
    if (pairs.length === 0) continue;
    comparisons[measure] = comparison(
      pairs.map(([, value]) => value),
      pairs.map(([seed]) => theirs.get(seed)!),
    );
  }
  return comparisons;
}

/** @param ours  [seeds]  @param theirs  of the same seeds */
function comparison(ours: readonly number[], theirs: readonly number[]): Comparison {
  const differences = pairedDifferences(ours, theirs);
  const wilcoxon = wilcoxonSignedRank(differences);
  const t = differences.length > 1 ? pairedT(differences) : undefined;
  const { wins, ties, losses, rate } = winRate(ours, theirs);
  return {
    n: differences.length,
    difference: mean(differences),
    standardError: finite(standardError(differences)),
    interval: bootstrap(differences, mean),
    wilcoxon: { ...wilcoxon, p: rounded(wilcoxon.p), holm: wilcoxon.p },
    pairedT: t ? { t: finite(t.t), degreesOfFreedom: t.degreesOfFreedom, p: rounded(t.p), holm: t.p } : null,
    cliffsDelta: cliffsDelta(ours, theirs),
    pairedEffectSize: finite(pairedEffectSize(differences)),
    ...{ wins, ties, losses, winRate: rate },
  };
}

function targetStatistics(runs: readonly RunRow[], measure: Measure, target: number): TargetStatistics | undefined {
  const costs = runs.flatMap(({ queriesTo }) => (queriesTo[measure] === undefined ? [] : [queriesTo[measure] ?? undefined]));
  if (costs.length === 0) return undefined;
  const { rate, median } = summariseCosts(costs);
  return { target, reached: rate, medianQueries: median ?? null };
}

/** Mean ranks over the blocks that every method has; undefined unless two methods share one. */
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
    for (const [seed, value] of valuesBySeed(runs, panel.measure)) values.set(`${panel.name} ${seed}`, value);
    methods.set(cell.variant, values);
  }
  return ranksOf(methods);
}
