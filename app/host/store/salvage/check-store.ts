/** What is intact of a store, and what is lost. @module */
import { EvokeError } from "../../../../core/errors/index.ts";
import { StoreDatabase, untouched } from "../database.ts";
import { inventoryOf, type TableName } from "./intact-rows.ts";

/** What `evoke doctor --store --json` prints, but for names; a contract, see docs/guide/json-documents.md. */
export interface StoreCheck {
  readonly store: string;
  /** Whether the file can be used as it is: rows that are not as they were written are found and done again. */
  readonly usable: boolean;
  /** Why it cannot be used. */
  readonly problem?: string;
  readonly runs: Counts;
  /** Of runs that took long, or are not finished. */
  readonly evaluations: Counts;
  /** Evaluations that runs share. */
  readonly shared: Counts;
  /** Evaluations that evoke ask has handed out. */
  readonly asked: Counts;
  readonly experiments: readonly { readonly digest: string; readonly intact: number; readonly lost: readonly number[] }[];
}

interface Counts {
  readonly intact: number;
  /** Not as they were written; or not found, though the index has them. */
  readonly lost: number;
}

/** Looks at all of a store, and changes nothing. @throws EvokeError CANNOT_READ, STORE_EMPTY, STORE_UNAVAILABLE */
export async function checkStore(file: string): Promise<StoreCheck> {
  const inventory = inventoryOf(file);
  const count = (table: TableName) => inventory.count(table);
  const problem = await problemOf(file, count("runs").intact);
  return {
    store: file,
    usable: problem === undefined,
    ...(problem !== undefined && { problem }),
    ...{ runs: count("runs"), evaluations: count("evaluations"), shared: count("shared"), asked: count("asked") },
    experiments: [...inventory.runs].map(([digest, runs]) => ({ digest, ...runs })),
  };
}

/** What is wrong with the file as a whole. @param runs  intact ones that were found in it */
async function problemOf(file: string, runs: number): Promise<string | undefined> {
  let store: StoreDatabase | undefined;
  try {
    store = await StoreDatabase.open(file, "read", await untouched(file)); // SQLite throws the rest of a damaged log away
    return store.problem(runs);
  } catch (error) {
    if (!(error instanceof EvokeError) || !["STORE_DAMAGED", "STORE_FOREIGN"].includes(error.code)) throw error;
    return (error.cause as Error | undefined)?.message ?? error.message.split("\n")[0]!;
  } finally {
    store?.close();
  }
}
