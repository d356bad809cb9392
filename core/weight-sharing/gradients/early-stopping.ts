/**
 * When a search ends because the curvature of its loss grows, and with which architecture.
 *
 * Zela et al. 2020, "Understanding and Robustifying Differentiable Architecture Search", arXiv:1909.09656, Section 4.3, and
 * the authors' code:
 *
 *   end where  mean of the last 5 curvatures / mean of the 5 that ended 4 checks earlier  >  limit, from epoch 10 on
 *   return to the check in the middle of the earlier 5, which is 2 + 4 checks ago
 *
 * @module
 */
import type { Mixture } from "../../training/weight-sharing.ts";

const WINDOW = 5;
const EARLIER = 4;
const FIRST_EPOCH = 10;

interface Check {
  readonly curvature: number;
  /** [edges][operations] */
  readonly probabilities: Mixture;
}

export class EarlyStopping {
  readonly #limit: number;
  /** Operations of each edge. */
  readonly #sizes: readonly number[];
  /** The last ones, as many as a decision looks at. */
  #checks: Check[] = [];
  #epoch = 0;

  constructor(limit: number, sizes: readonly number[]) {
    this.#limit = limit;
    this.#sizes = sizes;
  }

  /** What the search returns to, where it has ended. */
  get settled(): Mixture | undefined {
    if (this.#epoch < FIRST_EPOCH || this.#checks.length < WINDOW + EARLIER) return undefined;
    const mean = (some: readonly Check[]) => some.reduce((sum, { curvature }) => sum + curvature, 0) / WINDOW;
    const growth = mean(this.#checks.slice(EARLIER)) / mean(this.#checks.slice(0, WINDOW));
    return growth > this.#limit ? this.#checks[(WINDOW - 1) / 2]!.probabilities : undefined;
  }

  /** @returns whether the search ends */
  check(epoch: number, check: Check): boolean {
    this.#epoch = epoch;
    this.#checks = [...this.#checks, check].slice(-WINDOW - EARLIER);
    return this.settled !== undefined;
  }

  save(): number[] {
    return [this.#epoch, ...this.#checks.flatMap(({ curvature, probabilities }) => [curvature, ...probabilities.flat()])];
  }

  restore([epoch, ...rest]: readonly number[]): void {
    this.#epoch = epoch!;
    this.#checks = [];
    for (let at = 0; at < rest.length; ) {
      const curvature = rest[at++]!;
      const probabilities = this.#sizes.map((size) => rest.slice(at, (at += size)));
      this.#checks.push({ curvature, probabilities });
    }
  }
}
