/**
 * Reads Arrow IPC files (https://arrow.apache.org/docs/format/Columnar.html) as far as tables need
 * them: columns of numbers of up to 64 bits and of UTF-8 texts, without empty places, uncompressed.
 *
 * Not by `@uwdata/flechette`, which writes our files, for two reasons: a file in which one byte is
 * wrong can make it allocate without end, where here every access is checked; and it takes 10 ms to
 * load and start, half of what opening a table may take. Values stay where the file has them.
 *
 * @module
 */

/** Everything that is not as an Arrow file has it is thrown as one of these. */
export class ArrowError extends Error {}

export type ArrowNumbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Int16Array | Uint8Array | Int8Array;
export interface ArrowTexts {
  /** The texts in UTF-8, one after the other. */
  readonly utf8: Uint8Array;
  /** Row r is at offsets[r] … offsets[r + 1]; the first is 0. */
  readonly offsets: Int32Array;
}
export interface ArrowFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly columns: ReadonlyMap<string, ArrowNumbers | ArrowTexts>;
}

const TEXTS = "texts";
type NumbersType = {
  new (buffer: ArrayBufferLike, offset: number, length: number): ArrowNumbers;
  new (length: number): ArrowNumbers;
  BYTES_PER_ELEMENT: number;
};
type ColumnType = NumbersType | typeof TEXTS;

/**
 * @param check  is handed the metadata before any column is read
 * @throws ArrowError, or what `check` throws
 */
export function readArrowFile(file: Uint8Array, check: (metadata: ReadonlyMap<string, string>) => void = () => {}): ArrowFile {
  try {
    return read(file, check);
  } catch (error) {
    // What is wrong in the bytes shows as a position outside of them.
    if (error instanceof RangeError) throw new ArrowError("it is damaged", { cause: error });
    throw error;
  }
}

function read(file: Uint8Array, check: (metadata: ReadonlyMap<string, string>) => void): ArrowFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const footerLength = view.getInt32(file.length - 10, true);
  const footer = root(view, file.length - 10 - footerLength);
  const schema = footer.table(1);
  const metadata = new Map(schema.tables(2).map((entry) => [entry.text(0), entry.text(1)]));
  check(metadata);
  const fields = schema.tables(1).map((field) => ({ name: field.text(0), type: columnType(field) }));
  const batches = footer.structs(3, 24).map((block) => {
    const start = int64(view, block);
    const message = root(view, start + 8).table(2);
    if (message.has(3)) throw new ArrowError("its columns are compressed; write it uncompressed, or gzip the whole file");
    const body = start + view.getInt32(block + 8, true);
    const rows = message.int64(0);
    const nodes = message.structs(1, 16).map((node) => ({ length: int64(view, node), empty: int64(view, node + 8) }));
    const buffers = message.structs(2, 16).map((buffer) => ({ start: body + int64(view, buffer), length: int64(view, buffer + 8) }));
    return { rows, nodes, buffers };
  });

  const columns = new Map<string, ArrowNumbers | ArrowTexts>();
  let first = 0; // of the column's buffers
  for (const [i, { name, type }] of fields.entries()) {
    const parts = batches.map(({ rows, nodes, buffers }) => {
      const node = nodes[i];
      if (node?.length !== rows) throw new ArrowError(`it is damaged: column "${name}" is not as long as its batch`);
      if (node.empty !== 0) throw new ArrowError(`column "${name}" has empty places`);
      const [, ...own] = buffers.slice(first, first + (type === TEXTS ? 3 : 2)); // the first says which places are empty
      return type === TEXTS ? texts(file, own, rows) : numbers(file, type, own[0], rows);
    });
    first += type === TEXTS ? 3 : 2;
    columns.set(name, type === TEXTS ? joinTexts(parts as ArrowTexts[]) : joinNumbers(type, parts as ArrowNumbers[]));
  }
  return { columns, metadata };
}

/** Union Type of Schema.fbs. */
function columnType(field: FlatTable): ColumnType {
  const kind = field.uint8(2);
  const type = field.table(3);
  if (!field.has(4)) {
    if (kind === 5) return TEXTS;
    if (kind === 3) {
      const precision = type.int16(0);
      if (precision === 2) return Float64Array;
      if (precision === 1) return Float32Array;
    }
    if (kind === 2) {
      const signed = type.uint8(1) === 1;
      const found = { 8: signed ? Int8Array : Uint8Array, 16: signed ? Int16Array : Uint16Array, 32: signed ? Int32Array : Uint32Array };
      const bits = type.int32(0);
      if (Object.hasOwn(found, bits)) return found[bits as keyof typeof found] as NumbersType;
    }
  }
  throw new ArrowError(`column "${field.text(0)}" is neither of texts (utf8) nor of numbers (float64, float32, integers of up to 32 bits)`);
}

