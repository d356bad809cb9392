/**
 * The model of a subspace, made for many candidates at once: the same Gaussian process as core/gaussian-process, with
 * kernels from columns of counts, and with only as much arithmetic as a candidate is worth.
 *
 * Axes: n observations, F features.
 *
 * @module
 */
import { exponential } from "../engine/exact-math.ts";
import { Cholesky } from "../gaussian-process/cholesky.ts";
import { RandomFunctions, valueAt } from "../gaussian-process/random-functions.ts";
import type { Counts } from "../plugin/space.ts";
import type { Rng } from "../random/rng.ts";
import { type AcquisitionFunction, type AcquisitionOptions, EXPECTED_IMPROVEMENT, promiseOf } from "./acquisition.ts";
import type { Hyperparameters } from "./model.ts";

/** A candidate and what the model promises of it. */
export interface Promising<X> {
  readonly candidate: X;
  readonly promise: number;
}

/** Rows of L by which the variance of a candidate is bounded first; then twice as many, and so on. */
const FIRST_ROWS = 32;
/** Candidates that are looked at further together. */
const TOGETHER = 16;

export class LocalModel {
  /** Observations that there is room for. */
  #capacity = 256;
  readonly #noise: number;
  /** Weight of the linear part of k. */
  readonly #linear: number;
  /** ℓ. */
  readonly #scale: number;
  /** exp(−d / ℓ) for whole d. */
  #near = new Float64Array();
  /** How often each observation has a feature.  [F][n] */
  readonly #columns = new Map<number, Float64Array>();
  readonly #places: Counts[] = [];
  /** ‖x‖².  [n] */
  #squares = new Float64Array(this.#capacity);
  readonly #factor = new Cholesky(this.#capacity);
  /** K⁻¹ y.  [n] */
  #weights = new Float64Array();
  #best = 0;
  readonly #promise: AcquisitionFunction;
  /** Where a function is drawn. */
  readonly #functions?: RandomFunctions;
  /** Their waves at each place, once they were asked for.  [≤ n][D] */
  readonly #waves: Float64Array[] = [];
  /** Its w.  [D] */
  #drawn: Float64Array = new Float64Array();
  /** K⁻¹ (y − f(X) − ε) of it, of what was observed when it was drawn.  [≤ n] */
  #correction = new Float64Array();
  /** X x of what the candidates that are looked at are near to, [n] each. */
  readonly #products = new Map<Counts, Float64Array>();

  /** @param rng  by which functions are drawn, for Thompson sampling */
  constructor({ scale, noise, linear }: Hyperparameters, extent: number, options: AcquisitionOptions = EXPECTED_IMPROVEMENT, rng?: Rng) {
    this.#noise = noise;
    this.#scale = scale * extent;
    this.#linear = linear / extent;
    this.#promise = promiseOf(options);
    if (options.acquisition === "thompson") this.#functions = new RandomFunctions(this.#scale, rng!);
  }

  /** n. */
  get size(): number {
    return this.#places.length;
  }

