/**
 * What a Gaussian process does for many candidates at once, in WebAssembly. Four columns share each row of L as it is
 * read, which is some ten times as fast as one after the other. Each column has lanes of its own, and sums have the order
 * that they have elsewhere, so its bits depend neither on the others nor on the runtime.
 *
 * There is one memory for all: what is laid into it stays only until another `Memory` is made.
 *
 * Axes: n rows of L.
 *
 * @module
 */
import { compiled, grow, instanceOf } from "../engine/compiled.ts";
import { memoryExceeded } from "../errors/index.ts";
import wasm from "./kernels.wasm.ts";

/** Addresses are of bytes; rows of L lie one after the other, row i with i + 1 entries. */
interface Kernels {
  readonly memory: WebAssembly.Memory;
  /**
   * Replaces entries from `begin` to `end` of columns, at the addresses in a list of a multiple of four, by those of
   * L⁻¹ b, and takes their squares from what stands before each column.
   */
  solveLower(rows: number, list: number, count: number, begin: number, end: number): void;
  /** Replaces rows from `begin` to `end` of K by those of L; diagonal entries are √max(…, least). */
  factorise(rows: number, begin: number, end: number, least: number): void;
  /** into = from + Σ times · column, all of whole numbers.  [n]  @param list  addresses of columns and times, in turn */
  combine(into: number, from: number, list: number, count: number, n: number): void;
  /**
   * k(X, x) = near[‖x‖² + squares − 2 products] + weight · products
   * @param products  X x  [n], as `squares`, ‖X‖²
   * @returns its product with `values`  [n]
   */
  kernels(into: number, products: number, n: number, square: number, squares: number, near: number, weight: number, values: number): number;
}

/** Bytes for all that is laid into it at a time. */
const MOST = 2 ** 30;
/** What it is for, in errors. */
const MODEL = "the model that a controller learns";
/** Where arrays begin, so that no four lanes lie in two of them. */
const ALIGNED = 16;

let instance: Kernels | undefined;

export class Memory {
  readonly kernels: Kernels;
  /** All of it, as 64-bit floats, and as 32-bit integers. */
  readonly floats: Float64Array;
  readonly integers: Int32Array;
  #end = 0;

  /** @param arrays  the bytes of each array that is going to be laid into it */
  constructor(arrays: readonly number[]) {
    const bytes = arrays.reduce((sum, length) => sum + aligned(length), 0);
    if (!(bytes <= MOST)) throw memoryExceeded(MODEL, bytes, MOST, "Lower the options candidates, nearest or whole of the controller.");
    instance ??= instanceOf<Kernels>(compiled(wasm), MODEL);
    this.kernels = instance;
    const { memory } = instance;
    const { byteLength } = memory.buffer;
    if (bytes > byteLength) grow(memory, Math.max(bytes - byteLength, byteLength), MODEL);
    this.floats = new Float64Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
  }

  /** @returns the address of an array of so many bytes, with anything in it */
  room(bytes: number): number {
    const begin = this.#end;
    this.#end += aligned(bytes);
    return begin;
  }

  /** @returns its address */
  laid(values: Float64Array | Int32Array): number {
    const address = this.room(values.byteLength);
    const all = values instanceof Float64Array ? this.floats : this.integers;
    all.set(values, address / values.BYTES_PER_ELEMENT);
    return address;
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNED) * ALIGNED;
}

/**
 * Replaces the last rows of K by those of L.
 *
 * @param rows  those of L, then those of K  [n (n + 1) / 2]
 * @param begin  the first row of K
 * @param least  what is left of a diagonal entry at least
 */
export function factorise(rows: Float64Array, begin: number, n: number, least: number): void {
  const memory = new Memory([rows.byteLength]);
  memory.kernels.factorise(memory.laid(rows), begin, n, least);
  const first = (begin * (begin + 1)) / 2;
  rows.set(memory.floats.subarray(first, rows.length), first);
}
