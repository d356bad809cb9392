/**
 * What `evoke matrix` prints: one JSON document (a contract, see docs/guide/json-documents.md), or a table for people.
 * Full statistics are the report's.
 *
 * @module
 */
import type { CellDifference } from "../../core/manifest/matrix.ts";
import { comparable } from "../../core/plugin/metric.ts";
import type { CellRuns, Plan } from "../host/run/matrix-run.ts";
import type { RunStore, SeedRange } from "../host/store/run-store.ts";
import type { Summary } from "./run-document.ts";
import { aligned, whole } from "./terminal.ts";

export interface MatrixSummary {
  readonly matrix: string;
  readonly cells: readonly CellSummary[];
}

export interface CellSummary {
  readonly name: string;
  readonly digest: string;
  readonly variant: string;
  readonly panel: string;
  readonly baseline: string;
  readonly differs: readonly CellDifference[];
  readonly summary: { readonly score?: Summary; readonly test?: Summary };
  /** Means of the differences from the baseline over the seeds that both have. Not there for a baseline, nor for what another metric measures. */
  readonly difference?: { readonly score?: number; readonly test?: number; readonly n: number };
  /** Runs that were done in this call. */
  readonly computed: number;
  /** Runs that were in the store, or were put there by others while this call went on. */
  readonly known: number;
  readonly failed: readonly { readonly seed: number; readonly reason: string }[];
}

/** Sums up what is in the store, one run at a time. */
export function summaryOf({ matrix, cells }: Plan, runs: readonly CellRuns[], store: RunStore): MatrixSummary {
  const byName = new Map(cells.map((planned) => [planned.cell.name, planned]));
  return {
    matrix: matrix.name,
    cells: runs.map(({ cell: { cell, digest, metric }, computed, failed }) => {
      const { name, variant, panel, baseline, differs } = cell;
      const other = byName.get(baseline)!;
      const compared = name !== baseline && comparable(metric, other.metric);
      const [score, test] = [new Moments(), new Moments()];
      for (const { best } of bestOf(store, digest, matrix.seeds)) {
        score.add(best.score);
        if (best.test !== undefined) test.add(best.test);
      }
      return {
        ...{ name, digest, variant, panel, baseline, differs },
        summary: { ...(score.n > 0 && { score: score.summary() }), ...(test.n > 0 && { test: test.summary() }) },
        ...(compared && { difference: difference(store, digest, other.digest, matrix.seeds) }),
        computed,
        known: score.n - computed,
        failed: failed.map(({ seed, reason }) => ({ seed, reason })).sort((a, b) => a.seed - b.seed),
      };
    }),
  };
}

interface Best {
  readonly seed: number;
  readonly best: { readonly score: number; readonly test?: number };
}

function* bestOf(store: RunStore, digest: string, seeds: SeedRange): Generator<Best> {
  for (const { result } of store.results(digest, seeds)) yield result;
}

/** Seed by seed: both are read side by side, since both come by seed. */
function difference(store: RunStore, digest: string, baseline: string, seeds: SeedRange): NonNullable<CellSummary["difference"]> {
  const [score, test] = [new Moments(), new Moments()];
  const others = bestOf(store, baseline, seeds);
  let other = others.next();
  for (const { seed, best } of bestOf(store, digest, seeds)) {
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

export function summaryText({ matrix, cells }: MatrixSummary, folder: string): string {
  const spread = (of: Summary | undefined) => (of ? `${of.mean.toFixed(3)} ± ${of.std.toFixed(3)}` : "");
  const signed = (value: number | undefined) => (value === undefined ? "" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`);
  const row = ({ name, baseline, summary, difference }: CellSummary) => [
    name,
    String(summary.score?.n ?? 0),
    spread(summary.score),
    name === baseline ? "baseline" : signed(difference?.score),
    spread(summary.test),
    name === baseline ? "" : signed(difference?.test),
  ];
  const runs = cells.reduce((sum, { summary }) => sum + (summary.score?.n ?? 0), 0);
  const [header, ...lines] = aligned([["cell", "n", "score", "difference", "test", "difference"], ...cells.map(row)], [0]);
  const panels = lines.map((line, i) => (i > 0 && cells[i]!.panel !== cells[i - 1]!.panel ? `\n${line}` : line));
  const computed = cells.reduce((sum, cell) => sum + cell.computed, 0);
  return [
    `${matrix} · ${cells.length} cells · ${whole(runs)} runs, ${whole(computed)} of them done in this call`,
    "",
    header,
    ...panels,
    "",
    `statistics and figures: evoke report ${folder}`,
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

export function forecastText(matrix: string, cells: readonly CellForecast[], file: string): string {
  const limits = ({ queries, seconds }: CellForecast) =>
    [queries !== undefined && `${whole(queries)}`, seconds !== undefined && `in ${whole(seconds)} s`].filter(Boolean).join(" ");
  const [runs, known] = [cells.reduce((sum, cell) => sum + cell.runs, 0), cells.reduce((sum, cell) => sum + cell.known, 0)];
  const queries = cells.reduce((sum, cell) => sum + (cell.queries ?? 0) * (cell.runs - cell.known), 0);
  const timed = cells.some((cell) => cell.queries === undefined) ? ", and what others do in their seconds" : "";
  return [
    ...aligned(
      [
        ["cell", "runs", "there", "queries a run", "differs from the base"],
        ...cells.map((cell) => [cell.name, whole(cell.runs), whole(cell.known), limits(cell), differencesText(cell.differs)]),
      ],
      [0, 4],
    ),
    "",
    `${matrix}: ${cells.length} cells, ${whole(runs)} runs, ${whole(known)} of them in ${file}; to do: ${whole(queries)} queries${timed}`,
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
