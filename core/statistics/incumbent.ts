/**
 * How fast a run improves: the curve of its incumbent, the best architecture so far.
 *
 * @module
 */
import { quantile } from "./descriptive.ts";

/** An improvement of the incumbent. */
interface Improvement {
  /** Queries charged up to and with it, lower fidelities by their share; 0 for free first centres. */
  readonly queries: number;
  /** The incumbent's metric from then on. */
  readonly value: number;
}

/**
 * The area under the incumbent's curve, normalised: the mean over queries q = 1 … end of the value of the last improvement
 * at or before q. Before the first improvement its value is taken, as if known from the start; that only matters where
 * the first evaluations failed. So it has the unit of the metric, and lies between the first value and the last.
 *
 * @param improvements  in their order; those after `end` do not count. Values rise or fall, as the metric's goal says, or both, as test
 *   metrics of what the validation metric chose.
 * @param charged  the queries that were charged, of which the whole ones count; below 1 gives NaN, as do no improvements
 */
export function areaUnderIncumbent(improvements: readonly Improvement[], charged: number): number {
  const end = Math.floor(charged);
  let value = improvements[0]?.value ?? Number.NaN;
  let sum = 0;
  let from = 1;
  for (const improvement of improvements) {
    if (improvement.queries > end) break;
    const at = Math.max(1, Math.ceil(improvement.queries));
    sum += value * (at - from);
    from = at;
    value = improvement.value;
  }
  return end >= 1 ? (sum + value * (end - from + 1)) / end : Number.NaN;
}

/**
 * The queries of the first improvement that is as good as `target`; undefined if none is.
 * @param better  1 where larger values are better, −1 where smaller ones are
 */
export function costToReach(improvements: readonly Improvement[], target: number, better: 1 | -1 = 1): number | undefined {
  return improvements.find(({ value }) => better * value >= better * target)?.queries;
}

/** Costs of reaching a target, over runs of which some may never have reached it. */
export interface ReachSummary {
  readonly runs: number;
  /** How many runs reached the target. */
  readonly reached: number;
  /** reached / runs; NaN without runs. */
  readonly rate: number;
  /**
   * The median over all runs, where one that did not reach the target counts as dearer than any that did (right
   * censoring at the budget); undefined if it falls on such a run.
   */
  readonly median: number | undefined;
}

/** Sums up what `costToReach` gave for each run. */
export function summariseCosts(costs: readonly (number | undefined)[]): ReachSummary {
  const reached = costs.filter((cost) => cost !== undefined).length;
  const median = quantile(
    costs.map((cost) => cost ?? Number.POSITIVE_INFINITY),
    0.5,
  );
  return { runs: costs.length, reached, rate: reached / costs.length, median: Number.isFinite(median) ? median : undefined };
}
