/**
 * What is better where there are several objectives: fronts of what no other dominates, and how lonely each place on a
 * front is.
 *
 * Deb et al. 2002, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", doi:10.1109/4235.996017,
 * Sections III-A, III-B and VI-A.
 *
 * Axes: N points, M objectives. Of each objective more is better (`Objective.worth`).
 *
 * @module
 */

/** A point as it is compared: what it is worth by each objective [M], and whether the limits admit it. */
export interface Rated {
  readonly worths: readonly number[];
  readonly feasible: boolean;
}

/**
 * Whether a dominates b: it is no worse by any objective, and better by one. What is feasible dominates what is not; of
 * two that are not, the objectives say which, since limits do not tell how far off something is.
 */
export function dominates(a: Rated, b: Rated): boolean {
  if (a.feasible !== b.feasible) return a.feasible;
  let better = false;
  for (const [m, worth] of a.worths.entries()) {
    if (worth < b.worths[m]!) return false;
    better ||= worth > b.worths[m]!;
  }
  return better;
}

/**
 * The fronts of the points, the best first: the first has those that no other dominates, each next one those that only
 * points of the fronts before dominate. Within a front they are in their order. (fast-non-dominated-sort)
 */
export function nonDominatedFronts<P extends Rated>(points: readonly P[]): P[][] {
  const dominators = points.map((point) => points.filter((other) => dominates(other, point)).length);
  const fronts: P[][] = [];
  for (let front = [...points.keys()].filter((i) => dominators[i] === 0); front.length > 0; ) {
    fronts.push(front.map((i) => points[i]!));
    const freed = new Set<number>();
    for (const i of front)
      for (const [j, other] of points.entries()) if (dominates(points[i]!, other) && --dominators[j]! === 0) freed.add(j);
    front = [...freed].sort((a, b) => a - b);
  }
  return fronts;
}

/**
 * How far the neighbours of each point are apart, on both sides by each objective, as shares of the objective's range, and
 * summed; ∞ for those at an end. (crowding-distance-assignment)
 *
 * @param front  points that do not dominate each other  [N]
 * @returns [N]
 */
export function crowdingDistances(front: readonly Rated[]): number[] {
  const distances = new Array<number>(front.length).fill(0);
  for (let m = 0; m < (front[0]?.worths.length ?? 0); m++) {
    const worth = (i: number) => front[i]!.worths[m]!;
    const order = [...front.keys()].sort((a, b) => worth(a) - worth(b));
    const [first, last] = [order[0]!, order.at(-1)!];
    const range = worth(last) - worth(first);
    distances[first] = Number.POSITIVE_INFINITY;
    distances[last] = Number.POSITIVE_INFINITY;
    if (range === 0) continue;
    for (let place = 1; place < order.length - 1; place++)
      distances[order[place]!]! += (worth(order[place + 1]!) - worth(order[place - 1]!)) / range;
  }
  return distances;
}
