/**
 * K = L Lᵀ of a symmetric positive definite matrix that grows row by row, in 64-bit floats: a row of L costs n² / 2
 * multiply-adds.
 *
 * Axes: n rows so far.
 *
 * @module
 */
import { factorise } from "./memory.ts";

export class Cholesky {
  /** Rows of L one after the other, row i with i + 1 entries.  [n (n + 1) / 2] */
  #rows: Float64Array;
  #size = 0;

  /** @param capacity  rows that there is room for at first; it grows */
  constructor(capacity = 64) {
    this.#rows = new Float64Array((capacity * (capacity + 1)) / 2);
  }

  /** n. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds rows and columns to K; however many at once, each to the same bits. Where rounding leaves less than `LEAST` of a
   * diagonal entry, that is taken.
   *
   * @param fill  writes row i of K up to its diagonal  [i + 1]
   */
  append(count: number, fill: (row: Float64Array, i: number) => void): void {
    const begin = this.#size;
    const end = begin + count;
    this.#reserve(end);
    for (let i = begin; i < end; i++) fill(this.row(i), i);
    factorise(this.#rows.subarray(0, (end * (end + 1)) / 2), begin, end, LEAST);
    this.#size = end;
  }

  /** Row i of L, up to its diagonal.  [i + 1] */
  row(i: number): Float64Array {
    const begin = (i * (i + 1)) / 2;
    return this.#rows.subarray(begin, begin + i + 1);
  }

  #reserve(size: number): void {
    const wanted = (size * (size + 1)) / 2;
    if (wanted <= this.#rows.length) return;
    const larger = new Float64Array(2 * wanted);
    larger.set(this.#rows);
    this.#rows = larger;
  }

  /** L, row by row, row i with i + 1 entries.  [n (n + 1) / 2] */
  rows(): Float64Array {
    return this.#rows.subarray(0, (this.#size * (this.#size + 1)) / 2);
  }

  /** Leaves the first rows and columns only. */
  truncate(size: number): void {
    this.#size = size;
  }

  /** Replaces b by L⁻¹ b.  [n]  @param begin  the first entry to replace, those before it being so already */
  solveLower(b: Float64Array, begin = 0): void {
    const rows = this.#rows;
    for (let i = begin, at = (begin * (begin + 1)) / 2; i < b.length; i++, at++) {
      // Four sums, for a processor adds several at once where none waits for another.
      let [first, second, third, fourth] = [0, 0, 0, 0];
      let j = 0;
      for (; j + 3 < i; j += 4, at += 4) {
        first += rows[at]! * b[j]!;
        second += rows[at + 1]! * b[j + 1]!;
        third += rows[at + 2]! * b[j + 2]!;
        fourth += rows[at + 3]! * b[j + 3]!;
      }
      for (; j < i; j++, at++) first += rows[at]! * b[j]!;
      b[i] = (b[i]! - (first + second + (third + fourth))) / rows[at]!;
    }
  }

  /** Replaces b by L⁻ᵀ b.  [n] */
  solveUpper(b: Float64Array): void {
    const rows = this.#rows;
    for (let i = b.length - 1; i >= 0; i--) {
      const begin = (i * (i + 1)) / 2;
      const value = b[i]! / rows[begin + i]!;
      b[i] = value;
      for (let j = 0; j < i; j++) b[j]! -= rows[begin + j]! * value;
    }
  }

  /** The diagonal of L.  [n] */
  diagonal(): Float64Array {
    return Float64Array.from({ length: this.#size }, (_, i) => this.#rows[(i * (i + 1)) / 2 + i]!);
  }
}

/** What is left of a diagonal entry at least: two rows of K that are equal make it 0. */
const LEAST = 1e-10;
