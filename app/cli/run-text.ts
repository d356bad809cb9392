/** What `evoke run` prints for people. @module */
import { isBetter } from "../../core/plugin/metric.ts";
import { allStopped, NONE_STOPPED } from "../../core/record/result.ts";
import type { RunDocument, Summary } from "../host/documents/run-document.ts";
import { shardLines } from "./commands/shards/shard-option.ts";
import { evaluationLines } from "./failures.ts";
import { aligned, digitsAfter, measured } from "./terminal.ts";

/**
 * Deviation and standard error as the table shows them. The error is of the sample: s / √(n − 1) of the population's s is
 * the sample's over √n. One run has neither.
 */
function spreadOf({ std, n }: Summary, digits: number): string[] {
  return n < 2 ? ["", ""] : [std.toFixed(digits), (std / Math.sqrt(n - 1)).toFixed(digits)];
}

/** Up to this many runs are listed one by one. */
const LISTED = 20;

export function runText({ experiment, digest, shard, metric, runs, summary, failures }: RunDocument, folder: string): string {
  const next = shard ? shardLines(shard, runs.length, folder) : [`statistics and figures: evoke report ${folder}`];
  if (runs.length === 0) return [`${experiment}: no run finished.`, ...(shard ? next : []), ""].join("\n");
  const number = (value: number | undefined) => (value === undefined ? "" : measured(value));
  const goal = metric.goal === "minimise" ? ` · ${metric.name}: lower is better` : "";
  const lines = [`${experiment} · ${runs.length} ${runs.length === 1 ? "run" : "runs"} · digest ${digest.slice(0, 12)}${goal}`, ""];
  if (runs.length <= LISTED) {
    lines.push(
      ...aligned([
        ["seed", "score", "test", "queries", "distinct", "seconds", "updates", "failed", "stopped", "best architecture"],
        ...runs.map(({ seed, best, queries, distinct, cost, updates, failed, stopped }) =>
          [
            ...[seed, number(best.score), number(best.test), Number(queries.toFixed(2)), distinct, cost.seconds.toFixed(1), updates],
            ...[failed ?? "", stopped?.trainings ?? "", best.architecture],
          ].map(String),
        ),
      ]),
      "",
    );
  }
  const rows = (["score", "test"] as const).flatMap((name) => {
    const of = summary[name];
    if (!of) return [];
    const digits = digitsAfter(of.mean) + 1;
    return [[name, of.mean.toFixed(digits), ...spreadOf(of, digits), String(of.n)]];
  });
  lines.push(...aligned([["", "mean", "std", "std. error", "n"], ...rows]), "");
  const best = runs.reduce((best, run) => (isBetter(run.best.score, best.best.score, metric) ? run : best));
  const named = runs.flatMap(({ bestScore }) => bestScore ?? []);
  if (named.length > 0)
    lines.push(
      `answers are those that the controller names; the best scores have mean ${measured(named.reduce((a, b) => a + b) / named.length)}`,
    );
  if (runs.length > LISTED) lines.push(`best by score: ${best.best.architecture} (seed ${best.seed}, ${number(best.best.score)})`);
  lines.push(...evaluationLines(failures, runs.map(({ stopped }) => stopped).reduce(allStopped, NONE_STOPPED)));
  lines.push(...next);
  return `${lines.join("\n").trimEnd()}\n`;
}
