/** What `evoke run --json` prints, and `runExperiment` returns: a contract, see docs/guide/json-documents.md. @module */
import type { Metric } from "../../../core/plugin/metric.ts";
import type { RunResult } from "../../../core/record/result.ts";
import { mean, standardDeviation } from "../../../core/statistics/descriptive.ts";
import type { RunPlan } from "../run/plan.ts";
import type { CellRuns } from "../run/run-plan.ts";
import { type ShardSummary, shardSummary } from "../shards/shard.ts";
import { type EvaluationFailures, evaluationFailures } from "../store/failed-evaluations.ts";
import type { RunStore } from "../store/run-store.ts";
import type { FinishedRun } from "../store/stored-run.ts";
import { type FailureSummary, failureSummaries } from "./failures.ts";

/** An experiment with all of its runs. */
export interface RunDocument {
  readonly experiment: string;
  readonly digest: string;
  /** Which part of the runs this is; left out where it is all of them. */
  readonly shard?: ShardSummary;
  /** Of the scores. */
  readonly metric: Metric;
  readonly runs: readonly (Omit<RunResult, "centres"> & { readonly wallSeconds: number })[];
  readonly summary: { readonly score?: Summary; readonly test?: Summary };
  /** Evaluations that failed in these runs, and why, if any. */
  readonly failures?: EvaluationFailures;
  /** The runs that could not go on, if any. */
  readonly failed?: readonly FailureSummary[];
}

/** Mean and population standard deviation, as in the paper's tables. */
export interface Summary {
  readonly mean: number;
  readonly std: number;
  readonly n: number;
}

/** The runs of an experiment, those of earlier calls included, by seed. */
export function runDocument(plan: RunPlan, [{ cell, failed }]: readonly [CellRuns], store: RunStore): RunDocument {
  const { name, seeds, cells, shard } = plan;
  const runs = [...store.results(cell.digest, seeds)].map(documentOf);
  const score = summaryOf(runs.map(({ best }) => best.score));
  const test = summaryOf(runs.flatMap(({ best }) => best.test ?? []));
  const failures = evaluationFailures(store, cell.digest, runs);
  return {
    experiment: name,
    digest: cell.digest,
    ...(shard && { shard: shardSummary({ cells, seeds, shard }) }),
    metric: cell.metric,
    runs,
    summary: { ...(score && { score }), ...(test && { test }) },
    ...(failures && { failures }),
    ...(failed.length > 0 && { failed: failureSummaries(failed) }),
  };
}

/** A run as documents show it. */
export function documentOf({ result: { centres: _, ...result }, wallSeconds }: FinishedRun): RunDocument["runs"][number] {
  return { ...result, wallSeconds };
}

function summaryOf(values: readonly number[]): Summary | undefined {
  return values.length === 0 ? undefined : { mean: mean(values), std: standardDeviation(values), n: values.length };
}
