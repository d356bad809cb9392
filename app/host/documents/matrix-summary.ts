/**
 * What `evoke matrix --json` prints, and `runMatrix` returns: a contract, see docs/guide/json-documents.md. Full statistics are the
 * report's.
 *
 * @module
 */
import type { CellDifference } from "../../../core/manifest/matrix/differences.ts";
import { comparable, type Metric } from "../../../core/plugin/metric.ts";
import { allStopped, NONE_STOPPED, type RunResult } from "../../../core/record/result.ts";
import type { RunPlan } from "../run/plan.ts";
import type { CellRuns } from "../run/run-plan.ts";
import { type ShardSummary, shardSummary } from "../shards/shard.ts";
import { type EvaluationFailures, evaluationFailures } from "../store/failed-evaluations.ts";
import type { RunStore, SeedRange } from "../store/run-store.ts";
import { type FailureSummary, failureSummaries } from "./failures.ts";
import type { Summary } from "./run-document.ts";

/** All cells of a matrix. */
export interface MatrixSummary {
  readonly matrix: string;
  /** Which part of the runs this is; left out where it is all of them. */
  readonly shard?: ShardSummary;
  readonly cells: readonly CellSummary[];
}

/** One cell: its runs, their scores, and how it differs from the baseline. */
export interface CellSummary {
  readonly name: string;
  readonly digest: string;
  /** Of the scores. */
  readonly metric: Metric;
  readonly variant: string;
  readonly panel: string;
  readonly baseline: string;
  readonly differs: readonly CellDifference[];
  readonly summary: { readonly score?: Summary; readonly test?: Summary };
  /** Means of the cell less its baseline over the seeds that both have. Not there for a baseline, nor for what another metric measures. */
  readonly difference?: { readonly score?: number; readonly test?: number; readonly n: number };
  /** Runs that were done in this call. */
  readonly computed: number;
  /** Runs that were in the store, or were put there by others while this call went on. */
  readonly known: number;
  readonly failed: readonly FailureSummary[];
  /** Evaluations that failed in runs that went on, and why, if any. */
  readonly failures?: EvaluationFailures;
  /** Trainings that were ended early, and the epochs saved, over all runs; left out if none was. */
  readonly stopped?: NonNullable<RunResult["stopped"]>;
}

/** Sums up what is in the store, one run at a time. */
export function matrixSummary(plan: RunPlan, runs: readonly CellRuns[], store: RunStore): MatrixSummary {
  const { name: matrix, seeds, cells, shard } = plan;
  const byName = new Map(cells.map((cell) => [cell.name, cell]));
  return {
    matrix,
    ...(shard && { shard: shardSummary({ cells, seeds, shard }) }),
    cells: runs.map(({ cell, computed, failed }) => {
      const { name, digest, metric, variant, panel, baseline, differs } = cell;
      const other = byName.get(baseline)!;
      const compared = name !== baseline && comparable(metric, other.metric);
      const [score, test] = [new Moments(), new Moments()];
      const withFailures: Pick<RunResult, "seed" | "failed" | "retried">[] = [];
      let stopped = NONE_STOPPED;
      for (const result of resultsOf(store, digest, seeds)) {
        const { best } = result;
        score.add(best.score);
        if (best.test !== undefined) test.add(best.test);
        if (result.failed || result.retried) withFailures.push(result);
        stopped = allStopped(stopped, result.stopped);
      }
      const failures = evaluationFailures(store, digest, withFailures);
      return {
        ...{ name, digest, metric, variant, panel, baseline, differs },
        summary: { ...(score.n > 0 && { score: score.summary() }), ...(test.n > 0 && { test: test.summary() }) },
        ...(compared && { difference: difference(store, digest, other.digest, seeds) }),
        computed,
        known: score.n - computed,
        failed: failureSummaries(failed),
        ...(failures && { failures }),
        ...(stopped.trainings > 0 && { stopped }),
      };
    }),
  };
}

function* resultsOf(store: RunStore, digest: string, seeds: SeedRange): Generator<RunResult> {
  for (const { result } of store.results(digest, seeds)) yield result;
}

/** Seed by seed: both are read side by side, since both come by seed. */
function difference(store: RunStore, digest: string, baseline: string, seeds: SeedRange): NonNullable<CellSummary["difference"]> {
  const [score, test] = [new Moments(), new Moments()];
  const others = resultsOf(store, baseline, seeds);
  let other = others.next();
  for (const { seed, best } of resultsOf(store, digest, seeds)) {
    while (!other.done && other.value.seed < seed) other = others.next();
    if (other.done) break;
    if (other.value.seed !== seed) continue;
    score.add(best.score - other.value.best.score);
    if (best.test !== undefined && other.value.best.test !== undefined) test.add(best.test - other.value.best.test);
  }
  return { ...(score.n > 0 && { score: score.mean }), ...(test.n > 0 && { test: test.mean }), n: score.n };
}

/** Mean and deviation of values that are seen once (Welford). */
class Moments {
  n = 0;
  mean = 0;
  #squares = 0;

  add(value: number): void {
    this.n++;
    const deviation = value - this.mean;
    this.mean += deviation / this.n;
    this.#squares += deviation * (value - this.mean);
  }

  /** The deviation is that of the population, as in the paper's tables. */
  summary(): Summary {
    return { mean: this.mean, std: Math.sqrt(this.#squares / this.n), n: this.n };
  }
}
