/**
 * The numbers of a metric at each of its epochs and training seeds, wherever the file has them: in columns of their own, in
 * lists, or in rows.
 *
 * @module
 */
import type { MetricSource, TableImport } from "../../../../core/manifest/table-import.ts";
import type { SourceRows } from "../source/source-rows.ts";
import type { Entry } from "./architectures.ts";
import { columnsLike } from "./columns.ts";
import { isMissing, listOf, numberOf } from "./numbers.ts";

/** What the file has in one place. */
export interface Cell {
  readonly row: number;
  readonly column: string;
  readonly found: unknown;
}

/** Where a metric's numbers are. */
export interface Readings {
  /** The epochs, ascending, as counts of epochs that are over; empty where the file tells none apart. */
  readonly epochs: readonly number[];
  /** The seeds, ascending; empty where the file tells none apart. */
  readonly seeds: readonly number[];
  /** The cell of an architecture; undefined where it has no row for this. */
  cell(entry: Entry, epoch: number | undefined, seed: number | undefined): Cell | undefined;
}

/** What of a metric says where it is. */
export type Place = Pick<MetricSource, "column"> & Partial<Pick<MetricSource, "list" | "every">>;

/** Rows of one architecture by epoch and seed. */
export class RowIndex {
  readonly epochs: readonly number[];
  readonly seeds: readonly number[];
  readonly #rows = new Map<Entry, ReadonlyMap<string, number>>();

  /** @param told  is told of rows whose epoch or seed is no whole number, or there twice */
  constructor(
    source: SourceRows,
    { rows, firstEpoch }: Pick<TableImport, "rows" | "firstEpoch">,
    entries: readonly Entry[],
    told: (row: number, column: string, problem: string) => void,
  ) {
    const epochs = new Set<number>();
    const seeds = new Set<number>();
    const whole = (column: string, row: number) => {
      const number = numberOf(source.value(column, row));
      if (Number.isInteger(number) && number >= 0) return number;
      told(row, column, `${JSON.stringify(source.value(column, row)) ?? "nothing"} is not a whole number from 0`);
      return undefined;
    };
    for (const entry of entries) {
      const own = new Map<string, number>();
      this.#rows.set(entry, own);
      for (const row of rows ? entry.rows : []) {
        const found = rows!.epoch === undefined ? undefined : whole(rows!.epoch, row);
        const epoch = found === undefined ? undefined : found + 1 - firstEpoch;
        const seed = rows!.seed === undefined ? undefined : whole(rows!.seed, row);
        const before = own.get(`${epoch} ${seed}`);
        if (before !== undefined) {
          const at = [epoch !== undefined && `epoch ${found}`, seed !== undefined && `seed ${seed}`].filter(Boolean).join(" and ");
          told(row, (rows!.seed ?? rows!.epoch)!, `${entry.text} has ${at} in ${source.place(before)} already. Take one of the rows out`);
        }
        own.set(`${epoch} ${seed}`, row);
        if (epoch !== undefined) epochs.add(epoch);
        if (seed !== undefined) seeds.add(seed);
      }
    }
    this.epochs = ascending(epochs);
    this.seeds = ascending(seeds);
  }

  /** The row of an architecture; undefined if it has none. */
  row(entry: Entry, epoch: number | undefined, seed: number | undefined): number | undefined {
    return this.#rows.get(entry)!.get(`${epoch} ${seed}`);
  }
}

function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}

/** @returns where the numbers are, or what is wrong with the description: sentences without a place */
export function readingsOf(
  source: SourceRows,
  { column: name, list, every = 1 }: Place,
  { rows, firstEpoch }: Pick<TableImport, "rows" | "firstEpoch">,
  entries: readonly Entry[],
  index: RowIndex,
): Readings | string {
  const columns = columnsLike(name, source.columns);
  const [first] = columns;
  const inName = { epoch: first?.epoch !== undefined, seed: first?.seed !== undefined };
  const inList = { epoch: list === "epochs", seed: list === "seeds" };
  const inRows = { epoch: rows?.epoch !== undefined, seed: rows?.seed !== undefined };
  for (const dimension of ["epoch", "seed"] as const)
    if (Number(inName[dimension]) + Number(inList[dimension]) + Number(inRows[dimension]) > 1)
      return `the ${dimension}s of the column are told in two ways: by the rows, a list, or its name. Leave one of them out`;

  const length =
    list === undefined
      ? 0
      : longest(
          source,
          columns.map(({ column }) => column),
          entries,
        );
  const counted = Array.from({ length }, (_, i) => (list === "epochs" ? (i + 1) * every : i + 1));
  const epochOf = ({ epoch }: { readonly epoch?: number }) => epoch! + 1 - firstEpoch;
  const epochs = inRows.epoch ? index.epochs : inList.epoch ? counted : inName.epoch ? ascending(new Set(columns.map(epochOf))) : [];
  const seeds = inRows.seed ? index.seeds : inList.seed ? counted : inName.seed ? ascending(new Set(columns.map(({ seed }) => seed!))) : [];
  const byName = new Map(
    columns.map((one) => [`${inName.epoch ? epochOf(one) : undefined} ${inName.seed ? one.seed : undefined}`, one.column]),
  );
  const lists = listReader(source);

  return {
    epochs,
    seeds,
    cell(entry, epoch, seed) {
      const column = byName.get(`${inName.epoch ? epoch : undefined} ${inName.seed ? seed : undefined}`);
      const row = rows ? index.row(entry, inRows.epoch ? epoch : undefined, inRows.seed ? seed : undefined) : entry.rows[0];
      if (column === undefined || row === undefined) return undefined;
      if (list === undefined) return { row, column, found: source.value(column, row) };
      const entries = lists(column, row);
      return { row, column, found: entries?.[counted.indexOf(list === "epochs" ? epoch! : seed!)] };
    },
  };
}

/** The most entries of a list in the columns. */
function longest(source: SourceRows, columns: readonly string[], entries: readonly Entry[]): number {
  let most = 0;
  for (const { rows } of entries)
    for (const row of rows)
      for (const column of columns) {
        const found = source.value(column, row);
        if (!isMissing(found)) most = Math.max(most, listOf(found)?.length ?? 0);
      }
  return most;
}

/** Lists are read entry by entry: the last one is kept, since splitting a text again for each takes long. */
function listReader(source: SourceRows): (column: string, row: number) => readonly unknown[] | undefined {
  const kept = new Map<string, { readonly row: number; readonly list: readonly unknown[] | undefined }>();
  return (column, row) => {
    const before = kept.get(column);
    if (before?.row === row) return before.list;
    const found = source.value(column, row);
    const list = isMissing(found) ? undefined : listOf(found);
    kept.set(column, { row, list });
    return list;
  };
}
