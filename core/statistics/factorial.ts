/**
 * Main effects and interactions of factors, where each seed has a value for every combination of their levels.
 *
 * Axes: S seeds, C cells (the combinations of all levels, the last factor the fastest), K combinations of an effect's levels.
 *
 * @module
 */
import { randomStream } from "../random/rng.ts";
import { mean } from "./descriptive.ts";
import { resolutionOf } from "./paired-tests.ts";

/** The slot of the random stream, beside those of manifests. */
const STREAM = "/statistics/factorial";
/** Up to so many seeds all 2^(S − 1) ways to flip signs are gone through: fewer than are drawn beyond. */
const EXACT_UP_TO = 14;
/** How much larger a flipped sum must be to count as larger: by less it differs by rounding alone. */
const TOLERANCE = 1e-9;

/** What a factor, or several together, do to the values. */
export interface Effect {
  /** Places of its factors, ascending: one of a main effect, two of the interaction of two. */
  readonly factors: readonly number[];
  /**
   * By how much each combination of its levels lies above what the means of fewer factors add up to, seed by seed; of a main
   * effect, above the mean of all cells. In the unit of the values  [K][S], the last factor the fastest
   */
  readonly deviations: readonly (readonly number[])[];
  /** F of a repeated-measures analysis of variance: infinite if all seeds agree to the last digit, 0 if there is no effect at all. */
  readonly f: number;
  /** Of the effect, and of its interaction with the seed, which is its error. */
  readonly degreesOfFreedom: readonly [effect: number, error: number];
  /** The share of the effect in the sum of squares of itself and its error, from 0 to 1. */
  readonly partialEtaSquared: number;
  readonly p: number;
  /** Whether p is over all flips, or over a sample of them. */
  readonly method: "exact" | "sampled";
}

/**
 * Repeated-measures analysis of variance of a full factorial, each effect against its interaction with the seed
 * (statsmodels.stats.anova.AnovaRM), with p from sign flips instead of the F distribution: the share of the 2^S ways to
 * change the signs of whole seeds, each with all its deviations, that give an F at least as large.
 *
 * Seeds are independent, so under "the deviations of a seed are as likely as their opposites" this p is exact, for main
 * effects and interactions alike, without normality and without sphericity. With two levels it is Fisher's test of paired
 * differences (scipy.stats.permutation_test of `samples`), the unranked sibling of Wilcoxon's. It is no less than 2^(1 − S).
 * Above 14 seeds it is (1 + larger) / (1 + flips) over drawn flips (Phipson and Smyth 2010), from core/random/rng.ts by `seed`.
 *
 * Not by aligned ranks (Wobbrock et al. 2011): on skewed or discrete values these find effects that are not there (Tsandilas
 * and Casiez 2024), and scores below a ceiling are skewed.
 *
 * @param values  [S][C], finite
 * @param levels  how many each factor has, at least 2; their product is C
 * @param most  factors of an interaction
 * @returns main effects first, then interactions by the number of their factors; none for fewer than two seeds
 */
export function factorialEffects(
  values: readonly (readonly number[])[],
  levels: readonly number[],
  { most = 3, flips = 9_999, seed = 0 }: { readonly most?: number; readonly flips?: number; readonly seed?: number } = {},
): Effect[] {
  const seeds = values.length;
  if (seeds < 2) return [];
  const effects = levels
    .flatMap((_, i) => (i < most ? combinations(levels.length, i + 1) : []))
    .map((factors) => {
      const deviations = deviationsOf(values, levels, factors);
      return { factors, deviations, observed: squaredSums(deviations, new Int8Array(seeds).fill(1)), larger: 0 };
    });
  const exact = seeds <= EXACT_UP_TO;
  for (const signs of exact ? allSigns(seeds) : drawnSigns(seeds, flips, seed))
    for (const effect of effects) if (squaredSums(effect.deviations, signs) >= effect.observed * (1 - TOLERANCE)) effect.larger++;
  return effects.map(({ factors, deviations, observed, larger }) => {
    const freedom = factors.reduce((product, factor) => product * (levels[factor]! - 1), 1);
    const between = observed / seeds;
    const within = Math.max(0, deviations.flat().reduce((sum, value) => sum + value ** 2, 0) - between);
    return {
      ...{ factors, deviations },
      f: between === 0 ? 0 : ((seeds - 1) * between) / within,
      degreesOfFreedom: [freedom, freedom * (seeds - 1)],
      partialEtaSquared: between === 0 ? 0 : between / (between + within),
      p: exact ? larger / 2 ** (seeds - 1) : (1 + larger) / (1 + flips),
      method: exact ? "exact" : "sampled",
    };
  });
}

