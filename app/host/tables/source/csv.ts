/** CSV and TSV files. What separates their fields is seen from their first line. @module */
import { type CsvError, parse } from "csv-parse/sync";
import { tableInvalid } from "../../../../core/errors/index.ts";
import { refuseTooMany } from "./room.ts";
import type { SourceRows } from "./source-rows.ts";

const SEPARATORS = [",", "\t", ";", "|"];
/** Whether there is room is looked at after so many rows. */
const CHECKED = 1000;
/** Of rows with another number of fields than the first line. */
const SHOWN = 5;

interface Line {
  readonly record: readonly string[];
  /** Of the file, where it ends. */
  readonly end: number;
}

/** @throws EvokeError TABLE_INVALID */
export function readCsv(text: string, file: string): SourceRows {
  const [header, ...lines] = linesOf(text, file);
  const names = header!.record;
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw tableInvalid(file, `line 1: two columns are called ${JSON.stringify(twice)}. Rename one of them`);
  const broken = lines.filter(({ record }) => record.length !== names.length);
  if (broken.length > 0) {
    const shown = broken
      .slice(0, SHOWN)
      .map((line) => `line ${lineOf(line)}: it has ${line.record.length} fields in place of ${names.length}`);
    const more = broken.length > SHOWN ? `; and ${broken.length - SHOWN} lines more` : "";
    throw tableInvalid(file, `${shown.join("; ")}${more}. Put fields that contain a separator into double quotes`);
  }
  const places = new Map(names.map((name, column) => [name, column]));
  return {
    file,
    columns: names,
    rows: lines.length,
    value: (column, row) => lines[row]!.record[places.get(column)!],
    place: (row) => `line ${lineOf(lines[row]!)}`,
  };
}

function linesOf(text: string, file: string): Line[] {
  try {
    // Of \r\n within quotes the library counts two lines.
    const lines = text.replaceAll("\r\n", "\n");
    const ends: number[] = [];
    let fields = 0;
    const records = parse(lines, {
      delimiter: separatorOf(text),
      on_record: (record, { lines }) => {
        ends.push(lines);
        fields += record.length;
        if (ends.length % CHECKED === 0) refuseTooMany(file, ends.length, fields);
        return record;
      },
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return records.map((record, i) => ({ record, end: ends[i]! }));
  } catch (error) {
    const { code, lines } = error as CsvError & { lines?: number };
    if (code === undefined) throw error;
    const problem =
      code === "CSV_QUOTE_NOT_CLOSED" ? "a double quote is opened and never closed" : "a double quote stands where none can be";
    throw tableInvalid(
      file,
      `line ${lines}: ${problem}. A field with a quote in it is quoted as a whole, and the quote doubled: "3"" pipe"`,
      error as Error,
    );
  }
}

/** The one that is most often in the first line, outside of quotes. */
function separatorOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/)).replaceAll(/"[^"]*"/g, "");
  const times = SEPARATORS.map((separator) => header.split(separator).length);
  return SEPARATORS[times.indexOf(Math.max(...times))]!;
}

/** The line that a record begins at. */
function lineOf({ record, end }: Line): number {
  return end - record.reduce((breaks, field) => breaks + field.split("\n").length - 1, 0);
}
