/**
 * From the runs of all cells to the numbers of the report.
 *
 * @module
 */
import type { Goals } from "../../core/manifest/matrix/raw-matrix.ts";
import { better, comparable } from "../../core/plugin/metric.ts";
import { allStopped, NONE_STOPPED } from "../../core/record/result.ts";
import type { Difference } from "../../core/record/trajectory.ts";
import { mean } from "../../core/statistics/descriptive.ts";
import { holm } from "../../core/statistics/holm.ts";
import { summariseCosts } from "../../core/statistics/incumbent.ts";
import { criticalDifference, friedman, meanRanks, rankDifferenceTail } from "../../core/statistics/ranks.ts";
import type { AggregatedCell, RunRow } from "./aggregate.ts";
import { effectsOf } from "./comparisons/effects.ts";
import {
  bootstrap,
  compared,
  estimate,
  type Intervals,
  METHODS,
  moments,
  rounded,
  SIGNIFICANT,
  valuesBySeed,
  worthBySeed,
} from "./comparisons/estimates.ts";
import { ADJUSTMENTS, adjusted, type Unadjusted } from "./comparisons/family.ts";
import { pairsOverPanels, withPairs } from "./comparisons/pairs.ts";
import { type CurvePoint, milestones } from "./curve.ts";
import {
  type CellStatistics,
  type Comparison,
  MEASURES,
  type Measure,
  type Panel,
  type RankComparison,
  type Ranks,
  type RanksOverPanels,
  type Regret,
  type ReportDocument,
  type TargetStatistics,
  type WeightsEpochStatistics,
} from "./document.ts";
import { withFronts } from "./fronts.ts";
import { goalsOf, type ReportSource } from "./source.ts";

/** What a report says of where its runs came from. */
type Origin = Omit<ReportSource, "file" | "cells" | "runs" | "withLogs" | "close">;

