/**
 * What `evoke run` prints: one JSON document (a contract, see docs/guide/json-documents.md), or a table for people.
 *
 * @module
 */
import type { RunResult } from "../../core/record/result.ts";
import { mean, standardDeviation } from "../../core/statistics/descriptive.ts";
import type { FailedRun } from "../host/run/run-seed.ts";
import type { FinishedRun } from "../host/store/results.ts";
import { aligned } from "./terminal.ts";

export interface RunDocument {
  readonly experiment: string;
  readonly digest: string;
  readonly runs: readonly (Omit<RunResult, "centres"> & { readonly wallSeconds: number })[];
  readonly summary: { readonly score?: Summary; readonly test?: Summary };
  /** The runs that could not go on, if any. */
  readonly failed?: readonly { readonly seed: number; readonly reason: string }[];
}

/** Mean and population standard deviation, as in the paper's tables. */
export interface Summary {
  readonly mean: number;
  readonly std: number;
  readonly n: number;
}

function summarise(values: readonly number[]): Summary | undefined {
  if (values.length === 0) return undefined;
  return { mean: mean(values), std: standardDeviation(values), n: values.length };
}

export function runDocument(
  experiment: string,
  digest: string,
  seeds: readonly number[],
  finished: ReadonlyMap<number, FinishedRun>,
  failed: readonly FailedRun[],
): RunDocument {
  const runs = seeds
    .map((seed) => finished.get(seed))
    .filter((run) => run !== undefined)
    .map(({ result: { centres: _, ...result }, wallSeconds }) => ({ ...result, wallSeconds }));
  const score = summarise(runs.map(({ best }) => best.score));
  const test = summarise(runs.map(({ best }) => best.test).filter((value) => value !== undefined));
  return {
    experiment,
    digest,
    runs,
    summary: { ...(score && { score }), ...(test && { test }) },
    ...(failed.length > 0 && { failed: failed.map(({ seed, reason }) => ({ seed, reason })).sort((a, b) => a.seed - b.seed) }),
  };
}

/** Up to this many runs are listed one by one. */
const LISTED = 20;

export function runText({ experiment, digest, runs, summary }: RunDocument, folder: string | undefined): string {
  if (runs.length === 0) return `${experiment}: no run finished.\n`;
  const number = (value: number | undefined, digits = 2) => value?.toFixed(digits) ?? "";
  const lines = [`${experiment} · ${runs.length} ${runs.length === 1 ? "run" : "runs"} · digest ${digest.slice(0, 12)}`, ""];
  if (runs.length <= LISTED) {
    lines.push(
      ...aligned([
        ["seed", "score", "test", "queries", "distinct", "seconds", "updates", "best architecture"],
        ...runs.map(({ seed, best, queries, distinct, cost, updates }) =>
          [seed, number(best.score), number(best.test), queries, distinct, number(cost.seconds, 1), updates, best.architecture].map(String),
        ),
      ]),
      "",
    );
  }
  const rows = (["score", "test"] as const).flatMap((name) => {
    const of = summary[name];
    return of ? [[name, number(of.mean, 3), number(of.std, 3), number(of.std / Math.sqrt(of.n), 3), String(of.n)]] : [];
  });
  lines.push(...aligned([["", "mean", "std", "std. error", "n"], ...rows]), "");
  const best = runs.reduce((best, run) => (run.best.score > best.best.score ? run : best));
  if (runs.length > LISTED) lines.push(`best by score: ${best.best.architecture} (seed ${best.seed}, ${number(best.best.score)})`);
  if (folder) lines.push(`results: ${folder}`);
  return `${lines.join("\n").trimEnd()}\n`;
}
