/**
 * Runs matrices of manifests/ by the built command, and takes their statistics and figures.
 *
 * @module
 */
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import type { ReportDocument } from "../../app/report/document.ts";
import { evoke } from "../command.ts";

/**
 * `seeds`: how many every matrix has, where the call says so; then nothing is written but the kept runs.
 * `as-is`: takes the runs that there are, and starts none.
 */
const options = parseArgs({
  options: { seeds: { type: "string" }, out: { type: "string", default: "results" }, "as-is": { type: "boolean", default: false } },
}).values;
export const { seeds, out } = options;

/**
 * Runs a matrix and gives its statistics.
 * @param path  of its manifest, in manifests/ and without its ending; the last part is the name
 * @param changes  of its manifest, as `evoke matrix --set` takes them
 * @param more  options of `evoke matrix`
 */
export function matrix(path: string, changes: Readonly<Record<string, unknown>> = {}, more: readonly string[] = []): ReportDocument {
  const sets = Object.entries(changes).flatMap(([pointer, value]) => ["--set", `${pointer}=${JSON.stringify(value)}`]);
  if (!options["as-is"])
    evoke("matrix", `manifests/${path}.json`, "--out", out, ...(seeds === undefined ? [] : ["--seeds", seeds]), ...sets, ...more);
  return JSON.parse(evoke("report", join(out, String(changes["/name"] ?? basename(path))), "--json")) as ReportDocument;
}

/** The statistics of a matrix; undefined where no run of it was started and none is to be. */
export function matrixIfStarted(path: string): ReportDocument | undefined {
  return options["as-is"] && !existsSync(join(out, basename(path), "matrix.json")) ? undefined : matrix(path);
}

/** A spreadsheet of a report, each line by column; none where the report has no such file. */
export function spreadsheet(matrix: string, file: string): readonly Readonly<Record<string, string>>[] {
  const path = join(out, matrix, "report", file);
  return existsSync(path) ? parse(readFileSync(path), { columns: true }) : [];
}

/** Takes a figure of a report into docs/figures. @returns the Markdown that shows it */
export function figure(matrix: string, name: string, caption: string): string {
  const target = `${matrix}-${name}.svg`;
  if (seeds === undefined) copyFileSync(join(out, matrix, "report/figures", `${name}.svg`), join("docs/figures", target));
  return `![${caption}](figures/${target})`;
}

/** Wall milliseconds of a query by cell, of the runs as they were done: cells that were run together were measured together. */
export function overheadOf(matrix: string): ReadonlyMap<string, number> {
  return new Map(spreadsheet(matrix, "overhead.csv").map((line) => [line.cell!, Number(line.milliseconds_per_query_mean)]));
}
