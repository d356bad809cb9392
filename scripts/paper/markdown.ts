/**
 * Numbers and tables of docs/results.md.
 *
 * @module
 */
import type { CellStatistics, Comparison } from "../../app/report/document.ts";

/** A mean with its population standard deviation, as the paper's tables have it. */
export interface MeanStd {
  readonly mean: number;
  readonly std: number;
}

export const fixed = (value: number, digits = 2) => value.toFixed(digits).replace("-", "−");
export const signed = (value: number, digits = 2) => `${value > 0 ? "+" : ""}${fixed(value, digits)}`;
export const pValue = (p: number) => (p < 0.001 ? "< 0.001" : fixed(p, 3));
export const meanStd = ({ mean, std }: MeanStd) => `${fixed(mean)} ± ${fixed(std)}`;
/** The difference of a comparison with its p by Wilcoxon's test and Holm's correction; a dash for the baseline. */
export const lessBaseline = (comparison: Comparison | undefined, digits = 2) =>
  comparison ? `${signed(comparison.difference, digits)} (${pValue(comparison.wilcoxon.holm)})` : "–";

const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;

/** @param columns  a heading each; one that begins with ">" is of a column of numbers */
export function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const headings = columns.map((column) => column.replace(/^>/, ""));
  return [line(headings), line(columns.map((column) => (column.startsWith(">") ? "--:" : "---"))), ...rows.map(line)].join("\n");
}

const DATASETS: Readonly<Record<string, string>> = { cifar10: "CIFAR-10", cifar100: "CIFAR-100", "imagenet16-120": "ImageNet16-120" };
export const DATASET_NAMES = Object.keys(DATASETS);
export const titleOf = (dataset: string) => DATASETS[dataset] ?? dataset;
export const datasetOf = (cell: CellStatistics) => String(cell.at["/evaluator/options/dataset"]);
