/**
 * Imports a table: checks all of it, then keeps it under its name.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { tableNameInvalid, tableUndescribed } from "../../../core/errors/index.ts";
import type { TableImport } from "../../../core/manifest/table-import.ts";
import { createdSpace } from "../../../core/plugin/checks/create.ts";
import type { Space } from "../../../core/plugin/space.ts";
import type { Table } from "../../../core/table/table.ts";
import { isTableName } from "../../../core/table/table-description.ts";
import { type NewTable, readTable, writeTable } from "../../../core/table/table-file.ts";
import { loadTableImport } from "../experiment.ts";
import { columnsLike, namedColumns } from "./import/columns.ts";
import { importTable } from "./import/import-table.ts";
import { OWN_FOLDER } from "./own-folder.ts";
import { readSource, sourceName } from "./source/read-source.ts";
import type { SourceRows } from "./source/source-rows.ts";
import { checkTable, type TableSummary } from "./table-check.ts";
import { namedTables, readTableBytes, saveTable } from "./tables.ts";

/** How a file is imported. */
export interface AddOptions {
  /** Instead of the table's own. */
  readonly name?: string | undefined;
  /** The file of its description, where it is no table of Evoke. */
  readonly as?: string | undefined;
}

export interface AddedTable extends TableSummary {
  /** Where it is kept. */
  readonly file: string;
  /** How many architectures of the file were left out, since they lack a number. */
  readonly leftOut: number;
  /** What looks wrong and may be right. */
  readonly notes: readonly string[];
}

/** A table as it will be kept. */
interface Made {
  readonly bytes: Uint8Array;
  /** Its space, where it was made already. */
  readonly space?: Space;
  readonly leftOut: number;
  readonly notes: readonly string[];
}

/**
 * Imports a file: a table of Evoke, or a file of numbers with its description, of which some come with Evoke; either may be
 * gzipped. A table of the same name is replaced as one step, after everything was found right.
 *
 * @throws EvokeError; nothing was written then
 */
export async function addTable(path: string, options: AddOptions = {}): Promise<AddedTable> {
  const { table, bytes, space, leftOut, notes } = await readToAdd(path, options);
  const summary = await checkTable(table, space);
  const replaced = await replacedBy(table.name, bytes);
  return { ...summary, file: await saveTable(table.name, bytes), leftOut, notes: [...notes, ...replaced] };
}

/** What searches that name the table have used before it, if that is another. */
async function replacedBy(name: string, bytes: Uint8Array): Promise<string[]> {
  const before = (await namedTables()).find((table) => table.name === name);
  if (!before) return [];
  if (before.embedded)
    return [`It hides the table "${name}" that comes with Evoke: searches that name it use this one. --name gives it another name.`];
  return Buffer.compare(await readTableBytes(before.file), bytes) === 0 ? [] : [`It replaces another table of the name "${name}".`];
}

/** The table that a file would become. @throws EvokeError */
export async function readToAdd(path: string, { name, as }: AddOptions = {}): Promise<Made & { readonly table: Table }> {
  if (name !== undefined && !isTableName(name)) throw tableNameInvalid(name);
  const bytes = await readTableBytes(path);
  const made = as === undefined && isOwn(bytes) ? await kept(bytes, path, name) : await imported(bytes, path, name, as);
  return { ...made, table: await readTable(made.bytes, path) };
}

function isOwn(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 6)) === "ARROW1";
}

async function kept(bytes: Uint8Array, path: string, name: string | undefined): Promise<Made> {
  const table = await readTable(bytes, path);
  return { bytes: name === undefined || name === table.name ? bytes : await writeTable(renamed(table, name)), leftOut: 0, notes: [] };
}

function renamed(table: Table, name: string): NewTable {
  return {
    description: { ...table.description, name },
    architectures: Array.from({ length: table.rows }, (_, row) => table.text(row)),
    values: Object.fromEntries(Object.keys(table.description.columns).map((column) => [column, table.values(column)])),
  };
}

async function imported(bytes: Uint8Array, path: string, name: string | undefined, as: string | undefined): Promise<Made> {
  const given = as === undefined ? undefined : await loadTableImport({ file: as, changes: [] });
  const source = await readSource(bytes, path);
  const description = given ?? (await knownImport(source));
  if (!description) throw tableUndescribed(path, new TextDecoder("latin1").decode(bytes.subarray(0, 40)));
  const space = await createdSpace(description.space);
  const origin = { file: sourceName(path), sha256: await sha256(bytes) };
  const { table, ...rest } = importTable(source, { ...description, name: name ?? description.name }, space, origin);
  return { bytes: await writeTable(table), space, ...rest };
}

/** Of the descriptions that come with Evoke, the one that names more columns of the file than it does not. */
async function knownImport(source: SourceRows): Promise<TableImport | undefined> {
  for (const file of (await readdir(OWN_FOLDER)).filter((name) => name.endsWith(".json"))) {
    const description = await loadTableImport({ file: join(OWN_FOLDER, file), changes: [] });
    const named = namedColumns(description);
    const there = named.filter(([, column]) => columnsLike(column, source.columns).length > 0);
    if (there.length > named.length / 2) return description;
  }
  return undefined;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(bytes).digest("hex");
}
