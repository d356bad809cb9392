/**
 * All numbers of a report, as `statistics.json` keeps them and `evoke report --json` prints them: a
 * contract, described in docs/guide/json-documents.md. Nothing in it is measured on a clock, so two machines give the
 * same bytes.
 *
 * @module
 */
import type { ByMeasure, Goals } from "../../core/manifest/matrix/raw-matrix.ts";
import type { Metric } from "../../core/plugin/metric.ts";
import type { Front, FrontPoint, MetricPair } from "../../core/record/pareto.ts";
import type { RunResult } from "../../core/record/result.ts";
import type { EvaluationFailures } from "../host/store/failed-evaluations.ts";
import type { MatrixCell, MatrixDocument } from "../host/store/matrix-document.ts";

/** Which metric of a run's answer: the reported one, or the one that was searched on. */
export type Measure = "test" | "score";
export const MEASURES: readonly Measure[] = ["test", "score"];

/** What the numbers are of and how they were come by. */
export interface ReportDocument extends Goals {
  readonly name: string;
  readonly question?: string;
  /** The version that wrote the results. */
  readonly evoke: string;
  /** Left out in the report of a single experiment. */
  readonly design?: MatrixDocument["design"];
  /** What the comparisons with baselines are adjusted over; left out where the matrix does not say, which means each panel's. */
  readonly family?: MatrixDocument["family"];
  readonly seeds: { readonly first: number; readonly count: number };
  /** Of each task, where it has other goals than the matrix; left out where there are no tasks. */
  readonly tasks?: Readonly<Record<string, Goals>>;
  /** By metric, from where hypervolumes are measured, where the matrix says so. */
  readonly reference?: Readonly<Record<string, number>>;
  /** Digests of what the runs read, where the results say so. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly axes: MatrixDocument["axes"];
  readonly methods: StatisticalMethods;
  readonly panels: readonly Panel[];
  /** Of the variants, over the panels that all of them have; left out where there is one panel. */
  readonly ranks?: RanksOverPanels;
  /** Of the variants, over the panels that all of them have; left out where there is one panel. */
  readonly pairs?: PairsOverPanels;
  /** Of a factorial of at least two factors: what each factor does, and what they do together, for each metric. */
  readonly effects?: readonly Effects[];
}

/** The names of what was computed. */
export interface StatisticalMethods {
  /** Of the confidence intervals, for example 0.95. */
  readonly level: number;
  readonly resamples: number;
  readonly bootstrap: string;
  readonly adjustment: string;
}

/** Cells that are compared with one baseline. */
export interface Panel {
  /** "" where there is only one. */
  readonly name: string;
  /** Name of the cell that the others are compared with. */
  readonly baseline: string;
  /** The metric that the main table is of: that of the best, if it is known, else "test" where every run has one. */
  readonly measure: Measure;
  /** The best that there is, or that is known. */
  readonly best?: ByMeasure;
  readonly metrics: { readonly [M in Measure]?: Metric };
  /** How many comparisons Holm's adjustment is over: the cells beside a baseline that have pairs with it, of the panel or of all. */
  readonly family: number;
  readonly cells: readonly CellStatistics[];
  /** Over each pair of metrics of which runs have Pareto fronts, what they are compared by; left out where there are none. */
  readonly fronts?: readonly FrontBox[];
  /** Of the cells, by the panel's measure, over the seeds that all of them have. */
  readonly ranks?: Ranks;
  /** Of the cells, by the panel's measure; left out where fewer than three can be compared. */
  readonly pairs?: Pairs;
}

/** Of all Pareto fronts of a panel over two metrics: the box that hypervolumes are shares of. */
export interface FrontBox {
  readonly metrics: MetricPair;
  /** The worst value of each: of all fronts, if the matrix gives none. */
  readonly reference: readonly [number, number];
  /** The best value of each on any of the fronts. */
  readonly ideal: readonly [number, number];
  /** How many comparisons Holm's adjustment is over. */
  readonly family: number;
}

export interface Ranks {
  /** Mean rank by name, 1 the best; ties have the mean of their ranks. */
  readonly mean: Readonly<Record<string, number>>;
  /** Over how many blocks: seeds, or panels. */
  readonly blocks: number;
  /** The test of "no method ranks differently", from two methods and two blocks on. */
  readonly friedman?: { readonly statistic: number; readonly p: number };
}

/** Panels are the blocks, each with the mean over the seeds: Demšar 2006, JMLR 7, section 3.2. */
export interface RanksOverPanels extends Ranks {
  /** Mean ranks that are farther apart differ significantly by Nemenyi's test, at 0.05. */
  readonly criticalDifference: number;
  /** The variant that the others are compared with. */
  readonly baseline: string;
  /** By regrets after so many queries, over the panels whose budgets are as large; left out where no best is known. */
  readonly after?: readonly (Ranks & { readonly queries: number })[];
  /** Of each variant but the baseline's. */
  readonly comparison: Readonly<Record<string, RankComparison>>;
}

