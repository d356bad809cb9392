/**
 * Imports a table: checks all of it, then keeps it under its name.
 *
 * @module
 */
import { tableInvalid, tableNameInvalid } from "../../../core/errors/index.ts";
import type { Table } from "../../../core/table/table.ts";
import { isTableName } from "../../../core/table/table-description.ts";
import { type NewTable, readTable, writeTable } from "../../../core/table/table-file.ts";
import { isNasBench201Csv, readNasBench201Csv } from "./nas-bench-201-csv.ts";
import { checkTable, type TableSummary } from "./table-check.ts";
import { readUnpacked, saveTable } from "./tables.ts";

export interface AddedTable extends TableSummary {
  /** Where it is kept. */
  readonly file: string;
}

/**
 * Imports a file: a table of Evoke, or the CSV of NAS-Bench-201; either may be gzipped. A table of the
 * same name is replaced as one step, after everything was found right.
 *
 * @param name  instead of the table's own
 * @throws EvokeError; nothing was written then
 */
export async function addTable(path: string, name?: string): Promise<AddedTable> {
  if (name !== undefined && !isTableName(name)) throw tableNameInvalid(name);
  const bytes = await written(await readUnpacked(path), path, name);
  const table = await readTable(bytes, path);
  const summary = await checkTable(table);
  return { ...summary, file: await saveTable(table.name, bytes) };
}

/** The table's file as it will be kept. */
async function written(bytes: Uint8Array, path: string, name: string | undefined): Promise<Uint8Array> {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, 40));
  if (beginning.startsWith("ARROW1")) {
    const table = await readTable(bytes, path);
    return name === undefined || name === table.name ? bytes : writeTable(renamed(table, name));
  }
  if (isNasBench201Csv(beginning))
    return writeTable(await readNasBench201Csv(new TextDecoder().decode(bytes), path, name ?? "nas-bench-201"));
  throw tableInvalid(path, `it is neither a table of Evoke nor the CSV of NAS-Bench-201: it begins with ${JSON.stringify(beginning)}`);
}

function renamed(table: Table, name: string): NewTable {
  return {
    description: { ...table.description, name },
    architectures: Array.from({ length: table.rows }, (_, row) => table.text(row)),
    values: Object.fromEntries(Object.keys(table.description.columns).map((column) => [column, table.values(column)])),
  };
}
