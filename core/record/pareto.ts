/**
 * The Pareto front of a search: the architectures that no other dominates, being at least as good and at least as cheap.
 * Of equals the first is kept.
 *
 * @module
 */
import type { Space } from "../plugin/space.ts";

/** What an architecture costs to run, as far as its space can tell. */
export type Cost = keyof ReturnType<NonNullable<Space["cost"]>>;
export const COSTS: readonly Cost[] = ["madds", "parameters"];

/** An architecture of a front. */
export interface FrontPoint {
  /** In text. */
  readonly architecture: string;
  readonly cost: number;
  readonly score: number;
}

/** A front against each cost. */
export type Fronts<P extends FrontPoint = FrontPoint> = { readonly [C in Cost]: readonly P[] };

/** The front of these points, from the cheapest to the best. */
export function paretoFront<P extends FrontPoint>(points: Iterable<P>): P[] {
  const front: P[] = [];
  for (const point of [...points].sort((a, b) => a.cost - b.cost || b.score - a.score)) {
    if (point.score > (front.at(-1)?.score ?? Number.NEGATIVE_INFINITY)) front.push(point);
  }
  return front;
}
