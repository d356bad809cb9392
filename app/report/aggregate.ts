/**
 * The runs of a cell, reduced to what a report needs of them: one row a run, and averages of their
 * trajectories. Cells are read one after the other, and the trajectories of a cell let go before the next.
 *
 * @module
 */
import type { Goals } from "../../core/manifest/matrix/raw-matrix.ts";
import { better } from "../../core/plugin/metric.ts";
import { joinedFailures } from "../../core/record/failures.ts";
import type { Front } from "../../core/record/pareto.ts";
import type { RunResult } from "../../core/record/result.ts";
import type { Difference, Trajectory, WeightsCourse } from "../../core/record/trajectory.ts";
import { areaUnderIncumbent, costToReach } from "../../core/statistics/incumbent.ts";
import type { EvaluationFailures } from "../host/store/failed-evaluations.ts";
import type { StoredRun } from "../host/store/stored-run.ts";
import { averageSteps, type CurvePoint, evenGrid, logarithmicGrid, queryGrid, type Step } from "./curve.ts";
import { MEASURES, type Measure } from "./document.ts";
import { goalsOf, type ReportCell, type ReportSource } from "./source.ts";
import { checkedRun } from "./stored-run.ts";

/** One run: a line of `runs.csv`. */
export interface RunRow {
  readonly seed: number;
  readonly score: number;
  readonly test?: number;
  readonly queries: number;
  readonly distinct: number;
  readonly updates: number;
  readonly seconds: number;
  /** Where the controller names the answer: the best score that could have been it. */
  readonly bestScore?: number;
  /** Architectures that were rejected since their evaluation failed, if any. */
  readonly failed?: number;
  readonly stopped?: NonNullable<RunResult["stopped"]>;
  /** Mean over the queries of the best score so far; left out where no query was charged. */
  readonly area?: number;
  /** Queries until the target was reached, null if it never was; left out where that is not known. */
  readonly queriesTo: { readonly [M in Measure]?: number | null };
  readonly architecture: string;
  /** Over each pair of metrics that the manifest asks for. */
  readonly fronts?: readonly Front[];
  /** Measured, and the only thing here that never repeats: it goes into `overhead.csv` alone. */
  readonly wallSeconds: number;
}

/** A cell with its runs. */
export interface AggregatedCell {
  readonly cell: ReportCell;
  /** By seed. */
  readonly runs: readonly RunRow[];
  /** The best score so far. */
  readonly incumbent: { readonly queries: readonly CurvePoint[]; readonly seconds: readonly CurvePoint[] };
  /** How far the best so far is from the best that there is, against queries, where that is known. */
  readonly regret?: readonly CurvePoint[];
  /** How many new subspaces there were after so many queries. */
  readonly newSubspaces: readonly CurvePoint[];
  /** Accuracy differences by distance, over all runs. */
  readonly distances: readonly Difference[];
  readonly failures?: EvaluationFailures;
  /** How shared weights were trained, by seed; left out where none were. */
  readonly sharedWeights?: readonly (WeightsCourse & { readonly seed: number })[];
  /** The centres over time in the first run. */
  readonly centres?: { readonly seed: number; readonly queries: number; readonly trajectory: Trajectory["centres"] };
}

/**
 * @param step  told before each cell
 * @throws EvokeError STORE_DAMAGED at a run that lacks a number
 */
export function aggregate(source: ReportSource, step: (cell: number) => void = () => {}): AggregatedCell[] {
  return source.cells.map((cell, i) => {
    step(i);
    return aggregateRuns(source, cell);
  });
}

/** What the runs of a cell come from. */
export type CellSource = Pick<ReportSource, "best" | "targets" | "tasks" | "file" | "runs" | "withLogs">;

/** @throws EvokeError STORE_DAMAGED at a run that lacks a number */
export function aggregateRuns(source: CellSource, cell: ReportCell): AggregatedCell {
  const runs = [...source.runs(cell)].map((run) => checkedRun(run, cell, source.file));
  const aggregated = aggregateCell(cell, runs, goalsOf(source, cell));
  const failures = joinedFailures(runs.flatMap(({ result: { seed }, trajectory: { failures } }) => (failures ? [{ seed, failures }] : [])));
  return failures ? { ...aggregated, failures: { ...failures, reasons: source.withLogs(cell, failures.reasons) } } : aggregated;
}

