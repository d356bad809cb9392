/**
 * Reads files of numbers: CSV, TSV, JSON, JSON lines, Parquet and Arrow. What a file is is seen from its first bytes.
 *
 * @module
 */
import { basename } from "node:path";
import { tableInvalid } from "../../../../core/errors/index.ts";
import type { SourceRows } from "./source-rows.ts";

/** Files of architectures have 20 columns, and some have 1,000: a curve. */
const MOST_COLUMNS = 100_000;

/** Bytes of a text: a JavaScript engine has none that is longer. Parquet and Arrow are not texts. */
const MOST_BYTES = 2 ** 29 - 24;

/**
 * @param bytes  unpacked
 * @param file  what they are of, for errors
 * @throws EvokeError TABLE_INVALID
 */
export async function readSource(bytes: Uint8Array, file: string): Promise<SourceRows> {
  const source = await read(bytes, file);
  if (source.rows === 0) throw tableInvalid(file, "it has no rows");
  if (source.columns.length > MOST_COLUMNS)
    throw tableInvalid(file, `it has ${source.columns.length} columns, and at most ${MOST_COLUMNS} are read`);
  return source;
}

async function read(bytes: Uint8Array, file: string): Promise<SourceRows> {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, 6));
  if (beginning === "ARROW1") return (await import("./arrow.ts")).readArrow(bytes, file);
  if (beginning.startsWith("PAR1")) return (await import("./parquet.ts")).readParquet(bytes, file);
  const text = textOf(bytes, file);
  if (/^\s*[[{]/.test(text)) return (await import("./json.ts")).readJson(text, file);
  return (await import("./csv.ts")).readCsv(text, file);
}

function textOf(bytes: Uint8Array, file: string): string {
  const problem = (found: string) =>
    tableInvalid(file, `${found}. Save it as UTF-8: as CSV, TSV, JSON or JSON lines; or as Parquet or Arrow`);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw problem("its text is UTF-16");
  if (bytes.length > MOST_BYTES) {
    const [found, most] = [Math.ceil(bytes.length / 1e6), Math.floor(MOST_BYTES / 1e6)];
    throw tableInvalid(file, `it has ${found} MB of text, and at most ${most} are read. Save it as Parquet`);
  }
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
