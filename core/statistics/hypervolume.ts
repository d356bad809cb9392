/**
 * How much a Pareto front dominates, in one number.
 *
 * @module
 */

/**
 * The hypervolume indicator of two metrics: the area of all that at least one of the points dominates, down to a reference.
 * Zitzler & Thiele 1999, "Multiobjective Evolutionary Algorithms: A Comparative Case Study and the Strength Pareto Approach",
 * IEEE Transactions on Evolutionary Computation 3(4), where it is the size of the space covered. Exact, in O(n log n).
 *
 * Larger is better in both; of a metric that is minimised take the negatives. Points that are not better than the reference by
 * both add nothing, nor do those that others dominate.
 *
 * @param points  [n][2]
 * @param reference  [2], the worst of interest
 * @returns in the product of the two units; 0 for no points
 */
export function hypervolume(points: readonly (readonly [number, number])[], reference: readonly [number, number]): number {
  const [left, bottom] = reference;
  let area = 0;
  let top = bottom;
  for (const [x, y] of points.toSorted((a, b) => b[0] - a[0])) {
    if (!(x > left && y > top)) continue;
    area += (x - left) * (y - top);
    top = y;
  }
  return area;
}
