/** What a search has learned of architectures. @module */
import type { Encoded } from "../gaussian-process/kernels.ts";
import type { Counts, Space } from "../plugin/space.ts";
import type { Architecture } from "../space/architecture.ts";

/** Architectures as a model sees them, in the order in which they were evaluated, with their rewards. */
export class Observations {
  readonly encoded: Encoded[] = [];
  /** NaN where the evaluation failed. */
  readonly rewards: number[] = [];
  readonly #space: Space;
  readonly #featuresOf: (architecture: Architecture) => Counts;
  readonly #known = new Set<string>();
  #worst = Number.POSITIVE_INFINITY;

  constructor(space: Space, featuresOf: (architecture: Architecture) => Counts) {
    this.#space = space;
    this.#featuresOf = featuresOf;
  }

  get count(): number {
    return this.rewards.length;
  }

  encode(architecture: Architecture): Encoded {
    return { architecture, counts: this.#featuresOf(architecture) };
  }

  /** True of what was neither proposed nor evaluated. */
  isNew(architecture: Architecture): boolean {
    return !this.#known.has(this.#space.encode(architecture));
  }

  /** Marks what is proposed, so that it is not proposed again. */
  expect(architecture: Architecture): void {
    this.#known.add(this.#space.encode(architecture));
  }

  add(architecture: Architecture, reward: number): void {
    this.expect(architecture);
    this.encoded.push(this.encode(architecture));
    this.rewards.push(reward);
    if (reward < this.#worst) this.#worst = reward;
  }

  /** The reward that a model learns: of what failed the worst that is known. */
  lesson(i: number): number {
    const reward = this.rewards[i]!;
    return Number.isNaN(reward) ? this.#worst : reward;
  }
}
