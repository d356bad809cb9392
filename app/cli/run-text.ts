/** What `evoke run` prints for people. @module */
import { allStopped, NONE_STOPPED } from "../../core/record/result.ts";
import type { RunDocument, Summary } from "../host/documents/run-document.ts";
import { evaluationLines } from "./failures.ts";
import { aligned } from "./terminal.ts";

/**
 * Deviation and standard error as the table shows them. The error is of the sample: s / √(n − 1) of the population's s is
 * the sample's over √n. One run has neither.
 */
function spreadOf({ std, n }: Summary): string[] {
  return n < 2 ? ["", ""] : [std.toFixed(3), (std / Math.sqrt(n - 1)).toFixed(3)];
}

/** Up to this many runs are listed one by one. */
const LISTED = 20;

export function runText({ experiment, digest, runs, summary, failures }: RunDocument, folder: string): string {
  if (runs.length === 0) return `${experiment}: no run finished.\n`;
  const number = (value: number | undefined, digits = 2) => value?.toFixed(digits) ?? "";
  const lines = [`${experiment} · ${runs.length} ${runs.length === 1 ? "run" : "runs"} · digest ${digest.slice(0, 12)}`, ""];
  if (runs.length <= LISTED) {
    lines.push(
      ...aligned([
        ["seed", "score", "test", "queries", "distinct", "seconds", "updates", "failed", "stopped", "best architecture"],
        ...runs.map(({ seed, best, queries, distinct, cost, updates, failed, stopped }) =>
          [
            ...[seed, number(best.score), number(best.test), Number(queries.toFixed(2)), distinct, number(cost.seconds, 1), updates],
            ...[failed ?? "", stopped?.trainings ?? "", best.architecture],
          ].map(String),
        ),
      ]),
      "",
    );
  }
  const rows = (["score", "test"] as const).flatMap((name) => {
    const of = summary[name];
    return of ? [[name, number(of.mean, 3), ...spreadOf(of), String(of.n)]] : [];
  });
  lines.push(...aligned([["", "mean", "std", "std. error", "n"], ...rows]), "");
  const best = runs.reduce((best, run) => (run.best.score > best.best.score ? run : best));
  if (runs.length > LISTED) lines.push(`best by score: ${best.best.architecture} (seed ${best.seed}, ${number(best.best.score)})`);
  lines.push(...evaluationLines(failures, runs.map(({ stopped }) => stopped).reduce(allStopped, NONE_STOPPED)));
  lines.push(`statistics and figures: evoke report ${folder}`);
  return `${lines.join("\n").trimEnd()}\n`;
}
