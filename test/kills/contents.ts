/** What is in a folder that calls of the command write to, in text, but for what follows from the clock. @module */
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { StoreDatabase } from "../../app/host/store/database.ts";
import { readTable } from "../../core/table/table-file.ts";
import { contentsOf } from "../app/cli/commands/shards/contents.ts";
import { LOG } from "./scenarios.ts";

/** Rows or lines, by the path of their file. */
export type Contents = ReadonlyMap<string, readonly string[]>;

const SECONDS = /"(?:seconds|wallSeconds)":[\d.e+-]+/g;
/** These only grow: what is in them once, stays. */
const GROWING = /(?:^|\/)(?:runs\.sqlite|journal\.jsonl)$/;

/** Reads a copy: to open a store brings it in order, which is for the next call to do. */
export async function contentsIn(folder: string): Promise<Contents> {
  const copy = mkdtempSync(join(tmpdir(), "evoke-contents-"));
  try {
    cpSync(folder, copy, { recursive: true });
    const paths = readdirSync(copy, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(copy.length + 1))
      .filter((path) => path !== LOG)
      .sort();
    const contents = new Map<string, readonly string[]>();
    for (const path of paths) contents.set(path, await rowsOf(join(copy, path)));
    return contents;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function rowsOf(file: string): Promise<string[]> {
  if (file.endsWith("/runs.sqlite")) return storeRows(file);
  if (/\.sqlite-(?:wal|shm|journal)$/.test(file)) return []; // what is in them is read with the store
  const bytes = readFileSync(file);
  if (file.endsWith(".jsonl")) return linesOf(bytes).sort();
  if (file.endsWith(".jsonl.gz")) return linesOf(gunzipSync(bytes));
  if (file.endsWith(".arrow.gz")) return tableRows(bytes, file);
  return [createHash("sha256").update(bytes).digest("hex")];
}

/** Whole lines: a kill may have cut off the last one. */
function linesOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString("utf8").replaceAll(SECONDS, "").split("\n").slice(0, -1);
}

/** The runs and evaluations, and who works on what: nobody, when all calls are over. */
async function storeRows(file: string): Promise<string[]> {
  try {
    const kept = await contentsOf(file);
    const store = await StoreDatabase.open(file, "read");
    const claims = store.all<{ name: string }>("SELECT name FROM claims UNION ALL SELECT id FROM owners");
    store.close();
    const rows = Object.entries(kept).flatMap(([table, rows]) => rows.map((row) => `${table} ${row}`));
    return [...rows, ...claims.map(({ name }) => `claim ${name}`)];
  } catch (error) {
    if ((error as { readonly code?: string }).code === "STORE_EMPTY") return [];
    throw error;
  }
}

/** All but the columns of seconds. */
async function tableRows(bytes: Uint8Array, file: string): Promise<string[]> {
  const table = await readTable(bytes, file);
  const { reproducible } = (table.description as { provenance?: { reproducible?: { measured: readonly string[] } } }).provenance ?? {};
  const columns = Object.keys(table.description.columns).filter((column) => !reproducible?.measured.includes(column));
  const rows = Array.from({ length: table.rows }, (_, row) =>
    [table.text(row), ...columns.map((column) => table.values(column)[row])].join(),
  );
  return [table.description.description ?? "", ...rows];
}

/** Without the evaluations of runs: of those that are done at once, what is kept is a matter of milliseconds. */
export function withoutEvaluations(contents: Contents): Contents {
  return new Map([...contents].map(([path, rows]) => [path, rows.filter((row) => !row.startsWith("evaluations "))]));
}

/** What two folders differ in, a line each. */
export function differencesOf(found: Contents, expected: Contents): string[] {
  const differences: string[] = [];
  for (const path of new Set([...expected.keys(), ...found.keys()])) {
    const [here, there] = [found.get(path), expected.get(path)];
    if (!here) differences.push(`${path} is missing`);
    else if (!there) differences.push(`${path} was left behind`);
    else if (here.join("\n") !== there.join("\n")) differences.push(`${path} differs: ${firstDifference(here, there)}`);
  }
  return differences;
}

function firstDifference(found: readonly string[], expected: readonly string[]): string {
  const line = expected.findIndex((row, i) => row !== found[i]);
  const at = line < 0 ? expected.length : line;
  const text = (row = "nothing") => row.slice(0, 300);
  return `${found.length} rows, not ${expected.length}; row ${at + 1} is ${text(found[at])}, not ${text(expected[at])}`;
}

/** What was safe before and is no more, and what is there twice, a line each. */
export function lossesOf(before: Contents, after: Contents): string[] {
  const faults: string[] = [];
  for (const [path, rows] of after) {
    if (!GROWING.test(path)) continue;
    const there = new Set(rows);
    if (there.size < rows.length) faults.push(`${path} has ${rows.length - there.size} rows twice`);
  }
  for (const [path, rows] of before) {
    if (!GROWING.test(path)) continue;
    const there = new Set(after.get(path));
    const lost = rows.filter((row) => !there.has(row) && !row.startsWith("claim "));
    if (lost.length > 0) faults.push(`${path} has lost ${lost.length} rows, such as ${lost[0]!.slice(0, 200)}`);
  }
  return faults;
}

/** The names of the evaluations that are safe, by which programs know them. */
export function keptEvaluations(contents: Contents): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [path, rows] of contents) {
    if (!path.endsWith("runs.sqlite")) continue;
    for (const row of rows) {
      const [, table, json] = /^(evaluations|shared) (.*)$/s.exec(row) ?? [];
      const [, key] = /"key":"([^"]{16})/.exec(json ?? "") ?? [];
      const [, digest, seed, query] = /"digest":"([^"]{16})[^"]*","seed":(\d+),"query":(-?\d+)/.exec(json ?? "") ?? [];
      if (table === "shared") names.add(`shared/${key}`);
      else if (table) names.add(`${digest}/seed-${seed}/${Number(query) < 0 ? `centre-${-Number(query)}` : `query-${query}`}`);
    }
  }
  return names;
}
