/**
 * A predictor of what architectures are worth, for controllers that learn one from what was evaluated.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import { type Encoding, type Ones, onesOf } from "../space/encoding.ts";
import { averageRanks } from "../statistics/ranks.ts";

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
  readonly #members: readonly { weight: Tensor; readonly bias: Tensor; readonly out: Tensor; readonly outBias: Tensor }[];
  /** A first weight for a feature. */
  readonly #drawn: () => number;

  constructor(engine: Engine, rng: Rng, encoding: Encoding, hidden: number, members: number) {
    const uniform = (bound: number) => () => bound * (2 * rng.next() - 1);
    this.#engine = engine;
    this.#encoding = encoding;
    this.#drawn = uniform(1 / Math.sqrt(encoding.each));
    this.#members = Array.from({ length: members }, () => ({
      weight: engine.parameter(encoding.features, hidden, this.#drawn),
      bias: engine.parameter(1, hidden, this.#drawn),
      out: engine.parameter(hidden, 1, uniform(1 / Math.sqrt(hidden))),
      outBias: engine.parameter(1, 1, () => 0.5),
    }));
  }

  /** Steps of Adam towards the targets, all in each; every member leaves out a part of its own, where there are several. */
  fit(architectures: readonly Architecture[], targets: readonly number[], { epochs, learningRate }: Lesson): void {
    this.#encoding.learn(architectures);
    this.#makeRoom();
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

  /** Gives each feature its weights: those that it has, or first ones. */
  #makeRoom(): void {
    const { features } = this.#encoding;
    for (const member of this.#members) {
      const { rows, cols } = member.weight;
      if (rows >= features) continue;
      const learned = this.#engine.read(member.weight);
      this.#engine.begin();
      member.weight = this.#engine.parameter(Math.max(features, 2 * rows), cols, this.#drawn);
      const all = this.#engine.read(member.weight);
      all.set(learned);
      this.#engine.write(member.weight, all);
    }
  }

  /** Rows of `weight` that the features read. */
  #rows(architectures: readonly Architecture[]): Ones {
    return onesOf(architectures.map((architecture) => this.#encoding.of(architecture)));
  }

  /** [n, 1] */
  #predict(member: number, n: number, features: Ones): Tensor {
    const { weight, bias, out, outBias } = this.#members[member]!;
    const sum = this.#engine.gather(n, [
      { from: weight, ...features },
      { from: bias, rows: new Int32Array(n) },
    ]);
    return this.#engine.linear([[this.#engine.relu(sum), out]], outBias);
  }
}
