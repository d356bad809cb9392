/**
 * Which cells a figure shows that cannot show all of them.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import type { Measure, Panel } from "../document.ts";
import { MOST_LINES } from "./figure.ts";

/**
 * The baseline and the cells whose means differ most from its, in the order of the panel. Cells whose
 * score is of another metric are left out.
 * @param by  what the means are of: what the figure shows
 */
export function differentCells({ baseline, cells }: Panel, all: readonly AggregatedCell[], by: Measure, most = MOST_LINES): Chosen {
  const other = new Set(cells.filter(({ otherMetrics }) => otherMetrics?.score).map(({ name }) => name));
  const given = all.filter(({ cell }) => !other.has(cell.name));
  const mean = (name: string) => cells.find((cell) => cell.name === name)?.[by]?.mean ?? Number.NaN;
  return chosen(baseline, given, ({ cell }) => Math.abs(mean(cell.name) - mean(baseline)) || 0, most);
}

/** The baseline and the best cells. @param worth  larger is better */
export function bestCells({ baseline }: Panel, all: readonly AggregatedCell[], worth: (cell: AggregatedCell) => number): Chosen {
  return chosen(baseline, all, worth, MOST_LINES);
}

/** The chosen ones, and how many are left out. */
interface Chosen {
  readonly chosen: readonly AggregatedCell[];
  readonly left: number;
}

function chosen(baseline: string, all: readonly AggregatedCell[], rating: (cell: AggregatedCell) => number, most: number): Chosen {
  const rated = all.map((cell) => ({ cell, rating: cell.cell.name === baseline ? Number.POSITIVE_INFINITY : rating(cell) }));
  const kept = new Set(
    rated
      .sort((a, b) => b.rating - a.rating)
      .slice(0, most)
      .map(({ cell }) => cell),
  );
  return { chosen: all.filter((cell) => kept.has(cell)), left: Math.max(0, all.length - most) };
}
