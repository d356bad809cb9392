/**
 * Benchmark tables as files: Arrow IPC (Feather version 2), which pandas, Polars, R and DuckDB read,
 * optionally gzipped as a whole.
 *
 * Column "architecture" has the text of each architecture; the others are numbers. The schema's
 * metadata holds under "evoke" the table's description as JSON, and under "evoke.sha256" the digest of
 * the contents: the SHA-256 of the SHA-256s, 32 bytes each, of that JSON text; of the n + 1 offsets of
 * the texts, from 0, as little-endian int32; of the texts in UTF-8, one after the other; of the values
 * of each other column, little-endian, in the description's order. So a table has the same digest
 * gzipped or not, and a changed value shows. A table as the package has it, see packed-table.ts, has the same one too.
 *
 * @module
 */
import { tableInvalid } from "../errors/index.ts";
import { ArrowError, type ArrowFile, type ArrowTexts, readArrowFile } from "./arrow-file.ts";
import { PACKED_MAGIC, readPackedTable } from "./packed-table.ts";
import { type ColumnDescription, Table, type TableContents, type TableDescription, type Values } from "./table.ts";
import { type Invalid, readDescription } from "./table-description.ts";

const MAGIC = "ARROW1";
const KEY = "evoke";
const DIGEST_KEY = "evoke.sha256";
/** Bytes that come out of a gzipped table. */
const MOST_UNPACKED = 256e6;

/**
 * Reads a table and checks it: its description, the digest, the range of every value. Whether its
 * architectures are those of a space is checked where it meets the space (`Table.rowsOf`).
 *
 * @param from  what the bytes are, for errors: a file name, for example
 * @param hash  SHA-256, where the host has one that starts sooner than crypto.subtle
 * @throws EvokeError TABLE_INVALID
 */
export async function readTable(bytes: Uint8Array, from: string, hash: Sha256 = sha256): Promise<Table> {
  const invalid = (problem: string, cause?: Error) => tableInvalid(from, problem, cause);
  const file = isGzip(bytes) ? await gunzip(bytes, invalid) : bytes;
  const begins = new TextDecoder("latin1").decode(file.subarray(0, MAGIC.length));
  const isPacked = begins === PACKED_MAGIC;
  if (!isPacked && begins !== MAGIC)
    throw invalid(`it is no table of Evoke: an Arrow file begins with ${MAGIC}, this one with ${JSON.stringify(begins)}`);
  if (!isPacked && (new TextDecoder("latin1").decode(file.subarray(-MAGIC.length)) !== MAGIC || file.length < 16))
    throw invalid("it is cut off: the end of the Arrow file is missing");

  const arrow = parse(file, isPacked, invalid);
  const json = arrow.metadata.get(KEY)!;
  const description = readDescription(json, invalid);
  const contents = { description, texts: textsOf(arrow, invalid), values: valuesOf(arrow, description, invalid) };
  const digesting = digestOf(json, contents, hash); // beside the check of the values, in another thread
  checkValues(contents, invalid);
  const digest = await digesting;
  if (arrow.metadata.get(DIGEST_KEY) !== digest)
    throw invalid(
      `its contents are not those it was written with: their SHA-256 is ${digest}, and it says ${arrow.metadata.get(DIGEST_KEY) ?? "nothing"}`,
    );
  return new Table({ ...contents, digest });
}

/** What a new table consists of; a column of plain numbers becomes the narrowest type that holds them exactly. */
export interface NewTable {
  readonly description: TableDescription;
  readonly architectures: readonly string[];
  readonly values: Readonly<Record<string, Values | readonly number[]>>;
}

/** The bytes of a table file. @throws EvokeError TABLE_INVALID if a value, or the description, is wrong */
export async function writeTable({ description, architectures, values }: NewTable): Promise<Uint8Array> {
  const invalid = (problem: string) => tableInvalid(`the new table "${description.name}"`, problem);
  const json = JSON.stringify(description);
  readDescription(json, invalid);
  const arrays = Object.fromEntries(Object.keys(description.columns).map((column) => [column, typed(values[column] ?? [])]));
  const contents = { description, texts: texts(architectures), values: arrays };
  checkValues(contents, invalid);
  const { tableFromArrays, tableToIPC, utf8 } = await import("@uwdata/flechette/dist/flechette.mjs");
  const table = tableFromArrays([["architecture", architectures as string[]], ...Object.entries(arrays)], {
    types: { architecture: utf8() },
  });
  table.schema.metadata = new Map([
    [KEY, json],
    [DIGEST_KEY, await digestOf(json, contents)],
  ]);
  return tableToIPC(table, { format: "file" })!;
}

