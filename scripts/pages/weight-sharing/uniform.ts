/**
 * How a method differs from drawing cells uniformly.
 *
 * @module
 */
import { randomStream } from "../../../core/random/rng.ts";

const DRAWS = 100_000;

/**
 * How likely the mean of so many uniformly drawn cells is at least as far out as one that was found: twice the smaller tail,
 * by simulation, so never below 2 / 100,001. It asks nothing of the distribution, which is skewed, and holds for few runs
 * and for such as all found the same cell.
 *
 * @param all  the accuracy of every cell
 * @param found  the mean over n runs, for each n that is asked for
 */
export function uniformP(all: readonly number[]): (found: number, n: number) => number {
  const means = new Map<number, Float64Array>();
  return (found, n) => {
    let drawn = means.get(n);
    if (!drawn) {
      const rng = randomStream(n, "/uniform");
      drawn = Float64Array.from({ length: DRAWS }, () => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += all[rng.below(all.length)]!;
        return sum / n;
      });
      means.set(n, drawn);
    }
    // Sums of the same cells in another order differ in their last bits.
    const slack = 1e-9 * Math.abs(found);
    let [below, above] = [1, 1];
    for (const mean of drawn) {
      if (mean <= found + slack) below++;
      if (mean >= found - slack) above++;
    }
    return Math.min(1, (2 * Math.min(below, above)) / (DRAWS + 1));
  };
}
