/** `evoke table list | add | check`: benchmark tables. @module */
import process from "node:process";
import { EvokeError } from "../../../core/errors/index.ts";
import type { ColumnDescription } from "../../../core/table/table.ts";
import { type AddOptions, addTable } from "../../host/tables/table-add.ts";
import { checkTable, type TableSummary } from "../../host/tables/table-check.ts";
import { homeFolder, namedTables, TableFolder } from "../../host/tables/tables.ts";
import { print } from "../streams.ts";

interface Options {
  readonly json?: boolean;
}

/** Says what tables there are, imported or with Evoke; one that cannot be read is listed with the reason. */
export async function tableListCommand({ json = false }: Options): Promise<void> {
  const folder = new TableFolder(process.cwd());
  const tables = await Promise.all(
    (await namedTables()).map(async (named) => {
      try {
        const { rows, digest, description } = await folder.open(named.name);
        return { ...named, rows, digest, description: description.description };
      } catch (error) {
        if (!(error instanceof EvokeError)) throw error;
        return { ...named, problem: error.message };
      }
    }),
  );
  if (json) return printJson(tables);
  if (tables.length === 0) print(`No tables are in ${homeFolder()} yet. Import one with: evoke table add FILE\n`);
  for (const { name, ...table } of tables) {
    const about = "problem" in table ? table.problem : `${whole(table.rows)} rows  ${table.description}`;
    print(`${name.padEnd(20)} ${about}\n`);
  }
}

/** Imports a table. */
export async function tableAddCommand(path: string, { json = false, name, as }: Options & AddOptions): Promise<void> {
  const added = await addTable(path, { name, as });
  if (json) return printJson(added);
  print(`Imported ${path} as the table "${added.name}", in ${added.file}.\n\n${described(added)}`);
}

/** Checks a table, given by name or by file, and sums it up. */
export async function tableCheckCommand(table: string, { json = false }: Options): Promise<void> {
  const checked = await checkTable(await new TableFolder(process.cwd()).open(table));
  if (json) return printJson(checked);
  print(`The table "${checked.name}" is right.\n\n${described(checked)}`);
}

function printJson(value: unknown): void {
  print(`${JSON.stringify(value)}\n`);
}

function described({ rows, complete, distinct, space, digest, description, source, licence, provenance, columns }: TableSummary): string {
  const facts = [
    ["description", description],
    ["space", space.use],
    ["rows", `${whole(rows)}, ${complete ? "the whole space" : "a part of the space"}`],
    ["functions", distinct === undefined ? "not counted: the space is not built in" : `${whole(distinct)} distinct`],
    ["source", source],
    ["licence", licence],
    ...Object.entries(provenance).map(([key, value]) => [key, shown(value)] as const),
    ["SHA-256", digest],
  ] as const;
  const spreads = columns.map(({ column, spread, ...of }) => [column, ...Object.values(spread).map(number), unitOf(of)]);
  const lines = facts.map(([key, value]) => `${key.padEnd(13)} ${value}\n`);
  return `${lines.join("")}\n${grid([["", "min", "10 %", "50 %", "90 %", "max", ""], ...spreads])}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join("; ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function unitOf(column: ColumnDescription): string {
  if (column.role === "seconds") return "seconds";
  return column.role === "metric" ? `${column.metric.unit}, ${column.metric.name}; trained on ${column.metric.trainedOn}` : "";
}

function grid(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const cells = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 || i === row.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
  return rows.map((row) => `${cells(row).join("  ").trimEnd()}\n`).join("");
}

function number(value: number): string {
  return Number.isInteger(value) ? whole(value) : value.toFixed(3);
}

function whole(value: number): string {
  return value.toLocaleString("en-US");
}
