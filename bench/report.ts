/**
 * What the benchmarks found, as a table for people, as JSON, and as Markdown for docs/performance.md.
 *
 * @module
 */
import type { Measured, Spread } from "./measure.ts";

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  /** The quarters around the median, where it was measured several times. */
  readonly low?: number;
  readonly high?: number;
  /** How many times the other one's this is, or the other one this. */
  readonly ratio?: number;
  readonly to?: string;
  readonly goal?: string;
}

/** The rows of one part; or why there are none. */
export interface Part {
  readonly part: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly skipped?: string;
}

export function row(what: string, unit: string, value: number | Spread | Measured, more: Pick<Row, "ratio" | "to" | "goal"> = {}): Row {
  const { median, low, high } = typeof value === "number" ? { median: value, low: undefined, high: undefined } : value;
  return { what, unit, median, ...(low !== undefined && { low, high }), ...more };
}

/** Three significant digits, without an exponent. */
export function digits(value: number): string {
  if (value === 0) return "0";
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

const cells = ({ what, unit, median, low, high, ratio, to, goal }: Row): string[] => [
  what,
  `${digits(median)} ${unit}`,
  low === undefined || high === undefined || low === high ? "" : `${digits(low)}–${digits(high)}`,
  ratio === undefined ? "" : `${digits(ratio)} × ${to}`,
  goal ?? "",
];
const HEADERS = ["", "median", "middle half", "ratio", "goal"];

export function text({ title, rows, skipped }: Part): string {
  if (skipped !== undefined) return `${title}\n  skipped: ${skipped}\n`;
  const table = [HEADERS, ...rows.map(cells)];
  const widths = HEADERS.map((_, i) => Math.max(...table.map((line) => line[i]!.length)));
  const lines = table.map((line) => line.map((cell, i) => (i === 0 || i > 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))));
  return `${title}\n${lines.map((line) => `  ${line.join("  ").trimEnd()}\n`).join("")}`;
}

export function markdown({ title, rows, skipped }: Part): string {
  if (skipped !== undefined) return `### ${title}\n\nSkipped: ${skipped}\n`;
  const used = HEADERS.map((_, i) => i < 2 || rows.some((line) => cells(line)[i] !== ""));
  const line = (values: readonly string[]) => `| ${values.filter((_, i) => used[i]).join(" | ")} |\n`;
  return `### ${title}\n\n${line(HEADERS)}${line(["---", "--:", "--:", "---", "---"])}${rows.map((one) => line(cells(one))).join("")}`;
}
