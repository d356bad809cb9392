/** Files of numbers as rows and columns, whatever their format. @module */
import { tableInvalid } from "../../../../core/errors/index.ts";

/** How many names a column may be put together from. */
const MOST_LEVELS = 100;

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

/** Rows that are objects: nested objects become columns with dots in their names. @throws EvokeError TABLE_INVALID */
export function rowsOfObjects(objects: readonly object[], file: string, place: (row: number) => string): SourceRows {
  const columns = new Map<string, number>();
  const rows = objects.map((object, i) => {
    const row: unknown[] = [];
    put(object, "", 1);
    return row;
    function put(members: object, prefix: string, level: number): void {
      if (level > MOST_LEVELS) throw tableInvalid(file, `${place(i)} has more than ${MOST_LEVELS} objects in each other`);
      for (const [name, value] of Object.entries(members)) {
        const column = prefix + name;
        if (isNested(value)) put(value, `${column}.`, level + 1);
        else {
          let at = columns.get(column);
          if (at === undefined) columns.set(column, (at = columns.size));
          row[at] = value;
        }
      }
    }
  });
  return {
    file,
    columns: [...columns.keys()],
    rows: rows.length,
    value: (column, row) => rows[row]![columns.get(column)!],
    place,
  };
}

function isNested(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
