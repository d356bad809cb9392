/**
 * Numbers, tables and sentences of docs/results.md. Whatever a sentence says of a result is computed here, so
 * that it changes with the result.
 *
 * @module
 */
import type { CellStatistics, Comparison, Interval } from "../../app/report/document.ts";
import { mean, standardError } from "../../core/statistics/index.ts";

/** A mean with its population standard deviation, as the paper's tables have it. */
export interface MeanStd {
  readonly mean: number;
  readonly std: number;
}

/** A difference is significant where its p, corrected, is below. */
export const SIGNIFICANT = 0.05;

export const fixed = (value: number, digits = 2) => value.toFixed(digits).replace("-", "−");
export const signed = (value: number, digits = 2) => `${value > 0 ? "+" : ""}${fixed(value, digits)}`;
export const pValue = (p: number) => (p < 0.001 ? "< 0.001" : fixed(p, 3));
export const meanStd = ({ mean, std }: MeanStd, digits = 2) => `${fixed(mean, digits)} ± ${fixed(std, digits)}`;
/** A mean with its standard error, of one value without; a dash where there is none. */
export function meanError(values: readonly number[], digits = 2): string {
  if (values.length === 0) return "–";
  return values.length === 1 ? fixed(values[0]!, digits) : `${fixed(mean(values), digits)} ± ${fixed(standardError(values), digits)}`;
}
/** The difference of a comparison with its p by Wilcoxon's test and Holm's correction; a dash for the baseline. */
export const lessBaseline = (comparison: Comparison | undefined, digits = 2) =>
  comparison ? `${signed(comparison.difference, digits)} (${pValue(comparison.wilcoxon.holm)})` : "–";

/** A confidence interval; a dash where there is none, for one pair. */
export const between = (interval: Interval | null | undefined, digits = 2) =>
  interval ? `${fixed(interval.low, digits)} to ${fixed(interval.high, digits)}` : "–";

const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;

/** @param columns  a heading each; one that begins with ">" is of a column of numbers */
export function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const headings = columns.map((column) => column.replace(/^>/, ""));
  return [line(headings), line(columns.map((column) => (column.startsWith(">") ? "--:" : "---"))), ...rows.map(line)].join("\n");
}

/** "a", "a and b", "a, b and c". */
export const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** Which of the cells differ significantly from the baseline, in three sentences or fewer. */
export function significance(baseline: string, compared: readonly { readonly title: string; readonly comparison: Comparison }[]): string {
  const titles = (fits: (comparison: Comparison) => boolean) =>
    listed(compared.filter(({ comparison }) => fits(comparison)).map(({ title }) => title));
  const differs = ({ wilcoxon }: Comparison) => wilcoxon.holm < SIGNIFICANT;
  const groups = [
    [`Significantly better than ${baseline}`, titles((one) => differs(one) && one.difference > 0)],
    ["significantly worse", titles((one) => differs(one) && one.difference <= 0)],
    ["no significant difference", titles((one) => !differs(one))],
  ] as const;
  const said = groups.map(([group, names]) => `${group}: ${names || "none"}`);
  return `${said.join("; ")}.`;
}

/** What a comparison says, as a sentence. */
export function compared(subject: string, other: string, { difference, standardError, wilcoxon: { holm } }: Comparison): string {
  const better = difference > 0 ? "is better than" : "is worse than";
  const verdict = holm < SIGNIFICANT ? better : "does not differ significantly from";
  return `${subject} ${verdict} ${other} (${signed(difference, 3)} ± ${fixed(standardError!, 3)}, Holm p ${pValue(holm)}).`;
}

const DATASETS: Readonly<Record<string, string>> = {
  cifar10: "CIFAR-10",
  cifar100: "CIFAR-100",
  "imagenet16-120": "ImageNet16-120",
  digits: "digits-201",
};
export const titleOf = (dataset: string) => DATASETS[dataset] ?? dataset;
export const datasetOf = (cell: CellStatistics) => String(cell.at["/evaluator/options/dataset"]);
