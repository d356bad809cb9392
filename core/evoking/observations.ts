/** What a search has learned of architectures. @module */
import type { Encoded } from "../gaussian-process/kernels.ts";
import type { Counts } from "../plugin/space.ts";
import type { Architecture } from "../space/architecture.ts";

/** Architectures as a model sees them, in the order in which they were evaluated, with their rewards. */
export class Observations {
  readonly encoded: Encoded[] = [];
  /** NaN where the evaluation failed. Promotions change them (core/evoking/promotions.ts). */
  readonly rewards: number[] = [];
  readonly #featuresOf: (architecture: Architecture) => Counts;
  /** The number of each that was proposed or evaluated, by key; undefined where it is not evaluated yet. */
  readonly #known = new Map<string, number | undefined>();
  /** What was proposed and is not evaluated yet, by key, the first proposed first. */
  readonly #pending = new Map<string, Encoded>();
  #worst = Number.POSITIVE_INFINITY;

  constructor(featuresOf: (architecture: Architecture) => Counts) {
    this.#featuresOf = featuresOf;
  }

  get count(): number {
    return this.rewards.length;
  }

  /** What is under way. */
  get pending(): readonly Encoded[] {
    return [...this.#pending.values()];
  }

  readonly encode = (architecture: Architecture): Encoded => ({ architecture, counts: this.#featuresOf(architecture) });

  /** True of what was neither proposed nor evaluated. */
  isNew(architecture: Architecture, key = keyOf(architecture)): boolean {
    return !this.#known.has(key);
  }

  /** Its number, if it was evaluated. */
  numberOf(architecture: Architecture): number | undefined {
    return this.#known.get(keyOf(architecture));
  }

  /** Marks what is proposed, so that it is not proposed again. */
  expect(encoded: Encoded): void {
    const key = keyOf(encoded.architecture);
    this.#known.set(key, undefined);
    this.#pending.set(key, encoded);
  }

  /** Takes back what was proposed and is not going to be evaluated. */
  withdraw(architecture: Architecture): void {
    this.#pending.delete(keyOf(architecture));
  }

  add(architecture: Architecture, reward: number): void {
    const key = keyOf(architecture);
    this.#pending.delete(key);
    this.#known.set(key, this.count);
    this.encoded.push(this.encode(architecture));
    this.rewards.push(reward);
    if (reward < this.#worst) this.#worst = reward;
  }

  /** The reward that a model learns: of what failed the worst that is known, or 0 where all have failed. */
  readonly lesson = (i: number): number => {
    const reward = this.rewards[i]!;
    if (!Number.isNaN(reward)) return reward;
    return Number.isFinite(this.#worst) ? this.#worst : 0;
  };

  /** All of them, in order. */
  readonly lessons = (): number[] => this.rewards.map((_, i) => this.lesson(i));
}

/** One text for each architecture. */
export const keyOf = (architecture: Architecture) => String.fromCharCode(...architecture);

/** Where a reward belongs among some that are ranked, the best first: behind its equals. */
export function placeAmong(ranked: readonly number[], rewardOf: (one: number) => number, reward: number): number {
  let [low, high] = [0, ranked.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rewardOf(ranked[middle]!) < reward) high = middle;
    else low = middle + 1;
  }
  return low;
}
