/**
 * Correction for many comparisons.
 *
 * @module
 */

/**
 * Holm's (1979) step-down adjustment: below α they reject the same hypotheses as the procedure, so the chance of any
 * false rejection in the family is at most α, whatever the dependence. The i-th smallest of m becomes
 * max over j ≤ i of (m − j + 1) p_j, at most 1. As p.adjust(p, "holm") of R; so NaN stays NaN and does not count in m.
 *
 * @param p  p-values, the whole family
 * @returns in the order given
 */
export function holm(p: readonly number[]): number[] {
  const order = p.flatMap((value, index) => (Number.isNaN(value) ? [] : [index])).sort((a, b) => p[a]! - p[b]!);
  const adjusted = p.map(() => Number.NaN);
  let largest = 0;
  for (const [position, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (order.length - position) * p[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}
