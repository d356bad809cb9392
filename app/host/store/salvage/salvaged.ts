/** Opens what is intact of a damaged store as a store of its own. @module */
import { statSync } from "node:fs";
import { join } from "node:path";
import { EvokeError, storeDamaged } from "../../../../core/errors/index.ts";
import { aroundDamage, StoreDatabase, temporaryFolder } from "../database.ts";
import { foundIn, Inventory, inventoryOf, STORED } from "./intact-rows.ts";

/** A store of which all is to be read. */
export interface SourceStore {
  readonly database: StoreDatabase;
  /** Where the file is damaged: its runs that are lost, as far as their keys are known. */
  readonly lost?: readonly { readonly digest: string; readonly seed: number }[];
}

/**
 * Opens a store to read all of it; where pages of it are damaged, a copy of what is intact, which goes with the process.
 * @throws EvokeError as StoreDatabase.open: STORE_DAMAGED only if nothing in it is intact
 */
export async function openSource(file: string): Promise<SourceStore> {
  let database: StoreDatabase | undefined;
  try {
    database = await StoreDatabase.open(file, "read");
    const problem = database.problem(hasLog(file) ? inventoryOf(file).count("runs").intact : 0);
    if (problem === undefined) return { database };
    throw storeDamaged(file, problem, aroundDamage(file));
  } catch (error) {
    // A database of something else may be a store whose header is damaged.
    const damaged = error instanceof EvokeError && ["STORE_DAMAGED", "STORE_FOREIGN"].includes(error.code);
    const salvaged = damaged ? await salvage(file) : undefined;
    database?.close(); // not before: SQLite throws the rest of a damaged log away
    if (!salvaged) throw error;
    return salvaged;
  }
}

function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** @returns undefined if nothing is intact */
async function salvage(file: string): Promise<SourceStore | undefined> {
  const copy = join(await temporaryFolder(), "runs.sqlite");
  const target = await StoreDatabase.open(copy, "write");
  const inventory = new Inventory();
  try {
    target.transaction(() => {
      for (const found of foundIn(file)) {
        inventory.add(found);
        if (found.values) insert(target, found.table, found.values);
      }
    });
  } finally {
    target.close();
  }
  if (!inventory.hasIntact) return undefined;
  const lost = [...inventory.runs].flatMap(([digest, runs]) => runs.lost.map((seed) => ({ digest, seed })));
  return { database: await StoreDatabase.open(file, "read", copy), lost };
}

/** The same row may be there twice, such as in its old place and in its new one. */
function insert(target: StoreDatabase, table: keyof typeof STORED, values: readonly unknown[]): void {
  const { columns } = STORED[table];
  const row = values.map((value) => (value instanceof ArrayBuffer ? Buffer.from(value) : value));
  target.write(`INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`, [row]);
}