function aggregateCell(cell: ReportCell, runs: readonly StoredRun[], { best, targets }: Goals): AggregatedCell {
  const trajectories = runs.map(({ trajectory }) => trajectory);
  const queries = queryGrid(Math.max(0, ...runs.map(({ result }) => result.queries)));
  const seconds = evenGrid(Math.max(0, ...runs.map(({ result }) => result.cost.seconds)));
  const incumbents = (axis: "queries" | "seconds") =>
    trajectories.map(({ incumbent }): Step[] => incumbent.map((one) => ({ at: one[axis], value: one.score })));
  const regret = best && regretOf(cell, runs, best);
  const sharedWeights = runs.flatMap(({ result: { seed }, trajectory: { sharedWeights } }) =>
    sharedWeights ? [{ seed, ...sharedWeights }] : [],
  );
  const first = runs.find(({ trajectory }) => trajectory.centres.length > 0);
  return {
    cell,
    runs: runs.map((run) => runRow(run, cell, targets)),
    incumbent: {
      queries: averageSteps(incumbents("queries"), queries),
      seconds: seconds.at(-1)! > 0 ? averageSteps(incumbents("seconds"), seconds) : [],
    },
    ...(regret && { regret }),
    newSubspaces: trajectories.some(({ centres }) => centres.length > 0) ? averageSteps(trajectories.map(newSubspaces), queries) : [],
    distances: pooled(trajectories.map(({ distances }) => distances)),
    ...(sharedWeights.length > 0 && { sharedWeights }),
    ...(first && { centres: { seed: first.result.seed, queries: first.result.queries, trajectory: first.trajectory.centres } }),
  };
}

/** Undefined where a run lacks what the best is known of. */
function regretOf({ metric, testMetric }: ReportCell, runs: readonly StoredRun[], best: Goals["best"] & object): CurvePoint[] | undefined {
  const by = MEASURES.find((measure) => best[measure] !== undefined)!;
  const sign = better(by === "test" ? testMetric : metric);
  const regrets = runs.map(({ trajectory: { incumbent } }) =>
    incumbent.flatMap((one): Step[] => (one[by] === undefined ? [] : [{ at: one.queries, value: sign * (best[by]! - one[by]) }])),
  );
  if (regrets.length === 0 || regrets.some((steps) => steps.length === 0)) return undefined;
  return averageSteps(regrets, logarithmicGrid(Math.max(...runs.map(({ result }) => result.queries))));
}

function runRow({ result, trajectory, wallSeconds }: StoredRun, cell: ReportCell, targets: Goals["targets"]): RunRow {
  const { seed, best, bestScore, queries, distinct, updates, cost, failed, stopped } = result;
  const score = trajectory.incumbent.map(({ queries, score }) => ({ queries, value: score }));
  const test = trajectory.incumbent.flatMap(({ queries, test }) => (test === undefined ? [] : [{ queries, value: test }]));
  const metrics = { score: cell.metric, test: cell.testMetric };
  const queriesTo = Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const target = targets?.[measure];
      const points = measure === "test" ? test : score;
      return target === undefined || points.length === 0 ? [] : [[measure, costToReach(points, target, better(metrics[measure])) ?? null]];
    }),
  );
  return {
    ...{
      seed,
      score: best.score,
      queries,
      distinct,
      updates,
      seconds: cost.seconds,
      queriesTo,
      architecture: best.architecture,
      wallSeconds,
    },
    ...(trajectory.fronts && { fronts: trajectory.fronts }),
    ...(best.test !== undefined && { test: best.test }),
    ...(failed !== undefined && { failed }),
    ...(bestScore !== undefined && { bestScore }),
    ...(stopped && { stopped }),
    ...(score.length > 0 && queries >= 1 && { area: areaUnderIncumbent(score, queries) }),
  };
}

/** The count of centres beyond the first of each subspace. */
function newSubspaces({ centres }: Trajectory): Step[] {
  const evoked = new Set<number>();
  const steps: Step[] = [{ at: 0, value: 0 }];
  for (const { subspace, queries } of centres) {
    if (evoked.has(subspace)) steps.push({ at: queries, value: steps.at(-1)!.value + 1 });
    evoked.add(subspace);
  }
  return steps;
}

/** Joins moments of several runs exactly (Chan, Golub & LeVeque 1979). */
function pooled(runs: readonly (readonly Difference[])[]): Difference[] {
  const byDistance = new Map<number, Difference>();
  for (const one of runs.flat()) {
    const known = byDistance.get(one.distance);
    if (!known) {
      byDistance.set(one.distance, one);
      continue;
    }
    const n = known.n + one.n;
    const apart = one.mean - known.mean;
    byDistance.set(one.distance, {
      distance: one.distance,
      n,
      mean: known.mean + (apart * one.n) / n,
      squares: known.squares + one.squares + (apart * apart * known.n * one.n) / n,
    });
  }
  return [...byDistance.values()].sort((a, b) => a.distance - b.distance);
}
