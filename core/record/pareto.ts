/**
 * Pareto fronts over two metrics: the architectures that no other dominates, being at least as good by both. Of equals the
 * first is kept.
 *
 * @module
 */
import { type FurtherMetric, isBetter, oriented } from "../plugin/metric.ts";

/** Two metrics that are weighed against each other. */
export type MetricPair = readonly [FurtherMetric, FurtherMetric];

/** An architecture of a front. */
export interface FrontPoint {
  /** In text. */
  readonly architecture: string;
  /** By the two metrics of the front, as they were measured. */
  readonly values: readonly [number, number];
}

/** A front over two metrics. */
export interface Front<P extends FrontPoint = FrontPoint> {
  readonly metrics: MetricPair;
  /** From the best by the second metric to the best by the first. */
  readonly points: readonly P[];
}

/** The front of these points, from the best by the second metric to the best by the first. Points that lack a number are left out. */
export function paretoFront<P extends Pick<FrontPoint, "values">>(points: Iterable<P>, [first, second]: MetricPair): P[] {
  const complete = [...points].filter(({ values }) => !values.some(Number.isNaN));
  const inOrder = complete.sort(
    ({ values: a }, { values: b }) => oriented(b[1], second) - oriented(a[1], second) || oriented(b[0], first) - oriented(a[0], first),
  );
  const front: P[] = [];
  for (const point of inOrder) {
    const last = front.at(-1);
    if (!last || isBetter(point.values[0], last.values[0], first)) front.push(point);
  }
  return front;
}
