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
 * @returns the chosen ones, and how many are left out
 */
export function chosenCells(
  { baseline, cells }: Panel,
  all: readonly AggregatedCell[],
  by: Measure,
  most = MOST_LINES,
): { readonly chosen: readonly AggregatedCell[]; readonly left: number } {
  const other = new Set(cells.filter(({ otherMetrics }) => otherMetrics?.score).map(({ name }) => name));
  const given = all.filter(({ cell }) => !other.has(cell.name));
  const mean = (name: string) => cells.find((cell) => cell.name === name)?.[by]?.mean ?? Number.NaN;
  const distance = ({ cell }: AggregatedCell) =>
    cell.name === baseline ? Number.POSITIVE_INFINITY : Math.abs(mean(cell.name) - mean(baseline)) || 0;
  const ranked = given.map((cell) => ({ cell, distance: distance(cell) })).sort((a, b) => b.distance - a.distance);
  const kept = new Set(ranked.slice(0, most).map(({ cell }) => cell));
  return { chosen: given.filter((cell) => kept.has(cell)), left: Math.max(0, given.length - most) };
}
