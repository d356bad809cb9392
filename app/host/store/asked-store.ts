/**
 * Evaluations that are asked for and told from outside: which were handed out, and what was told of tries whose
 * evaluation is not in the journal of its run yet, such as one that failed and is tried again. What is not as it was
 * written counts as not there: it is asked again.
 *
 * @module
 */
import type { Told } from "../ask/outcome.ts";
import type { Columns, StoreDatabase } from "./database.ts";
import { intact, sum } from "./evaluation-store.ts";

/** A try of an evaluation that was handed out. */
export interface AskedTry {
  readonly query: number;
  readonly attempt: number;
  /** When it was handed out last, in milliseconds since 1970. */
  readonly asked: number;
  /** Left out if it was not told. */
  readonly told?: Told;
}

export interface AskedRow {
  readonly query: number;
  readonly attempt: number;
  readonly asked: number;
  readonly told: string | null;
  readonly checksum: unknown;
}

const COLUMNS: Columns<AskedRow> = { query: "integer", attempt: "integer", asked: "real", told: "text", checksum: "blob" };

export class AskedStore {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  /** Those of a run, the one that was handed out first before the others. */
  of(digest: string, seed: number): AskedTry[] {
    return this.#database
      .rows(COLUMNS, "FROM asked WHERE digest = ? AND seed = ? ORDER BY asked, query", digest, seed)
      .filter((row) => intactAsked(digest, seed, row))
      .map(({ query, attempt, asked, told }) => ({ query, attempt, asked, ...(told !== null && { told: JSON.parse(told) as Told }) }));
  }

  /** Keeps one, or changes it; when it returns, it is safe. */
  keep(digest: string, seed: number, { query, attempt, asked, told }: AskedTry): void {
    const row = { query, attempt, asked, told: told === undefined ? null : JSON.stringify(told) };
    this.#database.write(
      "INSERT OR REPLACE INTO asked (digest, seed, query, attempt, asked, told, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [[digest, seed, ...Object.values(row), sumOf(digest, seed, row)]],
    );
  }

  /** Forgets all tries of evaluations of a run. */
  forget(digest: string, seed: number, queries: readonly number[]): void {
    this.#database.write(
      "DELETE FROM asked WHERE digest = ? AND seed = ? AND query = ?",
      queries.map((query) => [digest, seed, query]),
    );
  }

  /** A text that is another one after something of a run was told. */
  state(digest: string, seed: number): string {
    const [counts] = this.#database.all<object>(
      `SELECT (SELECT count(*) FROM evaluations WHERE digest = ?1 AND seed = ?2) AS evaluations,
              (SELECT count(told) FROM asked WHERE digest = ?1 AND seed = ?2) AS told,
              (SELECT count(*) FROM runs WHERE digest = ?1 AND seed = ?2) AS runs`,
      ...[digest, seed],
    );
    return JSON.stringify(counts);
  }
}

/** True if a row is as it was written. */
export function intactAsked(digest: string, seed: number, row: AskedRow): boolean {
  return intact(row.checksum, sumOf(digest, seed, row));
}

function sumOf(digest: string, seed: number, { query, attempt, asked, told }: Omit<AskedRow, "checksum">): Buffer {
  return sum([digest, seed, query, attempt, asked, told]);
}