/** A variant against the baseline's. */
export interface RankComparison {
  /** Of the difference of the mean ranks, by the normal distribution. */
  readonly p: number;
  readonly holm: number;
  /** Panels on which it differs significantly for the better and for the worse, and on which it does not, in all panels that it is in. */
  readonly better: number;
  readonly level: number;
  readonly worse: number;
}

export interface CellStatistics extends Pick<MatrixCell, "name" | "variant" | "digest" | "at" | "differs"> {
  /** Runs that there are; `seeds.count` were asked for. */
  readonly n: number;
  /** Where they are other than the panel's: such a cell is neither compared nor ranked by that measure. */
  readonly otherMetrics?: { readonly [M in Measure]?: Metric };
  readonly test?: Estimate;
  readonly score?: Estimate;
  /** Against the baseline, over the seeds that both have; left out for the baseline itself. */
  readonly comparison?: { readonly [M in Measure]?: Comparison };
  /** The area under the incumbent curve: mean over the queries of the best score so far. */
  readonly area?: Moments;
  /** How far the best so far is from the best that is known, after 10, 20, 50, 100 queries and so on, and at the end. */
  readonly regret?: readonly Regret[];
  /** Queries until an incumbent reached the target. */
  readonly targets?: { readonly [M in Measure]?: TargetStatistics };
  readonly queries?: Moments;
  /** Different architectures among the queries. */
  readonly distinct?: Moments;
  /** New subspaces: how often a candidate replaced a centre. */
  readonly updates?: Moments;
  /** |R(β) − R(α)| of candidates and the centre that each was made from, by their distance (Figure 6 of the paper). */
  readonly distances?: readonly { readonly distance: number; readonly n: number; readonly mean: number; readonly std: number }[];
  /** Where the controller names the answer itself: the best scores that could have been it. */
  readonly bestScore?: Moments;
  /** Evaluations that failed in runs that went on, and why, where any did. */
  readonly failures?: EvaluationFailures;
  /** Trainings that were ended early, and the epochs saved, over all runs; left out if none was. */
  readonly stopped?: NonNullable<RunResult["stopped"]>;
  /** Charged to the budget: simulated where a table says what a training takes. */
  readonly seconds?: Moments;
  /** Over each pair of metrics that the manifest asks for. */
  readonly fronts?: readonly CellFront[];
  /** How shared weights were trained: after each epoch, over the runs that have come to it. */
  readonly sharedWeights?: readonly WeightsEpochStatistics[];
}

export interface WeightsEpochStatistics {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean loss of the weights' steps, in nats. */
  readonly loss: Moments;
  /** Mean entropy of the operations of an edge, in nats. */
  readonly entropy: Moments;
  /** Of the edges of the architecture that the probabilities come to, the share whose operation is without weights. */
  readonly parameterFree: Moments;
  /** The largest eigenvalue of ∇²_α of the validation loss, where it was measured. */
  readonly curvature?: Moments;
}

/** The Pareto front of all runs of a cell together, each point with the first seed that found it. */
export interface CellFront extends Front<FrontPoint & { readonly seed: number }> {
  /**
   * The hypervolumes of the fronts of single runs, as shares of the panel's box, from 0 to 1. Left out where the box has no
   * area, and of a cell whose score is another metric than the panel's.
   */
  readonly hypervolume?: Estimate;
  /** Of the hypervolumes against the baseline's, over the seeds that both have; left out for the baseline itself. */
  readonly comparison?: Comparison;
}

/** Mean and spread. `std` is the population standard deviation, as in the paper's tables. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly std: number;
  /** Of the mean, from the sample standard deviation; null for one run. */
  readonly standardError: number | null;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Mean over the runs, with ±1.96 standard errors, which one run has not. */
export interface Regret extends Partial<Interval> {
  readonly queries: number;
  readonly mean: number;
}

/** Moments with bootstrap confidence intervals; these are null for one run. */
export interface Estimate extends Moments {
  /** Of the mean. */
  readonly interval: Interval | null;
  readonly interquartileMean: number;
  readonly interquartileInterval: Interval | null;
  /** For the box plot: least, quartiles, most. */
  readonly quartiles: readonly [number, number, number, number, number];
}

