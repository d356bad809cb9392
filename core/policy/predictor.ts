/**
 * A predictor of what architectures are worth, for controllers that learn one from what was evaluated.
 *
 * @module
 */
import type { Architecture } from "../architecture.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import type { Rng } from "../rng.ts";

/** How a predictor learns. */
export interface Lesson {
  readonly epochs: number;
  /** Of Adam. */
  readonly learningRate: number;
}

/**
 * MLPs of one hidden layer on the one-hot rows of the components, which are never laid out.
 *
 * Axes: n architectures, L components, C operations, H units.
 */
export class Predictor {
  readonly #engine: Engine;
  readonly #length: number;
  readonly #operations: number;
  /** [L C, H], [1, H], [H, 1], [1, 1] */
  readonly #members: readonly { readonly weight: Tensor; readonly bias: Tensor; readonly out: Tensor; readonly outBias: Tensor }[];

  constructor(engine: Engine, rng: Rng, length: number, operations: number, hidden: number, members: number) {
    const uniform = (bound: number) => () => bound * (2 * rng.next() - 1);
    this.#engine = engine;
    this.#length = length;
    this.#operations = operations;
    this.#members = Array.from({ length: members }, () => ({
      weight: engine.parameter(length * operations, hidden, uniform(1 / Math.sqrt(length))),
      bias: engine.parameter(1, hidden, uniform(1 / Math.sqrt(length))),
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
    if (architectures.length === 0) return sums;
    const rows = this.#rows(architectures);
    this.#engine.begin();
    for (const m of this.#members.keys()) {
      for (const [i, value] of this.#engine.read(this.#predict(m, architectures.length, rows)).entries()) sums[i]! += value;
    }
    this.#engine.begin();
    return sums;
  }

  /** Rows of `weight` that the components read.  [n, L] */
  #rows(architectures: readonly Architecture[]): Int32Array {
    const rows = new Int32Array(architectures.length * this.#length);
    let i = 0;
    for (const architecture of architectures) for (let l = 0; l < this.#length; l++) rows[i++] = l * this.#operations + architecture[l]!;
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
