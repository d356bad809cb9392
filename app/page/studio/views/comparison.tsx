/**
 * The comparison of a panel with its baseline as it stands: at the end it is that of the report.
 *
 * @module
 */
import type { Comparison } from "../../../report/document.ts";
import { nameWithin } from "../../../report/document.ts";
import { counted, digitsFor, interval, levelName, metricName, percentage, probability, signed } from "../../../report/format.ts";
import { type DataColumn, DataTable } from "../../components/table/data-table.tsx";
import type { PanelCells } from "./cells.tsx";

/** Rows that are compared, at once: the others are found by filtering. */
const LIMIT = 100;

interface Row {
  readonly name: string;
  readonly of: Comparison;
}

export function ComparisonTable({ matrix, panel, cells }: PanelCells) {
  const { measure, metrics, baseline, family } = panel;
  const rows = cells.flatMap((cell): Row[] => {
    const of = cell.comparison?.[measure];
    return of ? [{ name: nameWithin(panel.name, cell.name), of }] : [];
  });
  if (panel.cells.length < 2) return null;
  const pairs = new Set(rows.map(({ of }) => of.n));
  const most = Math.max(0, ...pairs);
  const done = panel.cells.every(({ progress }) => progress.state === "finished");
  const so = done ? "" : ` so far, n ${pairs.size > 1 ? "≤" : "="} ${most}`;
  const digits = digitsFor(panel.cells.map((cell) => cell[measure]?.standardError));
  return (
    <>
      <DataTable
        caption={`Difference from ${nameWithin(panel.name, baseline)}${so}: ${metricName(metrics[measure], measure)}`}
        columns={columnsOf(digits, levelName(matrix.methods), reach(rows))}
        rows={rows.slice(0, LIMIT)}
        keyOf={({ name }) => name}
        empty={`Nothing can be compared with ${nameWithin(panel.name, baseline)} yet.`}
      />
      {rows.length > 0 && (
        <p class="soft">
          {`Seed by seed; p is Wilcoxon's, adjusted by Holm for ${counted(family, "comparison")}.`}
          {!done && " Runs are still coming: whoever stops at the first small p finds too many."}
          {rows.length > LIMIT && ` The first ${LIMIT} of ${rows.length} are shown.`}
        </p>
      )}
    </>
  );
}

/** Those of the report, and a drawing of the interval. */
function columnsOf(digits: number, level: string, most: number): DataColumn<Row>[] {
  return [
    { name: "cell", head: "cell", words: true, cell: ({ name }) => name },
    { name: "n", head: "pairs", cell: ({ of }) => of.n },
    { name: "difference", head: "difference", cell: ({ of }) => signed(of.difference, digits) },
    { name: "interval", head: `${level} CI`, cell: ({ of }) => interval(of.interval, digits, signed) },
    { name: "drawn", head: "around 0", words: true, cell: ({ of }) => <Whisker of={of} most={most} /> },
    { name: "p", head: "Wilcoxon p", cell: ({ of }) => probability(of.wilcoxon.p) },
    { name: "holm", head: "Holm", cell: ({ of }) => probability(of.wilcoxon.holm) },
    { name: "delta", head: "Cliff’s δ", cell: ({ of }) => signed(of.cliffsDelta, 2) },
    { name: "effect", head: "d_z", cell: ({ of }) => signed(of.pairedEffectSize, 2) },
    { name: "rate", head: "win rate", cell: ({ of }) => percentage(of.winRate) },
    { name: "wins", head: "wins – ties – losses", cell: ({ of }) => `${of.wins} – ${of.ties} – ${of.losses}` },
  ];
}

/** How far the ends of all intervals are from 0. */
function reach(rows: readonly Row[]): number {
  return Math.max(
    ...rows.flatMap(({ of }) => [of.difference, of.interval?.low ?? 0, of.interval?.high ?? 0].map(Math.abs)),
    Number.MIN_VALUE,
  );
}

/** The difference and its interval around a line at 0; the numbers are in the columns beside. */
function Whisker({ of, most }: { readonly of: Comparison; readonly most: number }) {
  const at = (value: number) => Math.round(10 * (70 + (64 * value) / most)) / 10;
  return (
    <svg class="whisker" viewBox="0 0 140 20" width="140" height="20" aria-hidden="true">
      <line class="zero" x1="70" x2="70" y1="0" y2="20" />
      {of.interval && <line class="reach" x1={at(of.interval.low)} x2={at(of.interval.high)} y1="10" y2="10" />}
      <circle class="mean" cx={at(of.difference)} cy="10" r="4" />
    </svg>
  );
}
