/** Records in the leaves of SQLite's trees: see https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1. @module */
import type { StorePages } from "./store-pages.ts";

export type Value = null | number | string | ArrayBuffer;

/** A row of a table, or an entry of an index, whose last value is the number of its row. */
export interface StoreRecord {
  readonly of: "table" | "index";
  /** Of a table's. */
  readonly row?: number;
  readonly values: readonly Value[];
}

/** Types of pages that have records, with where their cells are listed, and where a record begins in a cell. */
const [INDEX_INTERIOR, INDEX_LEAF, TABLE_LEAF] = [2, 10, 13];
/** The first page begins with the header of the file. */
const FILE_HEADER_BYTES = 100;

/** The records of a page; what is no record is passed over. */
export function* recordsOf(pages: StorePages, number: number): Generator<StoreRecord> {
  const page = pages.page(number);
  if (!page) return;
  const start = number === 1 ? FILE_HEADER_BYTES : 0;
  const type = page[start]!;
  if (type !== INDEX_INTERIOR && type !== INDEX_LEAF && type !== TABLE_LEAF) return;
  const list = start + (type === INDEX_INTERIOR ? 12 : 8);
  const cells = Math.min(page.readUInt16BE(start + 3), Math.floor((page.length - list) / 2));
  for (let i = 0; i < cells; i++) {
    const record = recordAt(pages, page, page.readUInt16BE(list + 2 * i) + (type === INDEX_INTERIOR ? 4 : 0), type === TABLE_LEAF);
    if (record) yield record;
  }
}

function recordAt(pages: StorePages, page: Buffer, at: number, isTable: boolean): StoreRecord | undefined {
  const [length, afterLength] = varint(page, at);
  const [row, begin] = isTable ? varint(page, afterLength) : [0, afterLength];
  const payload = payloadAt(pages, page, begin, length, isTable);
  const values = payload && valuesOf(payload);
  return values && { of: isTable ? "table" : "index", ...(isTable && { row }), values };
}

/** The bytes of a record, those on other pages included; undefined where they are not all there. */
function payloadAt(pages: StorePages, page: Buffer, begin: number, length: number, isTable: boolean): Buffer | undefined {
  const usable = pages.bytes;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const rest = least + ((length - least) % (usable - 4));
  const here = length <= most ? length : rest <= most ? rest : least;
  if (begin + here > page.length) return undefined;
  if (here === length) return page.subarray(begin, begin + length);
  if (begin + here + 4 > page.length) return undefined;
  const parts = [page.subarray(begin, begin + here)];
  let next = page.readUInt32BE(begin + here);
  for (let left = length - here; left > 0; left -= usable - 4) {
    const overflow = pages.page(next);
    if (!overflow || parts.length > MOST_PARTS) return undefined;
    parts.push(overflow.subarray(4, 4 + Math.min(left, usable - 4)));
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** A damaged length is not followed for ever: results and trajectories have some megabytes at most. */
const MOST_PARTS = 100_000;

function valuesOf(payload: Buffer): Value[] | undefined {
  const [headerEnd, first] = varint(payload, 0);
  if (headerEnd > payload.length) return undefined;
  const values: Value[] = [];
  for (let [at, place] = [first, headerEnd]; at < headerEnd; ) {
    const [type, next] = varint(payload, at);
    const size = type >= 12 ? Math.floor((type - 12) / 2) : SIZES[type];
    if (size === undefined || place + size > payload.length) return undefined;
    values.push(decoded(type, payload.subarray(place, place + size)));
    [at, place] = [next, place + size];
  }
  return values;
}

/** Bytes of the types below 12; two of them are never in a file. */
const SIZES: readonly (number | undefined)[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function decoded(type: number, bytes: Buffer): Value {
  if (type >= 12) return type % 2 === 1 ? bytes.toString("utf8") : new Uint8Array(bytes).buffer;
  if (type === 0) return null;
  if (type >= 8) return type - 8;
  if (type === 7) return bytes.readDoubleBE(0);
  return type === 6 ? Number(bytes.readBigInt64BE(0)) : bytes.readIntBE(0, bytes.length);
}

/** SQLite's numbers of one to nine bytes. @returns it, and where it ends */
function varint(bytes: Buffer, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i] ?? 0;
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, at + i + 1];
  }
  return [value * 256 + (bytes[at + 8] ?? 0), at + 9];
}
