/** The architectures of a file that is imported: each of them with the rows that it has. @module */
import { nearest, suggestion } from "../../../../core/errors/index.ts";
import type { ComponentColumns, TableImport } from "../../../../core/manifest/table-import.ts";
import type { Space } from "../../../../core/plugin/space.ts";
import { randomStream } from "../../../../core/random/rng.ts";
import type { Architecture } from "../../../../core/space/architecture.ts";
import { isPresent } from "../../../../core/space/choices.ts";
import type { SourceRows } from "../source/source-rows.ts";
import { cellText, isMissing, listOf, numberOf } from "./numbers.ts";
import type { Problems } from "./problems.ts";

/** An architecture of the file. */
export interface Entry {
  readonly architecture: Architecture;
  /** As the space writes it. */
  readonly text: string;
  /** One row, or one for each epoch and seed. */
  readonly rows: readonly number[];
}

/** Reads every row's architecture; what is wrong is told to `problems`. */
export function readArchitectures(
  source: SourceRows,
  { architecture, rows, complete }: TableImport,
  space: Space,
  problems: Problems,
): Entry[] {
  const read = typeof architecture === "string" ? textReader(source, architecture, space) : componentReader(source, architecture, space);
  const column = columnsOfArchitecture(architecture)[0]!;
  const entries = new Map<string, { architecture: Architecture; text: string; rows: number[] }>();
  let readable = 0;
  for (let row = 0; row < source.rows; row++) {
    const found = attempt(() => read(row));
    if ("problem" in found) {
      problems.at(row, found.column ?? column, found.problem);
      continue;
    }
    readable++;
    const text = space.encode(found.architecture);
    const before = entries.get(text);
    if (!before) entries.set(text, { architecture: found.architecture, text, rows: [row] });
    else if (rows) before.rows.push(row);
    else
      problems.at(
        row,
        column,
        `the architecture of ${source.place(before.rows[0]!)} again, ${text}. Take one of them out; or, where the rows are of several seeds or epochs, name their column in "rows" of the description`,
      );
  }
  const all = [...entries.values()];
  // Where a row cannot be read, that one is missing.
  if (complete && readable === source.rows && BigInt(all.length) !== space.size) problems.add(incomplete(all.length, entries, space));
  return all;
}

/** The columns that the architecture is read from. */
export function columnsOfArchitecture(architecture: TableImport["architecture"]): readonly string[] {
  if (typeof architecture === "string") return [architecture];
  const { components } = architecture;
  return typeof components === "string" ? [components] : Object.values(components);
}

type Read = { readonly architecture: Architecture } | { readonly problem: string; readonly column?: string };

function attempt(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    return { problem: (error as Error).message.replace(/\s*\n\s*/g, " ") };
  }
}

function textReader(source: SourceRows, column: string, space: Space): (row: number) => Read {
  return (row) => {
    const found = source.value(column, row);
    if (isMissing(found)) return { problem: "it is empty, and should have the architecture" };
    return { architecture: space.decode(typeof found === "string" ? found.trim() : String(found)) };
  };
}

function componentReader(source: SourceRows, of: ComponentColumns, space: Space): (row: number) => Read {
  const { components } = of;
  const first = space.sample(randomStream(0, "/tables/import"));
  /** What stands for each component, and in which column. */
  const cells = cellsOf(source, components, space);
  return (row) => {
    const found = cells(row);
    if ("problem" in found) return found;
    const wanted: number[] = [];
    for (const [l, { cell, column }] of found.cells.entries()) {
      const choice = choiceOf(cell, l, of, space);
      if (typeof choice === "string") return { problem: choice, column };
      wanted.push(choice);
    }
    const architecture = space.modify(
      first,
      wanted.map((operation, component) => ({ component, operation })),
    );
    if (!space.contains(architecture)) return { problem: `the space has no architecture with the components ${wanted.join(", ")}` };
    // What a file says of a component that is not there means nothing.
    const other = architecture.findIndex((operation, l) => operation !== wanted[l] && isPresent(space, architecture, l));
    if (other < 0) return { architecture };
    const { cell, column } = found.cells[other]!;
    return {
      problem: `${isMissing(cell) ? "it is empty" : `${cellText(cell)} cannot be`}, beside the other components of the row`,
      column,
    };
  };
}