  /** Adds places; n² / 2 multiply-adds each. */
  observe(places: readonly Counts[]): void {
    const begin = this.size;
    this.#factor.append(places.length, (row, n) => {
      const place = places[n - begin]!;
      const square = squareOf(place);
      this.#kernels(place, square, row.subarray(0, n));
      row[n] = 1 + this.#linear * square + this.#noise;
      this.#remember(place, square);
    });
  }

  #remember(place: Counts, square: number): void {
    const n = this.size;
    if (n === this.#capacity) this.#grow();
    for (const [f, feature] of place.features.entries()) {
      let counts = this.#columns.get(feature);
      if (!counts) this.#columns.set(feature, (counts = new Float64Array(this.#capacity)));
      counts[n] = place.counts[f]!;
    }
    this.#squares[n] = square;
    this.#places.push(place);
  }

  /** Leaves the first places only. */
  truncate(size: number): void {
    for (let i = size; i < this.size; i++) for (const feature of this.#places[i]!.features) this.#columns.get(feature)![i] = 0;
    this.#places.length = size;
    this.#waves.length = Math.min(this.#waves.length, size);
    this.#factor.truncate(size);
  }

  /**
   * Sets y, the values at all places. What is to be improved on is the best that is believed of a place,
   * which where there is noise is less than the best value: K K⁻¹ y − σ² K⁻¹ y.
   *
   * @param targets  [n]
   */
  setTargets(targets: readonly number[]): void {
    const weights = Float64Array.from(targets);
    this.#factor.solveLower(weights);
    this.#factor.solveUpper(weights);
    this.#weights = weights;
    this.#best = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < weights.length; i++) this.#best = Math.max(this.#best, targets[i]! - this.#noise * weights[i]!);
  }

  /** Draws a function that fits the targets, if the model promises by one; it stays until another is drawn. */
  draw(targets: readonly number[]): void {
    if (!this.#functions) return;
    for (let i = this.#waves.length; i < this.size; i++) this.#waves.push(this.#functions.waves(this.#places[i]!));
    const deviation = Math.sqrt(this.#noise);
    this.#drawn = this.#functions.draw();
    this.#correction = Float64Array.from(
      targets,
      (target, i) => target - valueAt(this.#waves[i]!, this.#drawn) - deviation * this.#functions!.noise(),
    );
    this.#factor.solveLower(this.#correction);
    this.#factor.solveUpper(this.#correction);
  }

  /** The mean at a place, or what the function that was drawn says there. @param kernels  k(X, x)  [n] */
  #value(kernels: Float64Array, place: Counts): number {
    if (!this.#functions) return dot(kernels, this.#weights);
    return valueAt(this.#functions.waves(place), this.#drawn) + dot(this.#correction, kernels);
  }

  /** What is believed of a place. */
  mean(place: Counts): number {
    const kernels = new Float64Array(this.size);
    this.#kernels(place, squareOf(place), kernels);
    return dot(kernels, this.#weights);
  }

  /** What it promises of a place. */
  promise(place: Counts): number {
    const v = new Float64Array(this.size);
    const square = squareOf(place);
    this.#kernels(place, square, v);
    const value = this.#value(v, place);
    this.#factor.solveLower(v);
    return this.#promise(value, Math.max(1 + this.#linear * square - dot(v, v), 0), this.#best);
  }

  /**
   * The candidates of which it promises most, the most promising first. The variance given all rows of L is less than
   * that given some of them; a candidate that promises too little even with that is not looked at further.
   */
  mostPromising<X extends { readonly counts: Counts; readonly near?: Counts | undefined }>(
    candidates: readonly X[],
    count: number,
    floor = Number.NEGATIVE_INFINITY,
  ): Promising<X>[] {
    const n = this.size;
    const columns = this.#factor.columns(candidates.length);
    const squares = Float64Array.from(candidates, ({ counts }) => squareOf(counts));
    const variances = squares.map((square) => 1 + this.#linear * square);
    const means = new Float64Array(candidates.length);
    this.#products.clear();
    for (const [c, { counts, near }] of candidates.entries()) {
      const kernels = columns.column(c);
      this.#kernels(counts, squares[c]!, kernels, near);
      means[c] = this.#value(kernels, counts);
    }
    /** What they promise at most. */
    const bounds = new Float64Array(candidates.length);
    const look = (some: readonly number[], begin: number, end: number) => {
      columns.solveLower(some, begin, end);
      for (const c of some) {
        const v = columns.column(c);
        let variance = variances[c]!;
        for (let i = begin; i < end; i++) variance -= v[i]! * v[i]!;
        variances[c] = variance;
        bounds[c] = this.#promise(means[c]!, Math.max(variance, 0), this.#best);
      }
    };
    const order = [...candidates.keys()];
    const first = Math.min(FIRST_ROWS, n);
    look(order, 0, first);
    order.sort((a, b) => bounds[b]! - bounds[a]! || a - b);
    const kept: Promising<X>[] = [];
    for (let at = 0; at < order.length; at += TOGETHER) {
      const least = Math.max(kept[count - 1]?.promise ?? Number.NEGATIVE_INFINITY, floor);
      let left = order.slice(at, at + TOGETHER).filter((c) => bounds[c]! > least);
      if (left.length === 0) break;
      for (let begin = first; begin < n && left.length > 0; begin *= 2) {
        look(left, begin, Math.min(2 * begin, n));
        left = left.filter((c) => bounds[c]! > least);
      }
      for (const c of left) {
        const promise = bounds[c]!;
        const place = kept.findIndex((other) => other.promise < promise);
        kept.splice(place < 0 ? kept.length : place, 0, { candidate: candidates[c]!, promise });
        if (kept.length > count) kept.pop();
      }
    }
    return kept;
  }

  /** k(X, x).  @param near  counts that differ little from those of x, if there are any  @param into  [n] */
  #kernels(counts: Counts, square: number, into: Float64Array, near?: Counts): void {
    const n = into.length;
    if (near) {
      let products = this.#products.get(near);
      if (!products) {
        this.#products.set(near, (products = new Float64Array(n)));
        this.#add(NOTHING, near, products);
      }
      into.set(products);
      this.#add(near, counts, into);
    } else {
      into.fill(0);
      this.#add(NOTHING, counts, into);
    }
    const squares = this.#squares;
    for (let i = 0; i < n; i++) {
      const product = into[i]!;
      const distance = square + squares[i]! - 2 * product;
      if (distance >= this.#near.length) this.#extend(distance);
      into[i] = this.#near[distance]! + this.#linear * product;
    }
  }

  /** Makes products with some counts those with others.  @param products  X x  [n] */
  #add(from: Counts, to: Counts, products: Float64Array): void {
    let j = 0;
    for (let i = 0; i < to.features.length; i++) {
      const feature = to.features[i]!;
      for (; from.features[j]! < feature; j++) this.#addColumn(from.features[j]!, -from.counts[j]!, products);
      let times = to.counts[i]!;
      if (from.features[j] === feature) times -= from.counts[j++]!;
      if (times !== 0) this.#addColumn(feature, times, products);
    }
    for (; j < from.features.length; j++) this.#addColumn(from.features[j]!, -from.counts[j]!, products);
  }

  #addColumn(feature: number, times: number, products: Float64Array): void {
    const column = this.#columns.get(feature);
    if (!column) return;
    for (let i = 0; i < products.length; i++) products[i]! += times * column[i]!;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#squares = enlarged(this.#squares, this.#capacity);
    for (const [feature, counts] of this.#columns) this.#columns.set(feature, enlarged(counts, this.#capacity));
  }

  #extend(distance: number): void {
    this.#near = Float64Array.from({ length: 2 * (distance + 1) }, (_, d) => exponential(-d / this.#scale));
  }
}

const NOTHING: Counts = { features: [], counts: [] };

function squareOf({ counts }: Counts): number {
  let sum = 0;
  for (let f = 0; f < counts.length; f++) sum += counts[f]! * counts[f]!;
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function enlarged(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}
