/**
 * The model of a subspace: a Gaussian process on what architectures compute, learned from what was observed there.
 *
 *   k(α, β) = (1 − w) exp(−‖x_α − x_β‖² / ℓ) + w exp(−h / ℓ′) + λ x_α · x_β
 *
 * with x the counts of features, and h the components in which α and β differ. ℓ is a multiple of the median squared
 * distance between random architectures, and λ is in its reciprocal; multiple, λ and noise are those under which the
 * observations are most likely. Where w is 0, architectures that compute the same are one to the model.
 *
 * @module
 */
import { exponential, logarithm } from "../engine/exact-math.ts";
import { Cholesky } from "../gaussian-process/cholesky.ts";
import type { Kernel } from "../gaussian-process/gaussian-process.ts";
import {
  type Encoded,
  exponentialOfDifferences,
  exponentialOfDistance,
  innerProducts,
  linear,
  squaredDistance,
  weightedSum,
} from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import { differing } from "../space/architecture.ts";
import { quantile } from "../statistics/descriptive.ts";

/** What can be chosen by likelihood. */
export interface Hyperparameters {
  /** ℓ, in median squared distances. */
  readonly scale: number;
  /** σ². */
  readonly noise: number;
  /** λ, in reciprocals of the median squared distance. */
  readonly linear: number;
  /** w is 0 if left out. */
  readonly choices?: ChoicesKernel | undefined;
}

/** How alike architectures are by their choices. */
export interface ChoicesKernel {
  /** w, more than 0. */
  readonly share: number;
  /** ℓ′, in components. */
  readonly length: number;
}

/** Random architectures by which the extent of a space is known. */
const SAMPLE = 200;

/** The medians between random architectures; 1 where that is 0. */
export interface Extents {
  /** Of ‖x − y‖². */
  readonly computed: number;
  /** Of h. */
  readonly choices: number;
}

/** @param draw  gives a random architecture */
export function extentsOf(draw: () => Encoded): Extents {
  const sample = Array.from({ length: SAMPLE }, draw);
  const median = (distance: (a: Encoded, b: Encoded) => number) =>
    quantile(
      sample.slice(1).map((one, i) => distance(one, sample[i]!)),
      0.5,
    ) || 1;
  return {
    computed: median((a, b) => squaredDistance(a.counts, b.counts)),
    choices: median((a, b) => differing(a.architecture, b.architecture)),
  };
}

export function kernelOf({ scale, linear: weight, choices }: Hyperparameters, extent: number): Kernel<Encoded> {
  const near = exponentialOfDistance(scale * extent);
  if (weight === 0 && !choices) return near;
  const parts: [number, Kernel<Encoded>][] = [[1 - (choices?.share ?? 0), near]];
  if (choices) parts.push([choices.share, exponentialOfDifferences(choices.length)]);
  if (weight > 0) parts.push([1, linear(weight / extent)]);
  return weightedSum(parts);
}

/**
 * Those under which the targets are most likely; of equals the first.
 *
 * @param among  one at least
 * @param scaled  true if k and σ² may be multiplied by whatever makes the targets most likely
 */
export function mostLikely(
  places: readonly Encoded[],
  rewards: readonly number[],
  warping: Warping,
  extent: number,
  among: readonly Hyperparameters[],
  scaled = false,
): Hyperparameters {
  if (among.length === 1) return among[0]!;
  const [likelihoods] = logLikelihoods(places, [warped(rewards, warping)], extent, among, scaled);
  return among[greatest(likelihoods!)]!;
}

/** Where the greatest is; of equals the first. */
export function greatest(values: readonly number[]): number {
  return values.reduce((most, value, i) => (value > values[most]! ? i : most), 0);
}

/** In place of 0, the mean square of targets that are all 0. */
const LEAST = 1e-100;

/**
 * log p(y) without what all have in common; each matrix is factored once for all targets.
 *
 * @param targets  different ones at the same places  [t][n]
 * @param scaled  for the best multiple of K, which leaves −½ n log(yᵀ K⁻¹ y / n) − Σ log L_ii
 * @returns of each of the targets under each of the hyperparameters  [t][among]
 */
export function logLikelihoods(
  places: readonly Encoded[],
  targets: readonly (readonly number[])[],
  extent: number,
  among: readonly Hyperparameters[],
  scaled = false,
): number[][] {
  const products = innerProducts(places.map(({ counts }) => counts));
  const squares = products.map((row, i) => row[i]!);
  const likelihoods = targets.map((): number[] => []);
  for (const { scale, noise, linear: weight, choices } of among) {
    const near: number[] = [];
    const share = choices?.share ?? 0;
    const alike = choices && exponentialOfDifferences(choices.length);
    const factor = new Cholesky(places.length);
    factor.append(places.length, (row, i) => {
      const own = products[i]!;
      for (let j = 0; j <= i; j++) {
        const product = own[j]!;
        const d = squares[i]! + squares[j]! - 2 * product;
        row[j] = (1 - share) * (near[d] ??= exponential(-d / (scale * extent))) + (weight / extent) * product;
        if (alike) row[j]! += share * alike(places[i]!, places[j]!);
      }
      row[i]! += noise;
    });
    const logarithms = factor.diagonal().reduce((sum, value) => sum + logarithm(value), 0);
    for (const [t, own] of targets.entries()) {
      const solved = Float64Array.from(own);
      factor.solveLower(solved);
      const sum = solved.reduce((squared, value) => squared + value * value, 0);
      likelihoods[t]!.push((scaled ? -0.5 * own.length * logarithm(Math.max(sum / own.length, LEAST)) : -0.5 * sum) - logarithms);
    }
  }
  return likelihoods;
}
