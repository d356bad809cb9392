/** What `evoke run` prints for people. @module */
import type { RunDocument } from "../host/documents/run-document.ts";
import { aligned } from "./terminal.ts";

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
