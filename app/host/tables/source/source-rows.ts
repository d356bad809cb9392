/** Files of numbers as rows and columns, whatever their format. @module */
import { tableInvalid } from "../../../../core/errors/index.ts";
import { refuseTooMany } from "./room.ts";

/** How many names a column may be put together from. */
const MOST_LEVELS = 100;
/** Whether there is room is looked at after so many rows, or values for each of them. */
const CHECKED = 1000;
/** Of a text, in as much memory as a value takes. */
const CHARACTERS = 40;

/** A file as it is: nothing in it is taken for a number or an architecture yet. */
export interface SourceRows {
  /** The file, for errors. */
  readonly file: string;
  readonly columns: readonly string[];
  /** How many rows. */
  readonly rows: number;
  /** What stands there: a text, a number, true or false, a list; undefined or null where there is nothing. */
  value(column: string, row: number): unknown;
  /** Where a row is in the file, as people find it: "line 7". */
  place(row: number): string;
}

/** The content of a file: for each row its values, in the order of the columns; left out where there is nothing. */
export interface Rows {
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** Rows that are objects: nested objects become columns with dots in their names. @throws EvokeError TABLE_INVALID, FILE_TOO_LARGE */
export function rowsOfObjects(objects: Iterable<object>, file: string, place: (row: number) => string): SourceRows {
  return sourceOf(rowsOf(objects, file, place), file, place);
}

/** @throws EvokeError TABLE_INVALID, FILE_TOO_LARGE */
export function rowsOf(objects: Iterable<object>, file: string, place: (row: number) => string): Rows {
  const columns = new Map<string, number>();
  const rows: unknown[][] = [];
  let size = 0;
  for (const object of objects) {
    const row: unknown[] = [];
    put(row, object, "", 1);
    rows.push(row);
    if (rows.length % CHECKED === 0 || size > rows.length * CHECKED) refuseTooMany(file, rows.length, size);
  }
  return { columns: [...columns.keys()], values: rows };

  function put(row: unknown[], members: object, prefix: string, level: number): void {
    if (level > MOST_LEVELS) throw tableInvalid(file, `${place(rows.length)} has more than ${MOST_LEVELS} objects in each other`);
    for (const [name, value] of Object.entries(members)) {
      const column = prefix + name;
      if (isNested(value)) put(row, value, `${column}.`, level + 1);
      else {
        let at = columns.get(column);
        if (at === undefined) columns.set(column, (at = columns.size));
        row[at] = value;
        size += valuesIn(value);
      }
    }
  }
}

/** A file by its content. */
export function sourceOf({ columns, values }: Rows, file: string, place: (row: number) => string): SourceRows {
  const places = new Map(columns.map((column, at) => [column, at]));
  return { file, columns, rows: values.length, value: (column, row) => values[row]![places.get(column)!], place };
}

/** How many values take as much memory as this one does. */
function valuesIn(value: unknown): number {
  if (typeof value === "string") return 1 + value.length / CHARACTERS;
  return typeof value === "object" && value !== null && "length" in value ? 1 + Number(value.length) : 1;
}

function isNested(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