/** @param step  told before each cell */
export function reportDocument(origin: Origin, cells: readonly AggregatedCell[], step: (cell: number) => void = () => {}): ReportDocument {
  const { name, question, evoke, design, family = "panel", seeds, best, targets, tasks, reference, inputs, axes } = origin;
  const names = [...new Set(cells.map(({ cell }) => cell.panel))];
  const unadjusted = names.map((panel) => {
    const within = cells.filter(({ cell }) => cell.panel === panel);
    return panelOf(panel, within, goalsOf(origin, within[0]!.cell), (one) => step(cells.indexOf(one)));
  });
  const panels = withFronts(withPairs(adjusted(unadjusted, family), cells, family), cells, { family, reference });
  const pairs = pairsOverPanels(panels, cells);
  // Tasks are no factor: what a method adds to an accuracy on one of them is not to be averaged with what it adds on another.
  const effects = design === "factorial" && !tasks ? effectsOf(axes, panels, cells) : [];
  const ranks = panels.length > 1 ? ranksOverPanels(panels, cells) : undefined;
  return {
    name,
    ...(question !== undefined && { question }),
    evoke,
    ...(design && { design }),
    ...(origin.family && { family }),
    seeds,
    ...(best && { best }),
    ...(targets && { targets }),
    ...(tasks && { tasks }),
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

/** What a panel is put together from. */
export interface PanelParts {
  statistics(cell: AggregatedCell, others: Metrics, comparison: Comparisons | undefined, targets: Goals["targets"]): CellStatistics;
  /** Of a cell with the baseline. */
  comparisons(cell: AggregatedCell, baseline: AggregatedCell, others: Metrics): Comparisons;
  /** @param methods  what each is worth on each seed: larger is better */
  ranks(methods: ReadonlyMap<string, ReadonlyMap<number | string, number>>): Ranks | undefined;
}

/** Those of a report, but for intervals that are made in another way. */
export function panelParts(intervals: Intervals = bootstrap): PanelParts {
  return {
    statistics: (cell, others, comparison, targets) => cellOf(cell, others, comparison, targets, intervals),
    comparisons: (cell, baseline, others) => comparisonsOf(cell, baseline, others, intervals),
    ranks: ranksOf,
  };
}

/**
 * A panel without what is adjusted over several of them.
 * @param step  told before each cell
 */
export function panelOf(
  name: string,
  cells: readonly AggregatedCell[],
  { best, targets }: Goals,
  step: (cell: AggregatedCell) => void = () => {},
  parts: PanelParts = panelParts(),
): Unadjusted {
  const tested = cells.every(({ runs }) => runs.every(({ test }) => test !== undefined));
  const measure: Measure = tested && best?.score === undefined ? "test" : "score";
  const baseline = cells.find(({ cell }) => cell.name === cell.baseline) ?? cells[0]!;
  const metrics = metricsOf(baseline.cell);
  const others = cells.map(({ cell }) => differing(metricsOf(cell), metrics));
  const comparisons = cells.map((one, i) => (one === baseline ? undefined : parts.comparisons(one, baseline, others[i]!)));
  const alike = cells.filter((_, i) => !others[i]![measure]);
  const ranks = parts.ranks(new Map(alike.map(({ cell, runs }) => [cell.name, worthBySeed(runs, measure, metrics)])));
  return {
    name,
    baseline: baseline.cell.name,
    measure,
    ...(best?.[measure] !== undefined && { best }),
    metrics,
    cells: cells.map((one, i) => {
      step(one);
      return parts.statistics(one, others[i]!, comparisons[i], targets);
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
  { cell, runs, regret, distances, failures, sharedWeights }: AggregatedCell,
  others: Metrics,
  comparison: Comparisons | undefined,
  targets: Goals["targets"],
  intervals: Intervals,
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
    ...some("test", estimate(known(runs, "test"), intervals)),
    ...some("score", estimate(known(runs, "score"), intervals)),
    ...some("comparison", comparison && Object.keys(comparison).length > 0 ? comparison : undefined),
    ...some("area", moments(known(runs, "area"))),
    ...some("regret", regret && regretsOf(regret)),
    ...some("targets", Object.keys(reached).length > 0 ? reached : undefined),
    ...some("queries", moments(known(runs, "queries"))),
    ...some("distinct", moments(known(runs, "distinct"))),
    ...some("updates", moments(known(runs, "updates"))),
    ...some("distances", distances.length > 0 ? distances.map(spreadOf) : undefined),
    ...some("seconds", moments(known(runs, "seconds"))),
    ...some("bestScore", moments(known(runs, "bestScore"))),
    ...some("failures", failures),
    ...some("stopped", stopped.trainings > 0 ? stopped : undefined),
    ...some("sharedWeights", sharedWeights && weightsStatistics(sharedWeights)),
  };
}

/** Runs of different lengths count as far as they go. */
function weightsStatistics(courses: AggregatedCell["sharedWeights"] & object): WeightsEpochStatistics[] {
  const longest = Math.max(...courses.map(({ epochs }) => epochs.length));
  return Array.from({ length: longest }, (_, i) => {
    const after = courses.flatMap(({ epochs }) => epochs[i] ?? []);
    return {
      epoch: i + 1,
      loss: moments(after.map(({ loss }) => loss))!,
      entropy: moments(after.map(({ entropy }) => entropy))!,
      parameterFree: moments(after.map(({ parameterFree }) => parameterFree))!,
      ...some("curvature", moments(after.flatMap(({ curvature }) => curvature ?? []))),
    };
  });
}

function regretsOf(curve: readonly CurvePoint[]): Regret[] {
  const at = new Set(milestones(curve.at(-1)!.at));
  return curve.filter((point) => at.has(point.at)).map(({ at: queries, ...regret }) => ({ queries, ...regret }));
}

function spreadOf({ distance, n, mean, squares }: Difference) {
  return { distance, n, mean, std: Math.sqrt(squares / n) };
}

/** A property that is there if its value is. */
function some<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function known(
  runs: readonly RunRow[],
  of: "test" | "score" | "bestScore" | "area" | "queries" | "distinct" | "updates" | "seconds",
): number[] {
  return runs.flatMap((run) => run[of] ?? []);
}

type Comparisons = { [M in Measure]?: Comparison };

/** A cell against its baseline, over the seeds that both have; `holm` holds the p values that are to be adjusted. */
function comparisonsOf(cell: AggregatedCell, baseline: AggregatedCell, others: Metrics, intervals: Intervals): Comparisons {
  const comparisons: Comparisons = {};
  for (const measure of MEASURES) {
    if (others[measure]) continue;
    const metric = metricsOf(baseline.cell)[measure];
    const comparison = compared(valuesBySeed(cell.runs, measure), valuesBySeed(baseline.runs, measure), better(metric), intervals);
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

/** Each panel is a block, in which a variant is worth its mean over the seeds. */
function ranksOverPanels(panels: readonly Panel[], cells: readonly AggregatedCell[]): RanksOverPanels | undefined {
  const methods = new Map<string, Map<string, number>>();
  for (const { cell, runs } of cells) {
    const panel = panels.find(({ name }) => name === cell.panel)!;
    const values = [...worthBySeed(runs, panel.measure, panel.metrics).values()];
    const worth = methods.get(cell.variant) ?? new Map<string, number>();
    if (values.length > 0) worth.set(panel.name, mean(values));
    methods.set(cell.variant, worth);
  }
  const ranks = ranksOf(methods);
  const [first] = panels;
  const baseline = first!.cells.find(({ name }) => name === first!.baseline)!.variant;
  if (!ranks || ranks.mean[baseline] === undefined) return undefined;
  const others = Object.entries(ranks.mean).filter(([variant]) => variant !== baseline);
  const count = others.length + 1;
  const p = others.map(([, rank]) => rankDifferenceTail(rank - ranks.mean[baseline]!, count, ranks.blocks));
  const adjusted = holm(p);
  const after = ranksAfter(panels, cells);
  return {
    ...ranks,
    ...some("after", after.length > 0 ? after : undefined),
    criticalDifference: rounded(criticalDifference(count, ranks.blocks)),
    baseline,
    comparison: Object.fromEntries(
      others.map(([variant], i) => [variant, { p: rounded(p[i]!), holm: rounded(adjusted[i]!), ...outcomes(variant, panels) }]),
    ),
  };
}

/** By the regrets after 10, 20, 50, 100 queries and so on, as far as two panels go. */
function ranksAfter(panels: readonly Panel[], cells: readonly AggregatedCell[]): RanksOverPanels["after"] & object {
  const regrets = panels.flatMap((panel) => panel.cells.map(({ variant, regret = [] }) => ({ panel: panel.name, variant, regret })));
  const variants = [...new Set(cells.map(({ cell }) => cell.variant))];
  const end = Math.max(1, ...regrets.flatMap(({ regret }) => regret.map(({ queries }) => queries)));
  return milestones(end).flatMap((queries) => {
    const worths = variants.map((variant): [string, ReadonlyMap<string, number>] => {
      const own = regrets.filter((one) => one.variant === variant);
      return [
        variant,
        new Map(own.flatMap(({ panel, regret }) => regret.filter((one) => one.queries === queries).map(({ mean }) => [panel, -mean]))),
      ];
    });
    const ranks = ranksOf(new Map(worths));
    return ranks && ranks.blocks > 1 ? [{ queries, ...ranks }] : [];
  });
}

/** On how many panels a variant is significantly better or worse than the baseline, seed by seed. */
function outcomes(variant: string, panels: readonly Panel[]): Omit<RankComparison, "p" | "holm"> {
  const counts = { better: 0, level: 0, worse: 0 };
  for (const { cells, measure, metrics } of panels) {
    const comparison = cells.find((cell) => cell.variant === variant)?.comparison?.[measure];
    if (!comparison) continue;
    const outcome = better(metrics[measure]) * comparison.difference > 0 ? "better" : "worse";
    counts[comparison.wilcoxon.holm < SIGNIFICANT ? outcome : "level"]++;
  }
  return counts;
}
