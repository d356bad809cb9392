/**
 * What is intact in the file of a store, however damaged the file is: every leaf of every tree is looked at, by whatever
 * page it is reached, and the checksum of a row says if it is as it was written. Keys that the indices have, and that no
 * intact row has, are lost.
 *
 * @module
 */
import { type AskedRow, intactAsked } from "../asked-store.ts";
import { type EvaluationRow, intactEvaluation, intactShared, type SharedRow } from "../evaluation-store.ts";
import { intactRun, type RunRow } from "../run-store.ts";
import { recordsOf, type StoreRecord, type Value } from "./records.ts";
import { StorePages } from "./store-pages.ts";

export type TableName = "runs" | "evaluations" | "shared" | "asked";

/** What identifies a row: a digest and what follows it. */
export type Key = readonly [digest: string, ...numbers: number[]];

interface StoredTable {
  readonly columns: readonly string[];
  /** So many columns, the first ones, are its key. */
  readonly keys: number;
  intact(key: Key, row: unknown): boolean;
}

/** The columns are in the order of the file. */
export const STORED: Readonly<Record<TableName, StoredTable>> = {
  runs: {
    columns: ["digest", "seed", "result", "trajectory", "wall_seconds", "checksum"],
    keys: 2,
    intact: ([digest], row) => intactRun(digest, row as RunRow),
  },
  evaluations: {
    columns: ["digest", "seed", "place", "query", "architecture", "fidelity", "outcome", "wall_seconds", "checksum"],
    keys: 3,
    intact: ([digest, seed], row) => intactEvaluation(digest, seed!, row as EvaluationRow),
  },
  shared: { columns: ["key", "outcome", "wall_seconds", "checksum"], keys: 1, intact: ([key], row) => intactShared(key, row as SharedRow) },
  asked: {
    columns: ["digest", "seed", "query", "attempt", "asked", "told", "checksum"],
    keys: 4,
    intact: ([digest, seed], row) => intactAsked(digest, seed!, row as AskedRow),
  },
};
const TABLES = Object.entries(STORED) as [TableName, StoredTable][];

/** What was found: an intact row, with the values of its columns; or a key without one. */
export interface Found {
  readonly table: TableName;
  readonly key: Key;
  readonly values?: readonly Value[];
}

/**
 * All that is found in a file, with what its log has. A key may be found more than once: with its row, with an older copy
 * of it, and in the index.
 * @throws EvokeError CANNOT_READ
 */
export function* foundIn(file: string): Generator<Found> {
  const pages = new StorePages(file);
  try {
    const freed = pages.freed();
    /** Rows that are not as they were written, by table and number: their key is looked up in the index. */
    const damaged = new Map<string, readonly Value[]>();
    for (const number of pages.numbers()) {
      if (freed.has(number)) continue;
      for (const record of recordsOf(pages, number)) {
        if (record.of !== "table") continue;
        const [table, stored] = TABLES.find(([, { columns }]) => columns.length === record.values.length) ?? [];
        if (!table || !stored) continue;
        if (isIntact(stored, record.values)) yield { table, key: keyOf(stored, record.values), values: record.values };
        else damaged.set(`${table} ${record.row}`, record.values);
      }
    }
    for (const number of pages.numbers()) {
      if (freed.has(number)) continue;
      for (const record of recordsOf(pages, number)) {
        const found = record.of === "index" && inIndex(record, damaged);
        if (found) yield found;
      }
    }
  } finally {
    pages.close();
  }
}

/** What an entry of an index says; with the row, where that is intact but for its key. */
function inIndex({ values }: StoreRecord, damaged: ReadonlyMap<string, readonly Value[]>): Found | undefined {
  const [table, stored] = TABLES.find(([, { keys }]) => keys === values.length - 1) ?? [];
  if (!table || !stored || !isKey(values.slice(0, -1))) return undefined;
  const key = keyOf(stored, values);
  const row = damaged.get(`${table} ${values.at(-1)}`);
  const whole = row && [...key, ...row.slice(stored.keys)];
  return { table, key, ...(whole && isIntact(stored, whole) && { values: whole }) };
}

function isIntact(stored: StoredTable, values: readonly Value[]): boolean {
  const row = Object.fromEntries(stored.columns.map((column, i) => [column, values[i]]));
  return typeof values[0] === "string" && stored.intact(keyOf(stored, values), row);
}

function keyOf({ keys }: StoredTable, values: readonly Value[]): Key {
  return values.slice(0, keys) as unknown as Key;
}

/** Damage makes other keys of keys: what is none at all is not reported as lost. */
function isKey([digest, ...numbers]: readonly Value[]): boolean {
  return typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest) && numbers.every(Number.isSafeInteger);
}

/** What of an experiment was found. */
export interface ExperimentRuns {
  readonly intact: number;
  /** The seeds of runs that are not as they were written, or not found. */
  readonly lost: readonly number[];
}

/** Counts what is found. */
export class Inventory {
  /** By table: for each key but its last number, which of these numbers are intact, and which are known. */
  readonly #groups: Readonly<Record<TableName, Map<string, Group>>> = {
    runs: new Map(),
    evaluations: new Map(),
    shared: new Map(),
    asked: new Map(),
  };

  add({ table, key, values }: Found): void {
    const last = key.length > 1 ? (key.at(-1) as number) : 0;
    const name = key.length > 1 ? key.slice(0, -1).join(" ") : key[0];
    const groups = this.#groups[table];
    const group = groups.get(name) ?? { intact: new Set(), known: new Set() };
    groups.set(name, group);
    (values ? group.intact : group.known).add(last);
  }

  get hasIntact(): boolean {
    return Object.keys(this.#groups).some((table) => this.count(table as TableName).intact > 0);
  }

  count(table: TableName): { readonly intact: number; readonly lost: number } {
    let [intact, lost] = [0, 0];
    for (const group of this.#groups[table].values()) {
      intact += group.intact.size;
      lost += lostOf(group).length;
    }
    return { intact, lost };
  }

  /** By the digests of their experiments. */
  get runs(): ReadonlyMap<string, ExperimentRuns> {
    return new Map([...this.#groups.runs].map(([digest, group]) => [digest, { intact: group.intact.size, lost: lostOf(group) }]));
  }
}

interface Group {
  readonly intact: Set<number>;
  readonly known: Set<number>;
}

function lostOf({ intact, known }: Group): number[] {
  return [...known].filter((number) => !intact.has(number)).sort((a, b) => a - b);
}

/** All that is found in a file. @throws EvokeError CANNOT_READ */
export function inventoryOf(file: string): Inventory {
  const inventory = new Inventory();
  for (const found of foundIn(file)) inventory.add(found);
  return inventory;
}
