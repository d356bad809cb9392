/**
 * The cells of a panel: how far each is, what its runs found, how the best so far grew.
 *
 * @module
 */

import { nameWithin } from "../../../report/document.ts";
import { digitsFor, fixed, interval, levelName, meanAndStd, metricName } from "../../../report/format.ts";
import { type CellSummary, type MatrixView, MOST_ROWS, type PanelView } from "../../../studio/api.ts";
import { type DataColumn, DataTable } from "../../components/table/data-table.tsx";
import { Go, useStudio } from "../context.tsx";
import { Spark } from "../parts/chart.tsx";
import { useOrder } from "../parts/order.ts";
import { offsetOf, Pager } from "../parts/pager.tsx";
import { ProgressLine } from "../parts/progress.tsx";
import { failed, left, scoreText } from "../parts/words.ts";
import { Pick } from "./side-by-side.tsx";

/** Cells of a panel that are shown at once. */
const LIMIT = Math.min(100, MOST_ROWS);

/** What cells are in order by. */
const KEYS: Readonly<Record<string, (cell: CellSummary, panel: PanelView) => number | string>> = {
  cell: ({ name }) => name,
  progress: ({ progress }) => progress.share,
  mean: (cell, { measure }) => cell[measure]?.mean ?? Number.NaN,
  failures: ({ progress }) => progress.rejected + progress.retried,
};

/** Those cells of a panel that are shown. */
export interface PanelCells {
  readonly matrix: MatrixView;
  readonly panel: PanelView;
  readonly cells: readonly CellSummary[];
}

export function CellsTable({ matrix, panel, cells }: PanelCells) {
  const { query } = useStudio().route;
  const { measure, metrics } = panel;
  const digits = digitsFor(panel.cells.map((cell) => cell[measure]?.standardError));
  const { sort, onSort, sortable } = useOrder(Object.keys(KEYS));
  const key = KEYS[sort.column];
  const sorted = key ? [...cells].sort((a, b) => (sort.descending ? -1 : 1) * compare(key(a, panel), key(b, panel))) : cells;
  const number = scoreText(metrics.score);
  const page = panel.name === "" ? "offset" : `offset ${panel.name}`;
  const offset = offsetOf(query[page], LIMIT, cells.length);
  const approximate = cells.some((cell) => cell.interval === "normal");
  const columns: DataColumn<CellSummary>[] = [
    {
      name: "cell",
      head: "cell",
      words: true,
      cell: ({ name }) => (
        <>
          <Go to={["cell", matrix.id, name]}>{nameWithin(panel.name, name)}</Go>
          {name === panel.baseline && panel.cells.length > 1 && <span class="tag">baseline</span>}
        </>
      ),
    },
    ...(matrix.cells > 1 ? [{ name: "pick", head: "side by side", cell: ({ name }: CellSummary) => <Pick name={name} of="cells" /> }] : []),
    {
      name: "progress",
      head: "progress",
      words: true,
      cell: ({ progress, name }) => <ProgressLine progress={progress} label={name} brief />,
    },
    { name: "left", head: "left", cell: ({ progress }) => left(progress) },
    {
      name: "failures",
      head: "failures",
      cell: ({ progress }) => <span title={failed(progress)}>{progress.rejected + progress.retried}</span>,
    },
    { name: "mean", head: "mean ± std", title: metricName(metrics[measure], measure), cell: (cell) => meanAndStd(cell[measure], digits) },
    { name: "interval", head: `${levelName(matrix.methods)} CI`, cell: (cell) => interval(cell[measure]?.interval, digits) },
    ...(measure === "test"
      ? [
          {
            name: "score",
            head: "score",
            title: metricName(metrics.score, "score"),
            cell: (cell: CellSummary) => meanAndStd(cell.score, digits),
          },
        ]
      : []),
    {
      name: "best",
      head: "best",
      title: metricName(metrics.score, "score"),
      cell: ({ best, name }) => best && <Go to={["run", matrix.id, name, best.seed]}>{number(best.score)}</Go>,
    },
    {
      name: "course",
      head: "best so far",
      title: `against queries, over the runs that there are, with a band of 1.96 standard errors`,
      words: true,
      cell: ({ incumbent, incumbentRuns, name }) => (
        <Spark
          points={incumbent.map(({ at, mean, ...ends }) => ({ x: at, y: mean, ...ends }))}
          label={`best so far of ${name}, over ${incumbentRuns} runs: from ${fixed(incumbent[0]?.mean, 2)} to ${fixed(incumbent.at(-1)?.mean, 2)}`}
        />
      ),
    },
  ];
  return (
    <>
      <DataTable
        caption={`Cells${panel.name === "" ? "" : ` of ${panel.name}`}: ${metricName(metrics[measure], measure)}`}
        columns={sortable(columns)}
        rows={sorted.slice(offset, offset + LIMIT)}
        keyOf={({ name }) => name}
        sort={sort}
        onSort={onSort}
      />
      <Pager of="cells" offset={offset} limit={LIMIT} total={cells.length} name={page} />
      {approximate && (
        <p class="soft">Intervals are from the normal distribution while there are so many runs; the report has those of the bootstrap.</p>
      )}
    </>
  );
}

/** What is not known comes last. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === "string" || typeof b === "string") return String(a).localeCompare(String(b), "en", { numeric: true });
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;
}
