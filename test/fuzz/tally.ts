/** What came of a fuzz run, as a table. @module */
import type { Tally } from "./fuzzing.ts";

export function tallyTable(tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const most = (of: (tally: Tally) => number) => Math.max(...tallies.map(of));
  const row = (name: string, ...numbers: readonly number[]) => [name, ...numbers.map(whole)];
  const rows = [
    ["kind", "cases", "refused", "codes", "faults", "most ms", "most MB"],
    ...tallies.map((tally) =>
      row(tally.target, tally.cases, tally.refused, tally.codes.size, tally.faults.length, tally.milliseconds, tally.megabytes),
    ),
    row(
      "all",
      sum(({ cases }) => cases),
      sum(({ refused }) => refused),
      new Set(tallies.flatMap(({ codes }) => [...codes])).size,
      sum(({ faults }) => faults.length),
      most(({ milliseconds }) => milliseconds),
      most(({ megabytes }) => megabytes),
    ),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!))).join("  ");
  return rows.map(line).join("\n");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
