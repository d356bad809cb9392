/** `evoke table list | add | describe | check`: benchmark tables. @module */
import { dirname, relative, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { EvokeError } from "../../../core/errors/index.ts";
import { readableJson } from "../../../core/json/readable-json.ts";
import { shortSlot } from "../../../core/manifest/slots.ts";
import type { ColumnDescription } from "../../../core/table/table.ts";
import { homeFolder } from "../../../training/home-folder.ts";
import { type AddOptions, addTable } from "../../host/tables/table-add.ts";
import { checkTable, type TableSummary } from "../../host/tables/table-check.ts";
import { namedTables, readTableBytes, TableFolder } from "../../host/tables/tables.ts";
import { builtInSpaces, spaceNamed } from "../named-space.ts";
import { print, printOrWrite, tell } from "../streams.ts";

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
  for (const note of added.notes) tell(`${note}\n`);
  print(`Imported ${path} as the table "${added.name}", in ${added.file}.${leftOut(added.leftOut)}\n\n${described(added)}`);
}

function leftOut(count: number): string {
  if (count === 0) return "";
  return count === 1
    ? " 1 architecture is left out, which lacks a number."
    : ` ${whole(count)} architectures are left out, which lack a number.`;
}

/** Looks at a file of numbers and writes a first description of it; what was guessed is told beside it. */
export async function tableDescribeCommand(
  path: string,
  { space: wanted, out }: { readonly space?: string; readonly out: string },
): Promise<void> {
  const [{ describeSource }, { readSource }] = await Promise.all([
    import("../../host/tables/describe/describe.ts"),
    import("../../host/tables/source/read-source.ts"),
  ]);
  const spaces = wanted === undefined ? await builtInSpaces() : [await spaceNamed(wanted, [])];
  const folder = out === "-" ? process.cwd() : dirname(resolve(out));
  const known = spaces.map(({ space, slot }) => {
    const short = shortSlot(slot);
    const plugins = slot.module && [relativeTo(folder, fileURLToPath(slot.module.url))];
    return { space, slot: short.options ? short : short.use, ...(plugins && { plugins }) };
  });
  const { description, notes } = describeSource(await readSource(await readTableBytes(path), path), known);
  await printOrWrite(out, `${readableJson(description)}\n`);
  for (const note of notes) tell(`${note}\n`);
  const file = out === "-" ? "DESCRIPTION.json" : out;
  tell(`\nLook it through, and import the file with: evoke table add ${path} --as ${file}\n`);
}

/** Checks a table, given by name or by file, and sums it up. */
export async function tableCheckCommand(table: string, { json = false }: Options): Promise<void> {
  const checked = await checkTable(await new TableFolder(process.cwd()).open(table));
  if (json) return printJson(checked);
  print(`The table "${checked.name}" is right.\n\n${described(checked)}`);
}

/** A specifier of a file: relative, and beginning with a dot. */
function relativeTo(folder: string, file: string): string {
  const path = relative(folder, file).replaceAll("\\", "/");
  return path.startsWith("../") ? path : `./${path}`;
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
  if (typeof value === "string") return value;
  const members = Object.entries(value ?? {});
  return members.length > 0 && members.every(([, member]) => typeof member === "string")
    ? members.map(([key, member]) => `${key} ${member}`).join(", ")
    : JSON.stringify(value);
}

function unitOf(column: ColumnDescription): string {
  if (column.role === "seconds") return "seconds";
  if (column.role !== "metric") return "";
  const { unit, name, goal, trainedOn } = column.metric;
  return `${unit}, ${name}${goal === "minimise" ? ", lower is better" : ""}; trained on ${trainedOn}`;
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
