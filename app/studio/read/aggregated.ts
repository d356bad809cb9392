/**
 * The cells of a matrix as a report aggregates them, kept until something of them is other. A cell of very many runs is
 * made of the numbers in memory, and its curves of its first runs.
 *
 * @module
 */
import { setImmediate as turn } from "node:timers/promises";
import { withLogs } from "../../host/store/failed-evaluations.ts";
import type { MatrixCell, MatrixDocument } from "../../host/store/matrix-document.ts";
import type { SeedRange } from "../../host/store/run-store.ts";
import { type AggregatedCell, aggregateRuns, type RunRow } from "../../report/aggregate.ts";
import { type ReportCell, testMetricOf } from "../../report/source.ts";
import type { RunColumns } from "../live/fold.ts";
import type { LiveMatrix, OpenStore } from "../live/live-store.ts";
import { Recent } from "./recent.ts";

/** Up to so many runs a cell is what it is in the report. */
export const WHOLE = 500;
/** Runs whose trajectories are read of a cell that has more. */
const SAMPLE = 100;
/** Cells that are kept. */
const KEPT = 400;

/** A cell, and over how many runs its curves are. */
export interface CellSoFar {
  readonly aggregated: AggregatedCell;
  readonly curves: number;
}

interface Kept extends CellSoFar {
  readonly store: OpenStore;
  readonly columns: RunColumns;
  readonly length: number;
}

export class Aggregates {
  readonly #kept = new Recent<MatrixCell, Kept>(KEPT);

  /** @throws EvokeError STORE_DAMAGED */
  async ofMatrix({ document }: LiveMatrix & { readonly document: MatrixDocument }, store: OpenStore): Promise<CellSoFar[]> {
    const cells: CellSoFar[] = [];
    for (const cell of document.cells) {
      const known = this.#known(cell, store);
      cells.push(known ?? this.of(document, cell, store));
      if (!known) await turn();
    }
    return cells;
  }

  of(document: MatrixDocument, cell: MatrixCell, store: OpenStore): CellSoFar {
    const known = this.#known(cell, store);
    if (known) return known;
    const columns = store.fold.of(cell.digest);
    const made = soFar(document, cell, store, columns);
    this.#kept.set(cell, { ...made, store, columns, length: columns.length });
    return made;
  }

  #known(cell: MatrixCell, store: OpenStore): CellSoFar | undefined {
    const known = this.#kept.get(cell);
    const columns = store.fold.of(cell.digest);
    return known?.store === store && known.columns === columns && known.length === columns.length ? known : undefined;
  }
}

function soFar(document: MatrixDocument, cell: MatrixCell, store: OpenStore, columns: RunColumns): CellSoFar {
  const seeds = columns.seeds(document.seeds);
  const whole = seeds.length <= WHOLE;
  const read = whole ? document.seeds : firstOf(seeds);
  const { best, targets, tasks } = document;
  const source = {
    ...(best && { best }),
    ...(targets && { targets }),
    ...(tasks && { tasks }),
    file: store.look.file,
    runs: () => store.runs.runs(cell.digest, read),
    withLogs: ({ digest }: MatrixCell, reasons: Parameters<typeof withLogs>[2]) => withLogs(store.runs, digest, reasons),
  };
  const reportCell: ReportCell = {
    ...cell,
    ...testMetricOf(seeds.length > 0 ? store.runs.runs(cell.digest, { first: seeds[0]!, count: 1 }) : []),
  };
  const aggregated = aggregateRuns(source, reportCell);
  if (whole) return { aggregated, curves: aggregated.runs.length };
  return { aggregated: { ...aggregated, runs: rowsOf(columns, document.seeds) }, curves: aggregated.runs.length };
}

/** The range of the first runs. */
function firstOf(seeds: readonly number[]): { readonly first: number; readonly count: number } {
  return { first: seeds[0]!, count: seeds[Math.min(SAMPLE, seeds.length) - 1]! - seeds[0]! + 1 };
}

const NOT_LOOKED_FOR = {};

/** The runs that have a score, in the order of their seeds. */
function rowsOf(columns: RunColumns, { first, count }: SeedRange): RunRow[] {
  const { seed: seeds, score, test, queries, different, updates, seconds, wall } = columns.all;
  const rows: RunRow[] = [];
  for (let i = 0; i < columns.length; i++) {
    const [seed, found] = [seeds[i]!, test[i]!];
    if (seed < first || seed >= first + count || Number.isNaN(score[i]!)) continue;
    const row: { -readonly [Key in keyof RunRow]: RunRow[Key] } = {
      seed,
      score: score[i]!,
      queries: queries[i]!,
      distinct: different[i]!,
      updates: updates[i]!,
      seconds: seconds[i]!,
      wallSeconds: wall[i]!,
      queriesTo: NOT_LOOKED_FOR,
      architecture: "",
    };
    if (!Number.isNaN(found)) row.test = found;
    rows.push(row);
  }
  return rows.sort((a, b) => a.seed - b.seed);
}
