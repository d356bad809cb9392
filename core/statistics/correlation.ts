/**
 * Rank correlations, for example of a cheap fidelity with a full training.
 *
 * @module
 */
import { mean } from "./descriptive.ts";
import { normalTail, studentTail } from "./distributions.ts";
import { averageRanks } from "./ranks.ts";

/**
 * Spearman's ρ: Pearson's correlation of the ranks, ties with the mean of theirs. p, two-sided, from Student's t with
 * n − 2 degrees of freedom, an approximation that is good for some ten pairs or more (scipy.stats.spearmanr).
 *
 * @param x  [n]
 * @param y  [n]; another length gives NaN
 * @returns ρ NaN where one of them has no two different values, or a NaN; p NaN for n < 3 as well
 */
export function spearman(x: readonly number[], y: readonly number[]): { readonly rho: number; readonly p: number } {
  if (x.length !== y.length) return { rho: Number.NaN, p: Number.NaN };
  const [a, b] = [centred(averageRanks(x)), centred(averageRanks(y))];
  const squares = Math.sqrt(dot(a, a) * dot(b, b));
  const rho = squares === 0 ? Number.NaN : Math.max(-1, Math.min(1, dot(a, b) / squares));
  const degreesOfFreedom = x.length - 2;
  return { rho, p: studentTail(rho * Math.sqrt(degreesOfFreedom / ((1 - rho) * (1 + rho))), degreesOfFreedom) };
}

const centred = (x: readonly number[]) => {
  const centre = mean(x);
  return x.map((value) => value - centre);
};
const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, at) => sum + value * y[at]!, 0);

/** Up to so many pairs without ties the distribution of Kendall's statistic is computed, as SciPy does. */
const EXACT_UP_TO = 33;

/**
 * Kendall's τ_b: (concordant − discordant pairs) / √((pairs not tied in x) (pairs not tied in y)). p, two-sided: exact
 * for n ≤ 33 without ties, else by the normal approximation with its variance corrected for ties (Kendall 1970), which is
 * rough for a few tied values (scipy.stats.kendalltau, but for its exact p of nearly perfect orders of more than 33).
 * O(n²): about a second for 15,625 values.
 *
 * @param x  [n]
 * @param y  [n]; another length gives NaN
 * @returns both NaN where x or y has no two different values, or a NaN
 */
export function kendallTau(x: readonly number[], y: readonly number[]): { readonly tau: number; readonly p: number } {
  const n = x.length;
  if (n !== y.length || x.some(Number.isNaN) || y.some(Number.isNaN)) return { tau: Number.NaN, p: Number.NaN };
  let [concordant, discordant] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (x[i] === x[j] || y[i] === y[j]) continue;
      if (x[i]! > x[j]! === y[i]! > y[j]!) concordant++;
      else discordant++;
    }
  }
  const difference = concordant - discordant;
  const [inX, inY] = [tieSums(x), tieSums(y)];
  const pairs = (n * (n - 1)) / 2;
  const free = Math.sqrt(pairs - inX.pairs) * Math.sqrt(pairs - inY.pairs);
  if (!(free > 0)) return { tau: Number.NaN, p: Number.NaN };
  const tau = Math.max(-1, Math.min(1, difference / free));
  if (n <= EXACT_UP_TO && inX.pairs === 0 && inY.pairs === 0) return { tau, p: inversionsP(n, Math.min(concordant, discordant)) };
  const variance =
    (n * (n - 1) * (2 * n + 5) - inX.weighted - inY.weighted) / 18 +
    (inX.pairs * inY.pairs) / pairs +
    (n > 2 ? (inX.triples * inY.triples) / (18 * pairs * (n - 2)) : 0);
  return { tau, p: normalTail(difference / Math.sqrt(variance)) };
}

/** Over the groups of t equal values: Σ t(t − 1)/2, Σ t(t − 1)(t − 2), Σ t(t − 1)(2t + 5). */
function tieSums(x: readonly number[]) {
  const sums = { pairs: 0, triples: 0, weighted: 0 };
  const groups = new Map<number, number>();
  for (const value of x) groups.set(value, (groups.get(value) ?? 0) + 1);
  for (const t of groups.values()) {
    sums.pairs += (t * (t - 1)) / 2;
    sums.triples += t * (t - 1) * (t - 2);
    sums.weighted += t * (t - 1) * (2 * t + 5);
  }
  return sums;
}

/** Two-sided p of at most so many inversions, or of as many missing from the maximum, in a random order of n. */
function inversionsP(n: number, inversions: number): number {
  // Putting the k-th value in adds 0 … k − 1 inversions, each as likely.
  let probabilities = [1];
  for (let k = 2; k <= n; k++) {
    const next = new Array<number>(probabilities.length + k - 1).fill(0);
    for (const [have, probability] of probabilities.entries()) for (let more = 0; more < k; more++) next[have + more]! += probability / k;
    probabilities = next;
  }
  return Math.min(1, 2 * probabilities.slice(0, inversions + 1).reduce((sum, probability) => sum + probability, 0));
}
