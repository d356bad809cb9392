/**
 * A look at many candidates at once: k(X, x) of each, and L⁻¹ k(X, x) as far as the candidate is worth it.
 *
 * Axes: n observations, m candidates, F features.
 *
 * @module
 */
import { Memory } from "../gaussian-process/memory.ts";
import type { Counts } from "../plugin/space.ts";

/** What is known of the observations. */
export interface Observed {
  /** n. */
  readonly size: number;
  /** L, row by row.  [n (n + 1) / 2] */
  readonly rows: Float64Array;
  /** How often each observation has a feature.  [F][≥ n] */
  readonly columns: ReadonlyMap<number, Int32Array>;
  /** ‖x‖².  [≥ n] */
  readonly squares: Int32Array;
  /** exp(−d / ℓ) for whole d, as far as a candidate and an observation can be apart. */
  readonly near: Float64Array;
  /** λ. */
  readonly linear: number;
  /** What k(X, x) is multiplied with; 0 where there is none.  [≤ n] */
  readonly weights: Float64Array;
}

/** Candidates that are solved at once. */
const TOGETHER = 4;
const [FLOAT, INTEGER] = [Float64Array.BYTES_PER_ELEMENT, Int32Array.BYTES_PER_ELEMENT];

export class Look {
  readonly #observed: Observed;
  readonly #memory: Memory;
  // Addresses of arrays in it.
  readonly #rows: number;
  readonly #near: number;
  readonly #squares: number;
  readonly #weights: number;
  /** Of each candidate k(x, x), and then the variance that is left; k(X, x), and then L⁻¹ k(X, x).  [m][1 + n] */
  readonly #solved: number;
  /** X x  [n] */
  readonly #products: number;
  /** Zeros  [n] */
  readonly #nothing: number;
  /** Features that are more or fewer, or candidates that are solved. */
  readonly #list: number;
  /** X x of what candidates are near to  [n] each */
  readonly #productsOf = new Map<Counts, number>();
  /** The columns of features that were met  [n] each */
  readonly #columns = new Map<number, number>();

  /**
   * @param candidates  m
   * @param longest  features of a candidate, or of what one is near to, at most
   * @param nears  different ones that candidates are near to
   */
  constructor(observed: Observed, candidates: number, longest: number, nears: number) {
    const { size: n, rows, squares, near, weights, columns } = observed;
    const list = INTEGER * Math.max(candidates + TOGETHER, 4 * longest);
    const [floats, integers] = [FLOAT * n, INTEGER * n];
    const memory = new Memory([
      ...[rows.byteLength, near.byteLength, floats, FLOAT * candidates * (1 + n), list],
      ...Array.from({ length: 3 + nears + columns.size }, () => integers),
    ]);
    this.#observed = observed;
    this.#memory = memory;
    this.#rows = memory.laid(rows);
    this.#near = memory.laid(near);
    const padded = new Float64Array(n);
    padded.set(weights);
    this.#weights = memory.laid(padded);
    this.#solved = memory.room(FLOAT * candidates * (1 + n));
    this.#list = memory.room(list);
    this.#squares = memory.laid(squares.subarray(0, n));
    this.#products = memory.room(integers);
    this.#nothing = memory.laid(new Int32Array(n));
  }

  /**
   * Makes k(X, x) of candidate c, and k(x, x).
   *
   * @param near  counts that differ little from those of x, if there are any
   * @param square  ‖x‖²
   * @returns its product with the weights
   */
  kernels(c: number, counts: Counts, near: Counts | undefined, square: number): number {
    const { size: n, linear } = this.#observed;
    this.#combine(this.#products, near && this.#productsWith(near), near, counts);
    const into = this.#solved + (c * (1 + n) + 1) * FLOAT;
    this.#memory.floats[into / FLOAT - 1] = 1 + linear * square;
    return this.#memory.kernels.kernels(into, this.#products, n, square, this.#squares, this.#near, linear, this.#weights);
  }

  /**
   * Replaces entries of some columns by those of L⁻¹ k(X, x), those before them being so already.
   *
   * @param begin  the first entry
   * @param end  the entry to stop before
   */
  solve(some: readonly number[], begin: number, end: number): void {
    const { length } = some;
    if (length === 0) return;
    const { integers, kernels } = this.#memory;
    const { size: n } = this.#observed;
    // The last stands for those that are missing of four.
    const padded = Math.ceil(length / TOGETHER) * TOGETHER;
    for (let at = 0; at < padded; at++)
      integers[this.#list / INTEGER + at] = this.#solved + (some[Math.min(at, length - 1)]! * (1 + n) + 1) * FLOAT;
    kernels.solveLower(this.#rows, this.#list, padded, begin, end);
  }

  /** The variance of candidate c, given the observations by which it is solved. */
  variance(c: number): number {
    return Math.max(this.#memory.floats[this.#solved / FLOAT + c * (1 + this.#observed.size)]!, 0);
  }

  #productsWith(counts: Counts): number {
    let products = this.#productsOf.get(counts);
    if (products === undefined) {
      this.#productsOf.set(counts, (products = this.#memory.room(INTEGER * this.#observed.size)));
      this.#combine(products, undefined, undefined, counts);
    }
    return products;
  }

  /** Makes products with some counts of those with others.  @param into, products  addresses of X x  [n] */
  #combine(into: number, products = this.#nothing, from = NOTHING, to: Counts): void {
    const { integers, kernels } = this.#memory;
    const first = this.#list / INTEGER;
    let at = first;
    const add = (feature: number, times: number) => {
      if (times === 0) return;
      const column = this.#column(feature);
      if (column === undefined) return;
      integers[at++] = column;
      integers[at++] = times;
    };
    let j = 0;
    for (let i = 0; i < to.features.length; i++) {
      const feature = to.features[i]!;
      for (; from.features[j]! < feature; j++) add(from.features[j]!, -from.counts[j]!);
      add(feature, to.counts[i]! - (from.features[j] === feature ? from.counts[j++]! : 0));
    }
    for (; j < from.features.length; j++) add(from.features[j]!, -from.counts[j]!);
    kernels.combine(into, products, this.#list, (at - first) / 2, this.#observed.size);
  }

  /** Of what observations have of a feature; undefined where none has it. */
  #column(feature: number): number | undefined {
    const known = this.#columns.get(feature);
    if (known !== undefined) return known;
    const column = this.#observed.columns.get(feature);
    if (!column) return undefined;
    const address = this.#memory.laid(column.subarray(0, this.#observed.size));
    this.#columns.set(feature, address);
    return address;
  }
}

const NOTHING: Counts = { features: [], counts: [] };