function parse(file: Uint8Array, isPacked: boolean, invalid: Invalid): ArrowFile {
  const check = (metadata: ReadonlyMap<string, string>) => {
    if (!metadata.has(KEY))
      throw invalid(
        `it is an Arrow file without Evoke's description (metadata "${KEY}"); evoke table describe writes one, by which evoke table add --as imports it`,
      );
  };
  try {
    return isPacked ? readPackedTable(file, check, MOST_UNPACKED) : readArrowFile(file, check);
  } catch (error) {
    throw error instanceof ArrowError ? invalid(error.message, error) : error;
  }
}

function textsOf({ columns }: ArrowFile, invalid: Invalid): ArrowTexts {
  const column = columns.get("architecture");
  if (!column || !("utf8" in column)) throw invalid('it has no column "architecture" of texts (utf8)');
  return column;
}

function texts(architectures: readonly string[]): TableContents["texts"] {
  const encoder = new TextEncoder();
  const parts = architectures.map((text) => encoder.encode(text));
  const offsets = new Int32Array(parts.length + 1);
  for (const [i, { length }] of parts.entries()) offsets[i + 1] = offsets[i]! + length;
  return { utf8: concatenated(parts), offsets };
}

function valuesOf({ columns }: ArrowFile, { columns: described }: TableDescription, invalid: Invalid): Record<string, Values> {
  for (const name of columns.keys())
    if (name !== "architecture" && !Object.hasOwn(described, name)) throw invalid(`column "${name}" is not described`);
  return Object.fromEntries(
    Object.keys(described).map((name) => {
      const column = columns.get(name);
      if (!column) throw invalid(`column "${name}" is missing`);
      if ("utf8" in column) throw invalid(`column "${name}" is not of numbers`);
      return [name, column];
    }),
  );
}

function typed(values: Values | readonly number[]): Values {
  if (!Array.isArray(values)) return values as Values;
  const exact = [Uint8Array, Uint16Array, Uint32Array].find((type) =>
    values.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** (8 * type.BYTES_PER_ELEMENT)),
  );
  return new (exact ?? Float64Array)(values as number[]);
}

function checkValues({ description, texts, values }: Omit<TableContents, "digest">, invalid: Invalid): void {
  const rows = texts.offsets.length - 1;
  if (rows === 0) throw invalid("it has no rows");
  for (const [name, described] of Object.entries(description.columns)) {
    const [least, most] = rangeOf(described);
    const column = values[name]!;
    if (column.length !== rows) throw invalid(`column "${name}" has ${column.length} values for ${rows} rows`);
    const mayBeAbsent = described.role === "metric" && described.seed !== undefined;
    const row = column instanceof Float64Array ? outside(column, least, most, mayBeAbsent) : outsideOfIntegers(column, least, most);
    if (row >= 0) throw invalid(`column "${name}" of row ${row + 1} is ${column[row]}, outside ${least} … ${most}`);
  }
}

/** The first value outside the range. Apart, and of one type, so that it is compiled early: 2 ms in place of 10. */
function outside(values: Float64Array, least: number, most: number, mayBeAbsent: boolean): number {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!(value >= least && value <= most) && !(mayBeAbsent && Number.isNaN(value))) return row;
  }
  return -1;
}

function outsideOfIntegers(values: Values, least: number, most: number): number {
  const unsigned = values instanceof Uint32Array || values instanceof Uint16Array || values instanceof Uint8Array;
  if (unsigned && least <= 0 && most >= 2 ** 32) return -1;
  return values.findIndex((value) => !(value >= least && value <= most));
}

function rangeOf(described: ColumnDescription): readonly [number, number] {
  if (described.role !== "metric") return [0, Number.MAX_VALUE];
  return described.metric.unit === "percent" ? [0, 100] : [-Number.MAX_VALUE, Number.MAX_VALUE];
}

async function digestOf(
  json: string,
  { description, texts, values }: Omit<TableContents, "digest">,
  hash: Sha256 = sha256,
): Promise<string> {
  const columns = Object.keys(description.columns).map((column) => values[column]!);
  const parts = await Promise.all(
    [new TextEncoder().encode(json), texts.offsets, texts.utf8, ...columns].map((part) => hash(bytesOf(part))),
  );
  const digest = await hash(concatenated(parts));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The SHA-256 of bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  // A web page without https has no crypto.subtle; in script the same takes ten times as long.
  const subtle = globalThis.crypto?.subtle;
  return subtle
    ? new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>))
    : (await import("@noble/hashes/sha2.js")).sha256(bytes);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function gunzip(bytes: Uint8Array, invalid: Invalid): Promise<Uint8Array> {
  const unpacked = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: Uint8Array[] = [];
  for (let length = 0; ; ) {
    const { value } = await unpacked.read().catch((cause) => Promise.reject(invalid("its gzip data is damaged or cut off", cause)));
    if (!value) return concatenated(parts);
    length += value.length;
    if (length > MOST_UNPACKED)
      throw invalid(`it has more than ${MOST_UNPACKED / 1e6} MB when it is unpacked. Unpack it before it is read`);
    parts.push(value);
  }
}
