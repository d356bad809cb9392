/**
 * When a search ends because the curvature of its loss grows, and with which architecture.
 *
 * Zela et al. 2020, "Understanding and Robustifying Differentiable Architecture Search", arXiv:1909.09656, Section 4.3, and
 * the authors' code:
 *
 *   end where  mean of the last 5 curvatures / mean of the 5 that ended 4 checks earlier  >  limit
 *   return to the check in the middle of the earlier 5, which is 2 + 4 checks ago; not to one after less than 11 epochs
 *
 * @module
 */
import { mean } from "../../statistics/descriptive.ts";
import type { Mixture } from "../../training/weight-sharing.ts";

const WINDOW = 5;
const EARLIER = 4;
/** The first that a search returns to, the first of all being 1: epoch 10 of the authors, who count from 0. */
const FIRST_EPOCH = 11;

interface Check {
  readonly epoch: number;
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

  constructor(limit: number, sizes: readonly number[]) {
    this.#limit = limit;
    this.#sizes = sizes;
  }

  /** What the search returns to, where it has ended. */
  get settled(): Mixture | undefined {
    if (this.#checks.length < WINDOW + EARLIER) return undefined;
    const { epoch, probabilities } = this.#checks[(WINDOW - 1) / 2]!;
    const curvatures = this.#checks.map(({ curvature }) => curvature);
    const growth = mean(curvatures.slice(EARLIER)) / mean(curvatures.slice(0, WINDOW));
    return epoch >= FIRST_EPOCH && growth > this.#limit ? probabilities : undefined;
  }

  /** @returns whether the search ends */
  check(check: Check): boolean {
    this.#checks = [...this.#checks, check].slice(-WINDOW - EARLIER);
    return this.settled !== undefined;
  }

  save(): number[] {
    return this.#checks.flatMap(({ epoch, curvature, probabilities }) => [epoch, curvature, ...probabilities.flat()]);
  }

  restore(saved: readonly number[]): void {
    this.#checks = [];
    for (let at = 0; at < saved.length; ) {
      const [epoch, curvature] = [saved[at++]!, saved[at++]!];
      const probabilities = this.#sizes.map((size) => saved.slice(at, (at += size)));
      this.#checks.push({ epoch, curvature, probabilities });
    }
  }
}
