/**
 * The upper confidence bound that leads down a search tree:
 *   x̄ + 2c √(2 ln N / n)
 *
 * Auer et al. 2002, "Finite-time Analysis of the Multiarmed Bandit Problem"; Kocsis and Szepesvári 2006,
 * "Bandit based Monte-Carlo Planning". This form, with its two factors of 2, is that of AlphaX and LaNAS.
 *
 * @module
 */
import { logarithm } from "../engine/exact-math.ts";

/** What came of the queries that passed through a node. */
export interface Visits {
  /** n */
  readonly count: number;
  /** x̄ */
  readonly mean: number;
}

/** The same after one more. */
export function visited(visits: Visits | undefined, reward: number): Visits {
  const { count, mean } = visits ?? { count: 0, mean: 0 };
  return { count: count + 1, mean: mean + (reward - mean) / (count + 1) };
}

/**
 * What a child may be worth at most: its mean, and the more the less often it was visited.
 * @param c  the weight of exploration, in the unit of the rewards
 */
export function upperBound(c: number, parent: Visits, child: Visits): number {
  return child.mean + 2 * c * Math.sqrt((2 * logarithm(parent.count)) / child.count);
}
