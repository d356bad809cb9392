/** What `evoke matrix` prints for people. @module */
import type { CellDifference } from "../../core/manifest/matrix/differences.ts";
import type { CellSummary, MatrixSummary } from "../host/documents/matrix-summary.ts";
import type { Summary } from "../host/documents/run-document.ts";
import type { ShardSummary } from "../host/shards/shard.ts";
import { shardLines } from "./commands/shards/shard-option.ts";
import { evaluationLines } from "./failures.ts";
import { aligned, digitsAfter, whole } from "./terminal.ts";

export function summaryText({ matrix, shard, cells }: MatrixSummary, folder: string): string {
  const digitsOf = (of: Summary | undefined) => 1 + digitsAfter(of?.mean ?? 0);
  const spread = (of: Summary | undefined) =>
    of ? `${of.mean.toFixed(digitsOf(of))}${of.n < 2 ? "" : ` ± ${of.std.toFixed(digitsOf(of))}`}` : "";
  const signed = (value: number | undefined, of: Summary | undefined) =>
    value === undefined ? "" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digitsOf(of))}`;
  const row = ({ name, baseline, summary, difference, failures, stopped }: CellSummary) => [
    name,
    String(summary.score?.n ?? 0),
    spread(summary.score),
    name === baseline ? "baseline" : signed(difference?.score, summary.score),
    spread(summary.test),
    name === baseline ? "" : signed(difference?.test, summary.test),
    failures ? whole(failures.rejected) : "",
    stopped ? whole(stopped.trainings) : "",
  ];
  const runs = cells.reduce((sum, { summary }) => sum + (summary.score?.n ?? 0), 0);
  const [header, ...lines] = aligned(
    [["cell", "n", "score", "difference", "test", "difference", "failed", "stopped"], ...cells.map(row)],
    [0],
  );
  const panels = lines.map((line, i) => (i > 0 && cells[i]!.panel !== cells[i - 1]!.panel ? `\n${line}` : line));
  const computed = cells.reduce((sum, cell) => sum + cell.computed, 0);
  const minimised = [...new Set(cells.flatMap(({ metric }) => (metric.goal === "minimise" ? [metric.name] : [])))];
  return [
    `${matrix} · ${cells.length} cells · ${whole(runs)} runs, ${whole(computed)} of them done in this call`,
    "",
    header,
    ...panels,
    "",
    ...cells.flatMap(({ name, failures, stopped }) => evaluationLines(failures, stopped).map((line) => `${name}: ${line}`)),
    ...(minimised.length > 0 ? [`lower is better: ${minimised.join(", ")}`] : []),
    ...(shard ? shardLines(shard, runs, folder) : [`statistics and figures: evoke report ${folder}`]),
    "",
  ].join("\n");
}

/** What a dry run knows of a cell. */
export interface CellForecast {
  readonly name: string;
  readonly digest: string;
  readonly differs: readonly CellDifference[];
  /** Queries of a run, where the budget says it. */
  readonly queries?: number;
  /** Seconds of evaluation of a run, where the budget says it. */
  readonly seconds?: number;
  readonly runs: number;
  /** Runs that are in the store. */
  readonly known: number;
}

export function forecastText(matrix: string, cells: readonly CellForecast[], file: string, shard?: ShardSummary): string {
  const limits = ({ queries, seconds }: CellForecast) =>
    [queries !== undefined && `${whole(queries)}`, seconds !== undefined && `in ${whole(seconds)} s`].filter(Boolean).join(" ");
  const [runs, known] = [cells.reduce((sum, cell) => sum + cell.runs, 0), cells.reduce((sum, cell) => sum + cell.known, 0)];
  const queries = cells.reduce((sum, cell) => sum + (cell.queries ?? 0) * (cell.runs - cell.known), 0);
  const timed = cells.some((cell) => cell.queries === undefined) ? ", and what others do in their seconds" : "";
  const part = shard ? `shard ${shard.number} of ${shard.of}, with ${whole(shard.runs)} of ${whole(shard.runs + shard.others)} runs: ` : "";
  return [
    ...aligned(
      [
        ["cell", "runs", "there", "queries a run", "differs from the base"],
        ...cells.map((cell) => [cell.name, whole(cell.runs), whole(cell.known), limits(cell), differencesText(cell.differs)]),
      ],
      [0, 4],
    ),
    "",
    `${matrix}: ${part}${cells.length} cells, ${whole(runs)} runs, ${whole(known)} of them in ${file}; to do: ${whole(queries)} queries${timed}`,
    "",
  ].join("\n");
}

function differencesText(differs: readonly CellDifference[]): string {
  return differs.map(({ pointer, base, value }) => `${pointer}: ${short(base)} → ${short(value)}`).join("; ");
}

/** A value as a table shows it: a slot by its plugin, a list by its members. */
function short(value: unknown): string {
  if (value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(short).join(" + ");
  if (typeof value === "object" && value !== null && "use" in value) return String(value.use);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
