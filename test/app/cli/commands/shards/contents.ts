/** All that is in a store, for comparisons. @module */
import { inflateRawSync } from "node:zlib";
import { StoreDatabase } from "../../../../../app/host/store/database.ts";

const SECONDS = /"seconds":[\d.e+-]+/g;

/** The rows of a store in text, table by table, but for what follows from the clock: seconds, and the order of evaluations in journals. */
export async function contentsOf(file: string): Promise<Readonly<Record<"runs" | "evaluations" | "shared", readonly string[]>>> {
  const store = await StoreDatabase.open(file, "read");
  const rows = <Row extends object>(sql: string) => store.all<Row>(sql);
  const text = (row: object) => JSON.stringify(row).replaceAll('\\"', '"').replaceAll(SECONDS, "");
  try {
    return {
      runs: rows<{ trajectory: ArrayBuffer }>("SELECT digest, seed, result, trajectory FROM runs ORDER BY digest, seed").map(
        ({ trajectory, ...row }) => text({ ...row, trajectory: inflateRawSync(trajectory).toString("utf8") }),
      ),
      evaluations: rows("SELECT digest, seed, query, architecture, fidelity, outcome FROM evaluations ORDER BY digest, seed, query").map(
        text,
      ),
      shared: rows("SELECT key, outcome FROM shared ORDER BY key").map(text),
    };
  } finally {
    store.close();
  }
}
