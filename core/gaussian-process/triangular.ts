/**
 * Triangular systems for many right-hand sides at once, in WebAssembly: four columns share each row of L as it is read,
 * which is some ten times as fast as one after the other. Each column has lanes of its own and the order of sums that
 * `Cholesky` has, so its bits depend neither on the others nor on the runtime.
 *
 * All share one memory, so that what is laid into it stays only until something else is.
 *
 * Axes: n rows of L, m columns.
 *
 * @module
 */
import { compiled } from "../engine/compiled.ts";
import wasm from "./triangular.wasm.ts";

/** Addresses are of bytes; rows of L lie one after the other, row i with i + 1 entries. */
interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** Replaces entries from `begin` to `end` of columns, at the addresses in a list of a multiple of four, by those of L⁻¹ b. */
  solveLower(rows: number, list: number, count: number, begin: number, end: number): void;
  /** Replaces rows from `begin` to `end` of K by those of L; diagonal entries are √max(…, least). */
  factorise(rows: number, begin: number, end: number, least: number): void;
}

const [PAGE, NUMBER, ADDRESS, TOGETHER] = [65536, 8, 4, 4];

let kernels: Kernels | undefined;

/** The kernels, with so many bytes of memory at least. */
function kernelsWith(bytes: number): Kernels {
  kernels ??= new WebAssembly.Instance(compiled(wasm)).exports as unknown as Kernels;
  const { memory } = kernels;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(Math.max(missing, memory.buffer.byteLength) / PAGE));
  return kernels;
}

/** Columns that are laid beside L to be replaced by L⁻¹ b, as far as wanted. */
export class Columns {
  readonly #kernels: Kernels;
  /** m addresses of columns, in an order of the caller's; three more fill the last four. */
  readonly #list: Uint32Array;
  readonly #columns: readonly Float64Array[];

  /** @param rows  those of L  [n (n + 1) / 2]  @param count  m */
  constructor(rows: Float64Array, n: number, count: number) {
    const list = rows.length * NUMBER;
    const places = (count + TOGETHER) * ADDRESS;
    const begin = list + places + (places % NUMBER);
    this.#kernels = kernelsWith(begin + count * n * NUMBER);
    const { buffer } = this.#kernels.memory;
    new Float64Array(buffer, 0, rows.length).set(rows);
    this.#list = new Uint32Array(buffer, list, count + TOGETHER);
    this.#columns = Array.from({ length: count }, (_, c) => new Float64Array(buffer, begin + c * n * NUMBER, n));
  }

  /** Column c, to be filled and read.  [n] */
  column(c: number): Float64Array {
    return this.#columns[c]!;
  }

  /**
   * Replaces entries of some columns, those before them being so already.
   *
   * @param columns  by their numbers
   * @param begin  the first entry
   * @param end  the entry to stop before
   */
  solveLower(columns: readonly number[], begin: number, end: number): void {
    const { length } = columns;
    if (length === 0) return;
    const list = this.#list;
    const padded = Math.ceil(length / TOGETHER) * TOGETHER;
    for (let at = 0; at < padded; at++) list[at] = this.#columns[columns[Math.min(at, length - 1)]!]!.byteOffset;
    this.#kernels.solveLower(0, list.byteOffset, padded, begin, end);
  }
}

/**
 * Replaces the last rows of K by those of L.
 *
 * @param rows  those of L, then those of K  [n (n + 1) / 2]
 * @param begin  the first row of K
 * @param least  what is left of a diagonal entry at least
 */
export function factorise(rows: Float64Array, begin: number, n: number, least: number): void {
  const { memory, factorise } = kernelsWith(rows.byteLength);
  const held = new Float64Array(memory.buffer, 0, rows.length);
  held.set(rows);
  factorise(0, begin, n, least);
  const first = (begin * (begin + 1)) / 2;
  rows.set(held.subarray(first), first);
}
