/**
 * A predictor of what architectures are worth, for controllers that learn one from what was evaluated.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Space } from "../plugin/space.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import { OneHot } from "../space/choices.ts";
import { averageRanks } from "../statistics/ranks.ts";

/** What a predictor sees of an architecture: which of F features it has. */
export interface Encoding {
  /** F. */
  readonly features: number;
  /** How many of them each architecture has. */
  readonly each: number;
  /** Their numbers. */
  of(architecture: Architecture): readonly number[];
}

/** A feature for each choice of each component, its absence among them. */
export function componentEncoding(space: Pick<Space, "length" | "choices">): Encoding {
  const oneHot = new OneHot(space);
  return { features: oneHot.width, each: space.length, of: (architecture) => oneHot.ones(architecture) };
}

/** A feature for each path, and one that stands for each path less than the most. */
export function pathEncoding(paths: NonNullable<Space["paths"]>): Encoding {
  const { count, most } = paths;
  return {
    features: count + 1,
    each: most,
    of(architecture) {
      const own = paths.of(architecture);
      return Array.from({ length: most }, (_, i) => own[i] ?? count);
    },
  };
}

/** Targets for a predictor: the share of the other values that is smaller, equals counted half; 0.5 for a single one. */
export function rankShares(values: readonly number[]): number[] {
  if (values.length === 1) return [0.5];
  return averageRanks(values).map((rank) => (rank - 1) / (values.length - 1));
}

/** How a predictor learns. */
export interface Lesson {
  readonly epochs: number;
  /** Of Adam. */
  readonly learningRate: number;
}

/**
 * MLPs of one hidden layer on the features of architectures, whose rows of zeros and ones are never laid out.
 *
 * Axes: n architectures, F features, H units.
 */
export class Predictor {
  readonly #engine: Engine;
  readonly #encoding: Encoding;
  /** [F, H], [1, H], [H, 1], [1, 1] */
  readonly #members: readonly { readonly weight: Tensor; readonly bias: Tensor; readonly out: Tensor; readonly outBias: Tensor }[];

  constructor(engine: Engine, rng: Rng, encoding: Encoding, hidden: number, members: number) {
    const uniform = (bound: number) => () => bound * (2 * rng.next() - 1);
    this.#engine = engine;
    this.#encoding = encoding;
    this.#members = Array.from({ length: members }, () => ({
      weight: engine.parameter(encoding.features, hidden, uniform(1 / Math.sqrt(encoding.each))),
      bias: engine.parameter(1, hidden, uniform(1 / Math.sqrt(encoding.each))),
      out: engine.parameter(hidden, 1, uniform(1 / Math.sqrt(hidden))),
      outBias: engine.parameter(1, 1, () => 0.5),
    }));
  }

  /** Steps of Adam towards the targets, all in each; every member leaves out a part of its own, where there are several. */
  fit(architectures: readonly Architecture[], targets: readonly number[], { epochs, learningRate }: Lesson): void {
    const all = [...targets.keys()];
    const lessons = this.#members.map((_, m) => {
      const kept = all.filter((i) => i % this.#members.length !== m);
      const share = kept.length > 0 ? kept : all;
      return { rows: this.#rows(share.map((i) => architectures[i]!)), targets: share.map((i) => targets[i]!) };
    });
    for (let epoch = 0; epoch < epochs; epoch++) {
      this.#engine.begin();
      for (const [m, { rows, targets }] of lessons.entries()) this.#engine.squaredError(this.#predict(m, targets.length, rows), targets);
      this.#engine.backward();
      this.#engine.adam({ learningRate });
    }
  }

  /** The sum over the members, each near the target that the architecture would have. */
  predict(architectures: readonly Architecture[]): number[] {
    const sums = architectures.map(() => 0);
    for (const values of this.predictions(architectures)) for (const [i, value] of values.entries()) sums[i]! += value;
    return sums;
  }

  /** What each member says.  [members][n] */
  predictions(architectures: readonly Architecture[]): (Float32Array | Float64Array)[] {
    if (architectures.length === 0) return this.#members.map(() => new Float32Array());
    const rows = this.#rows(architectures);
    this.#engine.begin();
    const found = this.#members.map((_, m) => this.#engine.read(this.#predict(m, architectures.length, rows)));
    this.#engine.begin();
    return found;
  }

  /** Rows of `weight` that the features read.  [n, each] */
  #rows(architectures: readonly Architecture[]): Int32Array {
    const rows = new Int32Array(architectures.length * this.#encoding.each);
    let i = 0;
    for (const architecture of architectures) for (const feature of this.#encoding.of(architecture)) rows[i++] = feature;
    return rows;
  }

  /** [n, 1] */
  #predict(member: number, n: number, rows: Int32Array): Tensor {
    const { weight, bias, out, outBias } = this.#members[member]!;
    const sum = this.#engine.gather(n, [
      { from: weight, rows },
      { from: bias, rows: new Int32Array(n) },
    ]);
    return this.#engine.linear([[this.#engine.relu(sum), out]], outBias);
  }
}
