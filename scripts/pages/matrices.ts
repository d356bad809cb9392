/**
 * Runs matrices of manifests/ by the built command, and takes their statistics and figures.
 *
 * @module
 */
import { copyFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { ReportDocument } from "../../app/report/document.ts";
import { evoke } from "../command.ts";

/** `seeds`: how many every matrix has, where the call says so; then nothing is written but the kept runs. */
export const { seeds, out } = parseArgs({
  options: { seeds: { type: "string" }, out: { type: "string", default: "results" } },
}).values;

/**
 * Runs a matrix and gives its statistics.
 * @param path  of its manifest, in manifests/ and without its ending; the last part is the name
 * @param changes  of its manifest, as `evoke matrix --set` takes them
 */
export function matrix(path: string, changes: Readonly<Record<string, unknown>> = {}): ReportDocument {
  const sets = Object.entries(changes).flatMap(([pointer, value]) => ["--set", `${pointer}=${JSON.stringify(value)}`]);
  evoke("matrix", `manifests/${path}.json`, "--out", out, ...(seeds === undefined ? [] : ["--seeds", seeds]), ...sets);
  return JSON.parse(evoke("report", join(out, String(changes["/name"] ?? basename(path))), "--json")) as ReportDocument;
}

/** Takes a figure of a report into docs/figures. @returns the Markdown that shows it */
export function figure(matrix: string, name: string, caption: string): string {
  const target = `${matrix}-${name}.svg`;
  if (seeds === undefined) copyFileSync(join(out, matrix, "report/figures", `${name}.svg`), join("docs/figures", target));
  return `![${caption}](figures/${target})`;
}

/** Wall milliseconds of a query by cell, of the runs as they were done: cells that were run together were measured together. */
export function overheadOf(matrix: string): ReadonlyMap<string, number> {
  const [header, ...lines] = readFileSync(join(out, matrix, "report/overhead.csv"), "utf8")
    .trim()
    .split("\n")
    .map(fields);
  const column = (name: string) => header!.indexOf(name);
  return new Map(lines.map((line) => [line[column("cell")]!, Number(line[column("milliseconds_per_query_mean")])]));
}

/** The fields of a line of CSV. */
function fields(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);
}
