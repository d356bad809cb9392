/**
 * Runs the matrices of manifests/paper by the built command, and takes their statistics and figures.
 *
 * @module
 */
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ReportDocument } from "../../app/report/document.ts";
import { evoke } from "../command.ts";

const OUT = "results";
/** How many seeds every matrix has, where the call says so; then nothing is written. */
export const { seeds } = parseArgs({ options: { seeds: { type: "string" } } }).values;

/**
 * Runs a matrix and gives its statistics.
 * @param count  seeds, if not the manifest's
 * @param options  further ones of `evoke matrix`
 */
export function matrix(name: string, count?: number, options: readonly string[] = []): ReportDocument {
  const wanted = seeds ?? count?.toString();
  evoke("matrix", `manifests/paper/${name}.json`, "--out", OUT, ...(wanted === undefined ? [] : ["--seeds", wanted]), ...options);
  return JSON.parse(evoke("report", join(OUT, name), "--json")) as ReportDocument;
}

/** Takes a figure of a report into docs/figures. @returns the Markdown that shows it */
export function figure(matrix: string, name: string, caption: string): string {
  const target = `${matrix}-${name}.svg`;
  if (seeds === undefined) copyFileSync(join(OUT, matrix, "report/figures", `${name}.svg`), join("docs/figures", target));
  return `![${caption}](figures/${target})`;
}

/** Wall milliseconds of a query by cell, of the runs as they were done: cells that were run together were measured together. */
export function overheadOf(matrix: string): ReadonlyMap<string, number> {
  const [header, ...lines] = readFileSync(join(OUT, matrix, "report/overhead.csv"), "utf8")
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