/** A cell less its baseline, seed by seed. */
export interface Comparison {
  /** Pairs. */
  readonly n: number;
  /** Mean of the differences. */
  readonly difference: number;
  /** This and the interval are null for one pair. */
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly wilcoxon: { readonly statistic: number; readonly method: string; readonly p: number; readonly holm: number };
  /** `t` is null where all differences are one other value than 0; all of it where there is one pair. */
  readonly pairedT: { readonly t: number | null; readonly degreesOfFreedom: number; readonly p: number; readonly holm: number } | null;
  readonly cliffsDelta: number;
  /** Cohen's d_z; null where all differences are one other value than 0, and for one pair. */
  readonly pairedEffectSize: number | null;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Ties count half. */
  readonly winRate: number;
}

export interface TargetStatistics {
  readonly target: number;
  /** Share of the runs that reached it. */
  readonly reached: number;
  /** Median over all runs, those that never reached it counted as later than the rest; null if that is such a one. */
  readonly medianQueries: number | null;
}

/** Every cell of a panel against every other. */
export interface Pairs {
  /** Of those compared: the baseline, then the others in the order of the manifest. */
  readonly cells: readonly string[];
  /** How many cells more there are that could be compared. */
  readonly left: number;
  /** How many comparisons Holm's adjustment is over: all pairs of the panel, or of all panels. */
  readonly family: number;
  readonly comparisons: readonly PairComparison[];
}

/** A cell less another one, over the seeds that both have. */
export interface PairComparison {
  readonly first: string;
  readonly second: string;
  /** Seeds. */
  readonly n: number;
  /** Mean of first less second. */
  readonly difference: number;
  /** Of the mean; null for one seed. */
  readonly interval: Interval | null;
  /** Of Wilcoxon's signed-rank test. */
  readonly p: number;
  readonly holm: number;
}

/** Every variant against every other, over several panels. Metrics may differ between them, so only wins count. */
export interface PairsOverPanels {
  readonly variants: readonly string[];
  readonly left: number;
  readonly panels: number;
  readonly comparisons: readonly PairOverPanels[];
}

export interface PairOverPanels extends Omit<PairComparison, "difference"> {
  /** Share of panels and seeds in which the first is better, ties counted half; its interval is over seeds. */
  readonly winRate: number;
}

/** Main effects and interactions, over the cells of one metric. */
export interface Effects {
  readonly measure: Measure;
  readonly metric?: Metric;
  /** That all the cells have. */
  readonly seeds: number;
  readonly factors: readonly Factor[];
  /** Main effects first; Holm's adjustment is over all of them. */
  readonly effects: readonly EffectStatistics[];
}

export interface Factor {
  /** The label of an axis, or "variant". */
  readonly name: string;
  /** Values of the axis, or names of variants. */
  readonly levels: readonly unknown[];
  /** Levels that do not come with all levels of the others, and are not among these. */
  readonly leftOut?: readonly unknown[];
}

export interface EffectStatistics {
  /** Names: one of a main effect, two or three of an interaction. */
  readonly factors: readonly string[];
  /** Of a repeated-measures analysis of variance; null where all seeds agree to the last digit. */
  readonly f: number | null;
  readonly degreesOfFreedom: readonly [effect: number, error: number];
  readonly partialEtaSquared: number;
  /** From sign flips of whole seeds: all of them, or a sample. */
  readonly p: number;
  readonly holm: number;
  readonly method: "exact" | "sampled";
  readonly levels: readonly LevelStatistics[];
}

/** A level of a factor, or a combination of levels. */
export interface LevelStatistics {
  /** A level of each of the effect's factors. */
  readonly at: readonly unknown[];
  /** Over all cells that have them. */
  readonly mean: number;
  readonly interval: Interval | null;
  /** What the effect adds: of a main effect the mean less that of all cells, of an interaction less what fewer factors explain. */
  readonly deviation: number;
  readonly deviationInterval: Interval | null;
}

/** The name of a cell inside its panel: without the part that all cells of the panel have. */
export function nameWithin(panel: string, cell: string): string {
  const end = `, ${panel}`;
  return panel !== "" && cell.endsWith(end) ? cell.slice(0, -end.length) : cell;
}

/** The panel with its cells named as inside it. */
export function withShortNames(panel: Panel): Panel {
  const short = (cell: string) => nameWithin(panel.name, cell);
  const { ranks, pairs } = panel;
  return {
    ...panel,
    baseline: short(panel.baseline),
    cells: panel.cells.map((cell) => ({ ...cell, name: short(cell.name) })),
    ...(ranks && { ranks: { ...ranks, mean: Object.fromEntries(Object.entries(ranks.mean).map(([cell, rank]) => [short(cell), rank])) } }),
    ...(pairs && {
      pairs: {
        ...pairs,
        cells: pairs.cells.map(short),
        comparisons: pairs.comparisons.map((one) => ({ ...one, first: short(one.first), second: short(one.second) })),
      },
    }),
  };
}
