/**
 * Reads tables as the package has them: with the same contents as an Arrow file, in a quarter of its bytes when both are
 * gzipped. scripts/package/pack-table.ts writes them. What makes them small: a text is what differs from the text before
 * it; architectures of one function have the same numbers, kept once; and a number is a quotient of whole numbers.
 *
 *     "EVOKE1", the header's length (uint32), the header (PackedHeader as JSON, UTF-8), then
 *     how many bytes of its text each row shares with the row before   [rows]
 *     how many bytes follow these                                      [rows]
 *     these bytes                                                      header.suffixes
 *     0 if the row is the first with its numbers, else how many such
 *     rows were met since the first with the same numbers, and it      [rows]
 *     each column                             [header.distinct], or [rows] if it does not repeat
 *
 * Whole numbers stand in planes: the lowest bytes of all of them, then the next ones. Those of a column that does not
 * repeat are differences from the row before, modulo 2 to the number of bits. All is little-endian.
 *
 * @module
 */
import { ArrowError, type ArrowFile, type ArrowNumbers, type ArrowTexts } from "./arrow-file.ts";

export const PACKED_MAGIC = "EVOKE1";

/** Bytes of the numbers that are not of columns. */
export const WIDTHS = { shared: 2, following: 2, repeated: 3 } as const;

export interface PackedColumn {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  /** A value is a whole number times the factor, divided by the divisor. */
  readonly factor: number;
  readonly divisor: number;
  /** Of each whole number: at most 4. */
  readonly bytes: number;
  readonly repeats: boolean;
}

export interface PackedHeader {
  readonly rows: number;
  readonly distinct: number;
  readonly suffixes: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly columns: readonly PackedColumn[];
}

const TYPES = { Float64Array, Float32Array, Uint32Array, Int32Array, Uint16Array, Int16Array, Uint8Array, Int8Array };

/**
 * @param check  is handed the metadata before any column is read
 * @param most  bytes that all texts may have
 * @returns as readArrowFile
 * @throws ArrowError, or what `check` throws
 */
export function readPackedTable(file: Uint8Array, check: (metadata: ReadonlyMap<string, string>) => void, most: number): ArrowFile {
  const bytes = new Bytes(file, PACKED_MAGIC.length);
  const header = headerOf(bytes.take(bytes.whole(1, 4)[0]!));
  const metadata = new Map(Object.entries(header.metadata));
  check(metadata);
  const { rows, distinct } = header;
  const columns = new Map<string, ArrowNumbers | ArrowTexts>([["architecture", texts(bytes, header, most)]]);
  const firsts = firstsOf(bytes.whole(rows, WIDTHS.repeated), distinct);
  for (const column of header.columns) {
    const numbers = bytes.whole(column.repeats ? distinct : rows, column.bytes);
    columns.set(column.name, valuesOf(column, numbers, firsts));
  }
  return { columns, metadata };
}

function headerOf(bytes: Uint8Array): PackedHeader {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ArrowError("it is damaged: its header is not JSON", { cause });
  }
  const header = found as Partial<PackedHeader> | null;
  const isWhole =
    typeof header?.metadata === "object" &&
    header.metadata !== null &&
    Object.values(header.metadata).every((text) => typeof text === "string") &&
    Array.isArray(header.columns) &&
    header.columns.every((column: PackedColumn | null) => column !== null && Object.hasOwn(TYPES, column.type) && column.bytes <= 4);
  if (!isWhole) throw new ArrowError("it is damaged: its header is not that of a table");
  return header as PackedHeader;
}

function texts(bytes: Bytes, { rows, suffixes }: PackedHeader, most: number): ArrowTexts {
  const shared = bytes.whole(rows, WIDTHS.shared);
  const following = bytes.whole(rows, WIDTHS.following);
  const suffix = bytes.take(suffixes);
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    offsets[row + 1] = offsets[row]! + shared[row]! + following[row]!;
    if (offsets[row + 1]! > most) throw new ArrowError("it is damaged: its texts are too long");
  }
  const utf8 = new Uint8Array(offsets[rows]!);
  let from = 0; // in suffix
  let to = 0; // in utf8
  let before = 0; // where the text before begins
  // Each in the way that is fastest in code that runs once: a call of set() takes as long as all of these bytes.
  for (let row = 0; row < rows; row++) {
    const start = to;
    if (shared[row]! > start - before) throw new ArrowError("it is damaged: a text shares more than there is");
    utf8.copyWithin(to, before, before + shared[row]!);
    to += shared[row]!;
    for (let end = from + following[row]!; from < end; ) utf8[to++] = suffix[from++]!;
    before = start;
  }
  if (from !== suffixes) throw new ArrowError("it is damaged: its texts end elsewhere");
  return { offsets, utf8 };
}

/** For each row the number, among those that are the first with their numbers, of the first with the same. */
function firstsOf(repeated: Uint32Array, distinct: number): Uint32Array {
  let met = 0;
  for (let row = 0; row < repeated.length; row++) {
    const back = repeated[row]!;
    if (back > met || met > distinct) throw new ArrowError("it is damaged: a row repeats none");
    repeated[row] = back === 0 ? met++ : met - back;
  }
  if (met !== distinct) throw new ArrowError("it is damaged: a row repeats none");
  return repeated;
}

function valuesOf({ type, factor, divisor, bytes, repeats }: PackedColumn, numbers: Uint32Array, firsts: Uint32Array): ArrowNumbers {
  if (!repeats) addUp(numbers, 2 ** (8 * bytes));
  const values = new Float64Array(numbers);
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! * factor) / divisor;
  const all = repeats ? picked(values, firsts) : values;
  return type === "Float64Array" ? all : new TYPES[type](all);
}

function addUp(differences: Uint32Array, modulus: number): void {
  let sum = 0;
  for (let row = 0; row < differences.length; row++) differences[row] = sum = (sum + differences[row]!) % modulus;
}

function picked(values: Float64Array, firsts: Uint32Array): Float64Array {
  const all = new Float64Array(firsts.length);
  for (let row = 0; row < all.length; row++) all[row] = values[firsts[row]!]!;
  return all;
}

/** Takes what a file consists of, part by part. */
class Bytes {
  readonly #file: Uint8Array;
  #at: number;
  constructor(file: Uint8Array, at: number) {
    this.#file = file;
    this.#at = at;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (!(Number.isInteger(length) && length >= 0 && end <= this.#file.length)) throw new ArrowError("it is damaged or cut off");
    const taken = this.#file.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Whole numbers of so many bytes each. */
  whole(count: number, bytes: number): Uint32Array {
    const numbers = new Uint32Array(count);
    for (let plane = 0; plane < bytes; plane++) addPlane(numbers, this.take(count), 2 ** (8 * plane));
    return numbers;
  }
}

function addPlane(numbers: Uint32Array, plane: Uint8Array, weight: number): void {
  for (let i = 0; i < plane.length; i++) numbers[i]! += plane[i]! * weight;
}
