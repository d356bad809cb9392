/**
 * Pareto fronts and their hypervolumes: a table of each for each pair of metrics, and spreadsheets.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import { type CellFront, type FrontBox, type Panel, type ReportDocument, withShortNames } from "../document.ts";
import { digitsFor, fixed, frontTitle, interval, levelName, meanAndStd, percentage, probability, scaleOf, signed } from "../format.ts";
import { keyOf, sharesOf } from "../fronts.ts";
import { csv, type Group, type ReportTable } from "./table.ts";

/** How many architectures of a front the table shows; `pareto.csv` has all. */
const MOST_OF_FRONT = 8;

/** A table, and what is over it. */
interface TitledTable {
  readonly title: string;
  readonly table: ReportTable;
}

/** A cell with its front over one pair of metrics. */
interface CellWithFront {
  readonly name: string;
  readonly front: CellFront;
}

/** Of each front the best by either metric, and others evenly between. */
export function paretoTables(document: ReportDocument): TitledTable[] {
  return pairsOf(document).flatMap((box): TitledTable[] => {
    const [first, second] = box.metrics;
    const all = document.panels.flatMap((panel) => frontsOver(panel, box).flatMap(({ front }) => front.points));
    const scales = [0, 1].map((i) => scaleOf(all.map(({ values }) => values[i]!)));
    const digits = [0, 1].map((i) => digitsOfValues(all.map(({ values }) => values[i]! / scales[i]!)));
    const number = (values: readonly number[], i: 0 | 1) => fixed(values[i]! / scales[i]!, digits[i]!);
    const groups = groupsOf(document, box, ({ name, front }) =>
      evenly(front.points, MOST_OF_FRONT).map(({ values, architecture }) => [name, number(values, 1), number(values, 0), architecture]),
    );
    const columns = [
      { head: "cell", words: true },
      { head: frontTitle(second, scales[1]!) },
      { head: frontTitle(first, scales[0]!) },
      { head: "architecture", words: true },
    ];
    return groups.length > 0 ? [{ title: `Pareto fronts of ${first.name} and ${second.name}`, table: { columns, groups } }] : [];
  });
}

/** The hypervolume of each cell, and, where any is compared, its difference from the baseline's. */
export function hypervolumeTables(document: ReportDocument): TitledTable[] {
  const level = `${levelName(document.methods)} CI`;
  return pairsOf(document).flatMap((box): TitledTable[] => {
    const [first, second] = box.metrics;
    const digits = hypervolumeDigits(document.panels, box);
    const compared = document.panels.some((panel) => frontsOver(panel, box).some(({ front }) => front.comparison));
    const groups = groupsOf(document, box, ({ name, front: { hypervolume, comparison } }) => {
      if (!hypervolume) return [];
      const own = [name, String(hypervolume.n), meanAndStd(hypervolume, digits), interval(hypervolume.interval, digits)];
      if (!compared) return [own];
      return [
        [
          ...own,
          ...[signed(comparison?.difference, digits), interval(comparison?.interval, digits, signed)],
          ...[probability(comparison?.wilcoxon.p), probability(comparison?.wilcoxon.holm), signed(comparison?.cliffsDelta, 2)],
          percentage(comparison?.winRate),
        ],
      ];
    });
    const differences = ["difference", level, "Wilcoxon p", "Holm", "Cliff’s δ", "win rate"];
    const heads = ["cell", "n", "hypervolume", level, ...(compared ? differences : [])];
    const columns = heads.map((head) => ({ head, words: head === "cell" }));
    return groups.length > 0 ? [{ title: `Hypervolume of ${first.name} and ${second.name}`, table: { columns, groups } }] : [];
  });
}

/** Digits after the point for hypervolumes. */
export function hypervolumeDigits(panels: readonly Panel[], box: FrontBox): number {
  return Math.max(3, digitsFor(panels.flatMap((panel) => frontsOver(panel, box).map(({ front }) => front.hypervolume?.standardError))));
}

/** The cells of a panel that have a front over the metrics of a box. */
export function frontsOver({ cells }: Panel, box: FrontBox): CellWithFront[] {
  return cells.flatMap(({ name, fronts = [] }) => {
    const front = fronts.find((one) => keyOf(one) === keyOf(box));
    return front ? [{ name, front }] : [];
  });
}

/** `pareto.csv`: one line for each architecture of each front; undefined where no cell has one. */
export function paretoCsv({ panels }: ReportDocument): string | undefined {
  const rows = panels.flatMap((panel) =>
    panel.cells.flatMap(({ name, fronts = [] }) =>
      fronts.flatMap(({ metrics: [first, second], points }) =>
        points.map(({ values, seed, architecture }) => [
          panel.name,
          name,
          first.name,
          values[0],
          second.name,
          values[1],
          seed,
          architecture,
        ]),
      ),
    ),
  );
  const columns = ["panel", "cell", "first", "first_value", "second", "second_value", "seed", "architecture"];
  return rows.length > 0 ? csv(columns, rows) : undefined;
}

/** `hypervolume.csv`: one line for each run and pair of metrics; undefined where there are none. */
export function hypervolumeCsv({ panels }: ReportDocument, cells: readonly AggregatedCell[]): string | undefined {
  const rows = panels.flatMap((panel) =>
    (panel.fronts ?? []).flatMap((box) =>
      frontsOver(panel, box).flatMap(({ name, front: { hypervolume } }) => {
        const { runs } = cells.find(({ cell }) => cell.panel === panel.name && cell.name === name)!;
        const shares = hypervolume ? [...sharesOf(runs, box)!] : [];
        return shares.map(([seed, share]) => [panel.name, name, box.metrics[0].name, box.metrics[1].name, seed, share]);
      }),
    ),
  );
  return rows.length > 0 ? csv(["panel", "cell", "first", "second", "seed", "hypervolume"], rows) : undefined;
}

/** Every pair of metrics of any panel. */
function pairsOf({ panels }: ReportDocument): FrontBox[] {
  return [...new Map(panels.flatMap(({ fronts = [] }) => fronts.map((box) => [keyOf(box), box]))).values()];
}

function groupsOf({ panels }: ReportDocument, box: FrontBox, rowsOf: (cell: CellWithFront) => string[][]): Group[] {
  return panels.map(withShortNames).flatMap((panel): Group[] => {
    const rows = frontsOver(panel, box).flatMap(rowsOf);
    return rows.length > 0 ? [{ ...(panels.length > 1 && { heading: panel.name }), rows }] : [];
  });
}

/** So many that the smallest of the numbers that is not 0 has three digits that count; 0 where all are whole. */
function digitsOfValues(values: readonly number[]): number {
  if (values.every(Number.isInteger)) return 0;
  const sizes = values.map(Math.abs).filter((size) => size > 0);
  return Math.min(6, Math.max(1, 2 - Math.floor(Math.log10(Math.min(...sizes)))));
}

/** At most n of the values, the first and the last among them. */
function evenly<T>(values: readonly T[], n: number): T[] {
  if (values.length <= n) return [...values];
  return Array.from({ length: n }, (_, i) => values[Math.round((i * (values.length - 1)) / (n - 1))]!);
}