interface Place {
  readonly start: number;
  readonly length: number;
}

function bytes(file: Uint8Array, place: Place | undefined, needed: number): Uint8Array {
  if (!place || place.length < needed || place.start < 0 || place.start + needed > file.length)
    throw new ArrowError("it is damaged or cut off: a column lies outside of the file");
  return file.subarray(place.start, place.start + needed);
}

function numbers(file: Uint8Array, type: NumbersType, place: Place | undefined, rows: number): ArrowNumbers {
  const found = bytes(file, place, rows * type.BYTES_PER_ELEMENT);
  const aligned = found.byteOffset % type.BYTES_PER_ELEMENT === 0 ? found : found.slice();
  return new type(aligned.buffer, aligned.byteOffset, rows);
}

function texts(file: Uint8Array, [offsetsAt, textsAt]: readonly Place[], rows: number): ArrowTexts {
  const offsets = numbers(file, Int32Array, offsetsAt, rows + 1) as Int32Array;
  const end = offsets[rows]!;
  let rising = offsets[0] === 0;
  for (let row = 0; row < rows; row++) rising &&= offsets[row]! <= offsets[row + 1]!;
  if (!rising) throw new ArrowError("it is damaged: its texts overlap");
  return { offsets, utf8: bytes(file, textsAt, end) };
}

function joinNumbers(type: NumbersType, parts: readonly ArrowNumbers[]): ArrowNumbers {
  if (parts.length === 1) return parts[0]!;
  const all = new type(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function joinTexts(parts: readonly ArrowTexts[]): ArrowTexts {
  if (parts.length === 1) return parts[0]!;
  let end = 0;
  const offsets = [0];
  for (const part of parts) {
    for (const offset of part.offsets.subarray(1)) offsets.push(end + offset);
    end += part.utf8.length;
  }
  return {
    offsets: Int32Array.from(offsets),
    utf8: joinNumbers(
      Uint8Array,
      parts.map(({ utf8 }) => utf8),
    ) as Uint8Array,
  };
}

/** The flatbuffer that begins at a position: its first table. */
function root(view: DataView, at: number): FlatTable {
  return new FlatTable(view, at + view.getUint32(at, true));
}

function int64(view: DataView, at: number): number {
  return Number(view.getBigInt64(at, true));
}

const decoder = new TextDecoder();

/** A table of a flatbuffer (https://flatbuffers.dev/internals): fields by number, each there or not. */
class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #fields: number;
  readonly #size: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#fields = at - view.getInt32(at, true);
    this.#size = view.getUint16(this.#fields, true);
  }

  has(field: number): boolean {
    return this.#place(field) !== 0;
  }
  uint8(field: number): number {
    const at = this.#place(field);
    return at && this.#view.getUint8(at);
  }
  int16(field: number): number {
    const at = this.#place(field);
    return at && this.#view.getInt16(at, true);
  }
  int32(field: number): number {
    const at = this.#place(field);
    return at && this.#view.getInt32(at, true);
  }
  int64(field: number): number {
    const at = this.#place(field);
    return at && int64(this.#view, at);
  }
  table(field: number): FlatTable {
    return new FlatTable(this.#view, this.#target(this.#place(field)));
  }
  tables(field: number): FlatTable[] {
    return this.structs(field, 4).map((at) => new FlatTable(this.#view, this.#target(at)));
  }
  text(field: number): string {
    const { start, length } = this.#vector(field, 1);
    return decoder.decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length).slice());
  }
  /** The positions of a vector's elements, each of so many bytes. */
  structs(field: number, bytes: number): number[] {
    const { start, length } = this.#vector(field, bytes);
    return Array.from({ length }, (_, i) => start + i * bytes);
  }

  #vector(field: number, bytes: number): Place {
    const place = this.#place(field);
    if (place === 0) return { start: 0, length: 0 };
    const at = this.#target(place);
    const length = this.#view.getUint32(at, true);
    if (at + 4 + length * bytes > this.#view.byteLength) throw new RangeError("a vector is longer than the file");
    return { start: at + 4, length };
  }
  #place(field: number): number {
    const slot = 4 + 2 * field;
    const offset = slot < this.#size ? this.#view.getUint16(this.#fields + slot, true) : 0;
    return offset && this.#at + offset;
  }
  #target(at: number): number {
    if (at === 0) throw new RangeError("a field is missing");
    return at + this.#view.getUint32(at, true);
  }
}
