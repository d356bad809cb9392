/**
 * Cells of NAS-Bench-201 as their texts say them, and what tables have of them.
 *
 * @module
 */
import { kendallTau, mean } from "../../../core/statistics/index.ts";
import type { Table } from "../../../core/table/table.ts";

/** The edges of a cell, in the order of its text. */
export const EDGES = ["1←0", "2←0", "2←1", "3←0", "3←1", "3←2"];

/** The operation of each edge. */
export const operationsOf = (cell: string) => Array.from(cell.matchAll(/(\w+)~\d/g), ([, operation]) => operation!);

/** The cell with these operations. */
export function cellOf([first, ...others]: readonly string[]): string {
  const [second, third, ...last] = others;
  return `|${first}~0|+|${second}~0|${third}~1|+|${last.map((operation, from) => `${operation}~${from}`).join("|")}|`;
}

/** The share of the edges whose operation has no weights. */
export const parameterFreeShare = (cell: string) => mean(operationsOf(cell).map((operation) => (operation.includes("conv") ? 0 : 1)));

/** What a table reports of all cells that were trained on a data set. */
export interface Answers {
  /** Test accuracy in percent, of every row. */
  readonly all: readonly number[];
  /** Of a row drawn uniformly. */
  readonly mean: number;
  of(cell: string): number;
}

export function answersOf(table: Table, dataset: string): Answers {
  const all = Array.from(table.metric({ ...table.description.fidelity.report, dataset, split: "test" }).values);
  const rows = new Map(all.map((_, row) => [table.text(row), row]));
  return { all, mean: mean(all), of: (cell) => all[rows.get(cell)!]! };
}

/** Kendall's τ of the metric that searches go by, a short training of each cell by itself, with what is reported, over all cells. */
export function tauOfShortTraining(table: Table, dataset: string): number {
  const { search, report } = table.description.fidelity;
  const [short, long] = [
    table.metric({ ...search, dataset, split: "validation" }),
    table.metric({ ...report, dataset, split: "test" }),
  ].map(({ values }) => Array.from(values));
  return kendallTau(short!, long!).tau;
}
