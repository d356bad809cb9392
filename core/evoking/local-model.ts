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
import { Look } from "./look.ts";
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
  readonly #columns = new Map<number, Int32Array>();
  /** The column of a feature that no observation has. */
  #absent = new Int32Array(this.#capacity);
  readonly #places: Counts[] = [];
  /** ‖x‖².  [n] */
  #squares = new Int32Array(this.#capacity);
  readonly #factor = new Cholesky(this.#capacity);
  /** L⁻¹ y.  [n] */
  #solved = new Float64Array();
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
  /** ‖x‖² of a place at most. */
  #greatest = 0;

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
      if (!counts) this.#columns.set(feature, (counts = new Int32Array(this.#capacity)));
      counts[n] = place.counts[f]!;
    }
    this.#squares[n] = square;
    this.#greatest = Math.max(this.#greatest, square);
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
    this.#solved = Float64Array.from(targets);
    this.#factor.solveLower(this.#solved);
    this.#learnTargets(targets);
  }

  /** Adds a place as if what is believed of it were its value, which is added to the targets. */
  believe(place: Counts, targets: number[]): void {
    const n = this.size;
    targets.push(this.mean(place));
    this.observe([place]);
    const solved = Float64Array.from(targets);
    solved.set(this.#solved);
    this.#factor.solveLower(solved, n);
    this.#solved = solved;
    this.#learnTargets(targets);
  }

  #learnTargets(targets: readonly number[]): void {
    const weights = this.#solved.slice();
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

  /** What the function that was drawn says at a place beyond what follows from its weights; 0 where none is drawn. */
  #prior(place: Counts): number {
    return this.#functions ? valueAt(this.#functions.waves(place), this.#drawn) : 0;
  }

  /**
   * By which k(X, x) gives the mean at a place, or what the function that was drawn says there beyond its waves; what came
   * after it was drawn has no part in it.  [≤ n]
   */
  get #leading(): Float64Array {
    return this.#functions ? this.#correction : this.#weights;
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
    const value = this.#prior(place) + dot(this.#leading, v);
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
    const squares = Int32Array.from(candidates, ({ counts }) => squareOf(counts));
    const look = this.#look(candidates, squares);
    const means = Float64Array.from(candidates, ({ counts, near }, c) => this.#prior(counts) + look.kernels(c, counts, near, squares[c]!));
    /** What they promise at most. */
    const bounds = new Float64Array(candidates.length);
    const bound = (some: readonly number[], begin: number, end: number) => {
      look.solve(some, begin, end);
      for (const c of some) bounds[c] = this.#promise(means[c]!, look.variance(c), this.#best);
    };
    const order = [...candidates.keys()];
    const first = Math.min(FIRST_ROWS, n);
    bound(order, 0, first);
    order.sort((a, b) => bounds[b]! - bounds[a]! || a - b);
    const kept: Promising<X>[] = [];
    for (let at = 0; at < order.length; at += TOGETHER) {
      const least = Math.max(kept[count - 1]?.promise ?? Number.NEGATIVE_INFINITY, floor);
      let left = order.slice(at, at + TOGETHER).filter((c) => bounds[c]! > least);
      if (left.length === 0) break;
      for (let begin = first; begin < n && left.length > 0; begin *= 2) {
        bound(left, begin, Math.min(2 * begin, n));
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

  #look(candidates: readonly { readonly counts: Counts; readonly near?: Counts | undefined }[], squares: Int32Array): Look {
    // x · y ≥ 0, so ‖x − y‖² ≤ ‖x‖² + ‖y‖².
    this.#extend(this.#greatest + squares.reduce((most, square) => Math.max(most, square), 0));
    const nears = new Set<Counts>();
    let longest = 0;
    for (const { counts, near } of candidates) {
      longest = Math.max(longest, counts.features.length);
      if (near) nears.add(near);
    }
    for (const { features } of nears) longest = Math.max(longest, features.length);
    const observed = {
      ...{ size: this.size, rows: this.#factor.rows(), columns: this.#columns, squares: this.#squares },
      ...{ near: this.#near, linear: this.#linear, weights: this.#leading },
    };
    return new Look(observed, candidates.length, longest, nears.size);
  }

  /** k(X, x).  @param into  [n] */
  #kernels({ features, counts }: Counts, square: number, into: Float64Array): void {
    const n = into.length;
    const products = new Int32Array(n);
    const column = (f: number) => this.#columns.get(features[f]!) ?? this.#absent;
    // Three columns at a time, since each pass reads and writes all products.
    for (let f = 0; f < features.length; f += 3) {
      const [a, b, c] = [column(f), column(f + 1), column(f + 2)];
      const [x, y, z] = [counts[f]!, counts[f + 1] ?? 0, counts[f + 2] ?? 0];
      for (let i = 0; i < n; i++) products[i]! += Math.imul(x, a[i]!) + Math.imul(y, b[i]!) + Math.imul(z, c[i]!);
    }
    this.#extend(this.#greatest + square);
    const [squares, near, weight] = [this.#squares, this.#near, this.#linear];
    for (let i = 0; i < n; i++) {
      const product = products[i]!;
      into[i] = near[square + squares[i]! - 2 * product]! + weight * product;
    }
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#squares = enlarged(this.#squares, this.#capacity);
    this.#absent = new Int32Array(this.#capacity);
    for (const [feature, counts] of this.#columns) this.#columns.set(feature, enlarged(counts, this.#capacity));
  }

  /** Knows exp(−d / ℓ) up to a distance. */
  #extend(distance: number): void {
    if (distance < this.#near.length) return;
    this.#near = Float64Array.from({ length: 2 * (distance + 1) }, (_, d) => exponential(-d / this.#scale));
  }
}

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

function enlarged(values: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(values);
  return larger;
}
