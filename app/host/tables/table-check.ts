/**
 * Checks a table against its space, and sums it up.
 *
 * @module
 */
import { tableInvalid } from "../../../core/errors/index.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import { createdSpace } from "../../../core/plugin/checks/create.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { counts } from "../../../core/search/objectives.ts";
import type { Table, TableDescription } from "../../../core/table/table.ts";
import { builtInPlugin } from "../../../plugins/catalogue.ts";

/** What `evoke table check` says of a table; a contract, see docs/guide/json-documents.md. */
export interface TableSummary {
  readonly name: string;
  readonly digest: string;
  readonly rows: number;
  readonly complete: boolean;
  /** How many functions the architectures compute; left out if the space is not built in. */
  readonly distinct?: number;
  readonly space: TableDescription["space"];
  readonly description: string;
  readonly source: string;
  readonly licence: string;
  readonly provenance: TableDescription["provenance"];
  /** Every column but the architectures and their codes. */
  readonly columns: readonly (TableDescription["columns"][string] & { readonly column: string; readonly spread: Spread })[];
}

/** Each one a value of the column; of two that are equally near to a percentile, the larger. */
export interface Spread {
  readonly min: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
}

/**
 * Checks that every architecture of the table is one of its space, in normal form, and there once, and
 * that multiply-adds and parameters are those that the space counts. A space that is not built in
 * cannot be asked; the benchmark evaluator checks such a table when it meets the space.
 *
 * @param known  the space, where it is there already
 * @throws EvokeError
 */
export async function checkTable(table: Table, known?: Space): Promise<TableSummary> {
  const { name, digest, rows, description } = table;
  const space = known ?? (await spaceOf(description));
  if (space) {
    table.verify(space);
    checkCosts(table, space);
  }
  const columns = Object.entries(description.columns).filter(([, { role }]) => role !== "code");
  return {
    name,
    digest,
    rows,
    complete: description.complete,
    ...(space && { distinct: new Set(architectures(table, space).map((architecture) => space.functionKey(architecture))).size }),
    space: description.space,
    description: description.description,
    source: description.source,
    licence: description.licence,
    provenance: description.provenance,
    columns: columns.map(([column, described]) => ({ column, ...described, spread: spread(table.values(column)) })),
  };
}

function checkCosts(table: Table, space: Space): void {
  for (const role of ["madds", "parameters"] as const) {
    if (!counts(space, role)) continue;
    for (const [column] of table.columns(role)) {
      for (const [row, architecture] of architectures(table, space).entries()) {
        const counted = space.cost!(architecture)[role];
        const found = table.values(column)[row];
        if (found !== counted)
          throw tableInvalid(
            `the table "${table.name}"`,
            `column "${column}" of row ${row + 1} is ${found}, and the space counts ${counted} for ${table.text(row)}`,
          );
      }
    }
  }
}

function architectures(table: Table, space: Space) {
  return Array.from({ length: table.rows }, (_, row) => space.decode(table.text(row)));
}

/** The table's space, with the options that the table gives and the others' defaults. */
async function spaceOf({ name, space: { use, options = {} } }: TableDescription): Promise<Space | undefined> {
  const plugin = await builtInPlugin("space", use);
  if (!plugin) return undefined;
  const complete = structuredClone(options);
  const problems = problemsOf(plugin.options, complete, "/space/options");
  if (problems.length > 0) throw tableInvalid(`the table "${name}"`, `its description is wrong: ${problems.join("; ")}`);
  return createdSpace({ plugin, options: complete, pointer: "/space", file: `the table "${name}"` });
}

function spread(values: Iterable<number>): Spread {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { min: at(0), p10: at(0.1), p50: at(0.5), p90: at(0.9), max: at(1) };
}