/** All ways to take so many of 0 … n − 1, each ascending. */
function combinations(n: number, size: number): number[][] {
  if (size === 0) return [[]];
  return combinations(n, size - 1).flatMap((some) =>
    Array.from({ length: n }, (_, i) => i)
      .slice((some.at(-1) ?? -1) + 1)
      .map((next) => [...some, next]),
  );
}

/** Σ over K of (Σ over S of the values with their signs)². F grows with it, as the sum of all squares has no signs. */
function squaredSums(deviations: readonly (readonly number[])[], signs: Int8Array): number {
  let squares = 0;
  for (const ofSeeds of deviations) {
    let sum = 0;
    for (let s = 0; s < ofSeeds.length; s++) sum += signs[s]! * ofSeeds[s]!;
    squares += sum * sum;
  }
  return squares;
}

/**
 * Means over the other factors, less those that fewer factors explain: for A and B, m_ab − m_a − m_b + m. Rounded to about a
 * billionth of the largest value, so that what is equal in decimals deviates by 0.
 */
function deviationsOf(values: readonly (readonly number[])[], levels: readonly number[], factors: readonly number[]): number[][] {
  const step = resolutionOf(values.flat());
  const inside = factors.flatMap((_, i) => combinations(factors.length, i)).concat([factors.map((_, i) => i)]);
  const parts = inside.map((places) => {
    const some = places.map((place) => factors[place]!);
    return { sign: (factors.length - some.length) % 2 === 0 ? 1 : -1, some, means: marginalMeans(values, levels, some) };
  });
  const cells = levels.reduce((product, n) => product * n, 1);
  const deviations: number[][] = [];
  for (let cell = 0; cell < cells; cell++) {
    const at = combinationOf(cell, levels, factors);
    deviations[at] ??= values.map((_, s) => {
      const sum = parts.reduce((sum, { sign, some, means }) => sum + sign * means[s]![combinationOf(cell, levels, some)]!, 0);
      return Math.round(sum / step) * step;
    });
  }
  return deviations;
}

/** The mean of each seed at each combination of some factors' levels  [S][K] */
export function marginalMeans(values: readonly (readonly number[])[], levels: readonly number[], factors: readonly number[]): number[][] {
  return values.map((ofSeed) => {
    const groups: number[][] = [];
    for (const [cell, value] of ofSeed.entries()) (groups[combinationOf(cell, levels, factors)] ??= []).push(value);
    return groups.map(mean);
  });
}

/** Which combination of some factors' levels a cell has. */
function combinationOf(cell: number, levels: readonly number[], factors: readonly number[]): number {
  const level: number[] = [];
  for (let factor = levels.length - 1, rest = cell; factor >= 0; factor--) {
    level[factor] = rest % levels[factor]!;
    rest = Math.floor(rest / levels[factor]!);
  }
  return factors.reduce((at, factor) => at * levels[factor]! + level[factor]!, 0);
}

/** Half of all signs of n seeds: the others are their opposites, whose sums have the same squares. */
function* allSigns(n: number): Generator<Int8Array> {
  const signs = new Int8Array(n);
  for (let bits = 0; bits < 2 ** (n - 1); bits++) {
    for (let s = 0; s < n; s++) signs[s] = (bits >> s) & 1 ? -1 : 1;
    yield signs;
  }
}

function* drawnSigns(n: number, flips: number, seed: number): Generator<Int8Array> {
  const rng = randomStream(seed, STREAM);
  const signs = new Int8Array(n);
  for (let flip = 0; flip < flips; flip++) {
    for (let s = 0; s < n; s++) signs[s] = rng.below(2) === 0 ? 1 : -1;
    yield signs;
  }
}