type Cells = { readonly cells: readonly { readonly cell: unknown; readonly column: string }[] } | { readonly problem: string };

function cellsOf(source: SourceRows, components: ComponentColumns["components"], space: Space): (row: number) => Cells {
  const { length, components: names = [] } = space;
  if (typeof components === "string")
    return (row) => {
      const list = listOf(source.value(components, row)) ?? [];
      if (list.length === length) return { cells: list.map((cell) => ({ cell, column: components })) };
      return { problem: `it has ${list.length} components, and an architecture of the space ${length}` };
    };
  const columns = Array.isArray(components)
    ? (components as readonly string[])
    : names.map((name) => (components as Record<string, string>)[name]!);
  return (row) => ({ cells: columns.map((column) => ({ cell: source.value(column, row), column })) });
}

/** The number of a choice, or what is wrong. */
function choiceOf(cell: unknown, l: number, { values, names = {} }: ComponentColumns, space: Space): number | string {
  const choices = space.choices[l]!;
  const written = String(cell).trim();
  // "none" may be a choice.
  const missing = isMissing(cell) && !choices.includes(written) && !Object.hasOwn(names, written);
  if (missing) return space.conditions?.[l] ? 0 : "it is empty, and should have a choice";
  if (values === "numbers") {
    const choice = numberOf(cell);
    return choices[choice] === undefined ? `${cellText(cell)} is not a whole number from 0 to ${choices.length - 1}` : choice;
  }
  const text = Object.hasOwn(names, written) ? names[written]! : written;
  const exact = choices.indexOf(text);
  if (exact >= 0) return exact;
  // Programs write 3 as 3.0 where a column has empty places.
  const equal = choices.findIndex((choice) => numberOf(choice) === numberOf(text));
  if (equal >= 0) return equal;
  const near = nearest(text, choices);
  return `${cellText(cell)} is none of the choices ${choices.join(", ")}${near ? `. Did you mean ${JSON.stringify(near)}?` : ""}`;
}

/** What is wrong with the columns of components, as the space has them: sentences with their JSON pointer. */
export function componentProblems({ architecture }: Pick<TableImport, "architecture">, space: Space): string[] {
  if (typeof architecture === "string" || typeof architecture.components === "string") return [];
  const { components: columns } = architecture;
  const at = "/architecture/components";
  const { components: names, length } = space;
  if (Array.isArray(columns))
    return columns.length === length
      ? []
      : [`${at}: has ${columns.length} columns, and an architecture of the space has ${length} components`];
  if (!names) return [`${at}: the components of the space have no names; give its ${length} columns as a list, in order`];
  const unknown = Object.keys(columns).filter((name) => !names.includes(name));
  const lacking = names.filter((name) => !Object.hasOwn(columns, name));
  return [
    ...unknown.map((name) => `${at}: the space has no component ${JSON.stringify(name)}. ${suggestion(name, names, "components")}`),
    ...(lacking.length > 0 ? [`${at}: the columns of the components ${lacking.join(", ")} are missing`] : []),
  ];
}

/** Draws until one is found that is not there; where few are, none may be found. */
function incomplete(count: number, known: ReadonlyMap<string, unknown>, space: Space): string {
  const rng = randomStream(0, "/tables/import");
  const drawn = Array.from({ length: 1000 }, () => space.encode(space.sample(rng)));
  const absent = drawn.find((text) => !known.has(text));
  const example = absent === undefined ? "" : `, for example not ${absent}`;
  return `it has ${count} of the ${space.size} architectures of its space${example}. Add the others, or set "complete": false in the description`;
}
