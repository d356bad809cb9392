/** Opens what is intact of a damaged store as a store of its own. @module */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { EvokeError, storeDamaged } from "../../../../core/errors/index.ts";
import { aroundDamage, StoreDatabase } from "../database.ts";
import { foundIn, Inventory, STORED } from "./intact-rows.ts";

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
  const opened = await openWhole(file);
  if (opened instanceof StoreDatabase) return { database: opened };
  const copy = join(await mkdtemp(join(tmpdir(), "evoke-")), "runs.sqlite");
  process.once("exit", () => rmSync(join(copy, ".."), { recursive: true, force: true }));
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
  if (!inventory.hasIntact) throw opened;
  const lost = [...inventory.runs].flatMap(([digest, runs]) => runs.lost.map((seed) => ({ digest, seed })));
  return { database: await StoreDatabase.open(file, "read", copy), lost };
}

/** @returns the error where it is damaged; a database of something else is one too, since its header may be what is */
async function openWhole(file: string): Promise<StoreDatabase | EvokeError> {
  let database: StoreDatabase | undefined;
  try {
    database = await StoreDatabase.open(file, "read");
    const problem = database.problem();
    if (problem === undefined) return database;
    database.close();
    return storeDamaged(file, problem, aroundDamage(file));
  } catch (error) {
    database?.close();
    if (error instanceof EvokeError && ["STORE_DAMAGED", "STORE_FOREIGN"].includes(error.code)) return error;
    throw error;
  }
}

/** The same row may be there twice, such as in its old place and in its new one. */
function insert(target: StoreDatabase, table: keyof typeof STORED, values: readonly unknown[]): void {
  const { columns } = STORED[table];
  const row = values.map((value) => (value instanceof ArrayBuffer ? Buffer.from(value) : value));
  target.write(`INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`, [row]);
}
