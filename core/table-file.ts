/**
 * Benchmark tables as files: Arrow IPC (Feather version 2), which pandas, Polars, R and DuckDB read,
 * optionally gzipped as a whole.
 *
 * Column "architecture" has the text of each architecture; the others are numbers. The schema's
 * metadata holds under "evoke" the table's description as JSON, and under "evoke.sha256" the SHA-256
 * of these bytes, one after the other: that JSON text; for "architecture" the n + 1 offsets as
 * little-endian int32, from 0, and the UTF-8 texts; the values of each other column, little-endian, in
 * the description's order. So a table's digest is the same gzipped or not, and a changed value shows.
 *
 * @module
 */
import { sha256 as sha256InScript } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import { type Column, Type, tableFromArrays, tableFromIPC, tableToIPC, utf8 } from "@uwdata/flechette/dist/flechette.mjs";
import { tableInvalid } from "./errors.ts";
import { type ColumnDescription, Table, type TableContents, type TableDescription, type Values } from "./table.ts";
import { type Invalid, readDescription } from "./table-description.ts";

const MAGIC = "ARROW1";
const KEY = "evoke";
const DIGEST_KEY = "evoke.sha256";
const VALUES = [Float64Array, Float32Array, Uint32Array, Int32Array, Uint16Array, Int16Array, Uint8Array, Int8Array];

/**
 * Reads a table and checks it: its description, the digest, the range of every value. Whether its
 * architectures are those of a space is checked where it meets the space (`Table.rowsOf`).
 *
 * @param from  what the bytes are, for errors: a file name, for example
 * @throws EvokeError TABLE_INVALID
 */
export async function readTable(bytes: Uint8Array, from: string): Promise<Table> {
  const invalid = (problem: string, cause?: Error) => tableInvalid(from, problem, cause);
  const file = isGzip(bytes)
    ? await gunzip(bytes).catch((cause) => Promise.reject(invalid("its gzip data is damaged or cut off", cause)))
    : bytes;
  const begins = new TextDecoder("latin1").decode(file.subarray(0, MAGIC.length));
  if (begins !== MAGIC)
    throw invalid(`it is no table of Evoke: an Arrow file begins with ${MAGIC}, this one with ${JSON.stringify(begins)}`);
  if (new TextDecoder("latin1").decode(file.subarray(-MAGIC.length)) !== MAGIC || file.length < 16)
    throw invalid("it is cut off: the end of the Arrow file is missing");

  const { columns, metadata } = parse(file, invalid);
  const json = metadata.get(KEY);
  if (json === undefined) throw invalid(`it is an Arrow file without Evoke's description (metadata "${KEY}")`);
  const description = readDescription(json, invalid);
  const contents = { description, texts: textsOf(columns.get("architecture"), invalid), values: valuesOf(columns, description, invalid) };
  const digesting = digestOf(json, contents); // beside the check of the values, in another thread
  checkValues(contents, invalid);
  const digest = await digesting;
  if (metadata.get(DIGEST_KEY) !== digest)
    throw invalid(
      `its contents are not those it was written with: their SHA-256 is ${digest}, and it says ${metadata.get(DIGEST_KEY) ?? "nothing"}`,
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
  const table = tableFromArrays([["architecture", architectures as string[]], ...Object.entries(arrays)], {
    types: { architecture: utf8() },
  });
  table.schema.metadata = new Map([
    [KEY, json],
    [DIGEST_KEY, await digestOf(json, contents)],
  ]);
  return tableToIPC(table, { format: "file" })!;
}

function parse(file: Uint8Array, invalid: Invalid) {
  try {
    const { schema, children } = tableFromIPC(file);
    return {
      columns: new Map(schema.fields.map(({ name }, i) => [name, children[i]!])),
      metadata: schema.metadata ?? new Map<string, string>(),
    };
  } catch (error) {
    const { message } = error as Error;
    throw invalid(
      /codec|compress/i.test(message)
        ? "its columns are compressed: write it uncompressed, or gzip the whole file"
        : `it is damaged (${message})`,
      error as Error,
    );
  }
}

function textsOf(column: Column<unknown> | undefined, invalid: Invalid): TableContents["texts"] {
  const { typeId } = column?.type ?? {};
  if (!column || (typeId !== Type.Utf8 && typeId !== Type.LargeUtf8)) throw invalid('it has no column "architecture" of texts');
  if (column.nullCount > 0) throw invalid('column "architecture" has empty places');
  const [batch] = column.data;
  if (column.data.length !== 1 || typeId !== Type.Utf8) return texts(column.toArray() as string[]);
  const offsets = (batch!.offsets as Int32Array).subarray(0, column.length + 1);
  return offsets[0] === 0
    ? { offsets, utf8: (batch!.values as Uint8Array).subarray(0, offsets[column.length]) }
    : texts(column.toArray() as string[]);
}

function texts(architectures: readonly string[]): TableContents["texts"] {
  const encoder = new TextEncoder();
  const parts = architectures.map((text) => encoder.encode(text));
  const offsets = new Int32Array(parts.length + 1);
  for (const [i, { length }] of parts.entries()) offsets[i + 1] = offsets[i]! + length;
  return { utf8: concatBytes(...parts), offsets };
}

function valuesOf(
  columns: ReadonlyMap<string, Column<unknown>>,
  { columns: described }: TableDescription,
  invalid: Invalid,
): Record<string, Values> {
  for (const name of columns.keys())
    if (name !== "architecture" && !Object.hasOwn(described, name)) throw invalid(`column "${name}" is not described`);
  return Object.fromEntries(
    Object.keys(described).map((name) => {
      const column = columns.get(name);
      if (!column) throw invalid(`column "${name}" is missing`);
      if (column.nullCount > 0) throw invalid(`column "${name}" has empty places`);
      const array = column.toArray();
      if (!VALUES.some((type) => array instanceof type)) throw invalid(`column "${name}" is not of numbers of at most 64 bits`);
      return [name, array as Values];
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
    for (let row = 0; row < rows; row++) {
      const value = column[row]!;
      if (!(value >= least && value <= most)) throw invalid(`column "${name}" of row ${row + 1} is ${value}, outside ${least} … ${most}`);
    }
  }
}

function rangeOf(described: ColumnDescription): readonly [number, number] {
  if (described.role !== "metric") return [0, Number.MAX_VALUE];
  return described.metric.unit === "percent" ? [0, 100] : [-Number.MAX_VALUE, Number.MAX_VALUE];
}

async function digestOf(json: string, { description, texts, values }: Omit<TableContents, "digest">): Promise<string> {
  const arrays = [texts.offsets, texts.utf8, ...Object.keys(description.columns).map((column) => values[column]!)];
  const bytes = concatBytes(
    new TextEncoder().encode(json),
    ...arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
  // Web pages without https have no crypto.subtle; in script the same takes ten times as long.
  const subtle = globalThis.crypto?.subtle;
  return bytesToHex(subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)) : sha256InScript(bytes));
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
