/**
 * K = L Lᵀ of a symmetric positive definite matrix that grows row by row, in 64-bit floats: a row of L costs n² / 2
 * multiply-adds.
 *
 * Axes: n rows so far.
 *
 * @module
 */
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
   * Adds a row and a column to K.
   *
   * @param column  of K with the rows so far  [n]
   * @param diagonal  of K at its end; where rounding leaves less than `LEAST` of it, that is taken
   * @returns the new row of L, without its last entry, which is `last`
   */
  append(column: Float64Array, diagonal: number): { readonly row: Float64Array; readonly last: number } {
    const n = this.#size;
    const begin = (n * (n + 1)) / 2;
    if (begin + n + 1 > this.#rows.length) {
      const larger = new Float64Array(2 * (begin + n + 1));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    const row = this.#rows.subarray(begin, begin + n);
    row.set(column.subarray(0, n));
    this.solveLower(row);
    let rest = diagonal;
    for (let j = 0; j < n; j++) rest -= row[j]! * row[j]!;
    const last = Math.sqrt(Math.max(rest, LEAST));
    this.#rows[begin + n] = last;
    this.#size++;
    return { row, last };
  }

  /** Leaves the first rows and columns only. */
  truncate(size: number): void {
    this.#size = size;
  }

  /**
   * Replaces b by L⁻¹ b.  [n]
   * @param begin  the first entry to replace, those before it being so already
   * @param end  the entry to stop before
   */
  solveLower(b: Float64Array, begin = 0, end = b.length): void {
    const rows = this.#rows;
    for (let i = begin, at = (begin * (begin + 1)) / 2; i < end; i++, at++) {
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
