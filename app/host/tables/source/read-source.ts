/**
 * Reads files of numbers: CSV, TSV, JSON, JSON lines, Parquet and Arrow. What a file is is seen from its first bytes.
 *
 * @module
 */
import { basename } from "node:path";
import { tableInvalid } from "../../../../core/errors/index.ts";
import { allowed } from "../../../../training/files/limits.ts";
import { tooLarge } from "../../../../training/files/named-file.ts";
import { refuseTooMany } from "./room.ts";
import type { SourceRows } from "./source-rows.ts";

/** Files of architectures have 20 columns, and some have 1,000: a curve. */
const MOST_COLUMNS = 100_000;

/** A text is kept as bytes, as text, and as fields while it is read. Parquet and Arrow are not texts. */
const MOST_BYTES = 64e6;
/** A JavaScript engine has no text that is longer. */
const LONGEST_TEXT = 2 ** 29 - 24;

/**
 * @param bytes  unpacked
 * @param file  what they are of, for errors
 * @throws EvokeError TABLE_INVALID
 */
export async function readSource(bytes: Uint8Array, file: string): Promise<SourceRows> {
  const source = await read(bytes, file);
  if (source.rows === 0) throw tableInvalid(file, "it has no rows");
  refuseTooMany(file, source.rows, source.rows * source.columns.length); // rows without many of the columns are read as well
  if (source.columns.length > MOST_COLUMNS)
    throw tableInvalid(file, `it has ${source.columns.length} columns, and at most ${MOST_COLUMNS} are read`);
  return source;
}

async function read(bytes: Uint8Array, file: string): Promise<SourceRows> {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, 6));
  if (beginning === "ARROW1") return (await import("./libraries.ts")).readByLibrary("arrow", bytes, file);
  if (beginning.startsWith("PAR1")) return (await import("./libraries.ts")).readByLibrary("parquet", bytes, file);
  const text = textOf(bytes, file);
  if (/^\s*[[{]/.test(text)) return (await import("./json.ts")).readJson(text, file);
  return (await import("./csv.ts")).readCsv(text, file);
}

function textOf(bytes: Uint8Array, file: string): string {
  const problem = (found: string) =>
    tableInvalid(file, `${found}. Save it as UTF-8: as CSV, TSV, JSON or JSON lines; or as Parquet or Arrow`);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw problem("its text is UTF-16");
  if (bytes.length > LONGEST_TEXT) {
    const [found, most] = [Math.ceil(bytes.length / 1e6), Math.floor(LONGEST_TEXT / 1e6)];
    throw tableInvalid(file, `it has ${found} MB of text, and no text has more than ${most}. Save it as Parquet`);
  }
  if (bytes.length > allowed(MOST_BYTES)) throw tooLarge({ path: file, what: "the table", most: MOST_BYTES }, "its text has", bytes.length);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // without its byte-order mark
  } catch {
    throw problem("its text is not UTF-8");
  }
  if (text.includes("\0")) throw problem("it is not a text");
  if (text.trim() === "") throw tableInvalid(file, "it is empty");
  return text;
}

/** What a file is called in a table that was made from it. */
export function sourceName(file: string): string {
  return basename(file).replace(/\.gz$/, "");
}
