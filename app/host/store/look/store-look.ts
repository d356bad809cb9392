/**
 * A store as somebody sees it who watches while others write: what was added since the last look, in rows of numbers that
 * SQLite itself takes out of the JSON. Checksums are not looked at here: what is shown in full is read by RunStore.
 *
 * @module
 */
import { statSync } from "node:fs";
import { storeGone } from "../../../../core/errors/index.ts";
import { type Columns, StoreDatabase } from "../database.ts";

/** The numbers of a finished run; null where it lacks one, or its JSON is damaged. */
export interface RunFacts {
  /** Of the row: later rows have larger ones. */
  readonly row: number;
  readonly digest: string;
  readonly seed: number;
  readonly score: number | null;
  readonly test: number | null;
  readonly queries: number | null;
  /** Architectures. */
  readonly different: number | null;
  readonly updates: number | null;
  readonly rejected: number | null;
  readonly retried: number | null;
  readonly seconds: number | null;
  readonly wall: number;
}

const FACTS: Columns<RunFacts> = {
  ...{ row: "integer", digest: "text", seed: "integer", score: "real", test: "real", queries: "real", different: "integer" },
  ...{ updates: "integer", rejected: "integer", retried: "integer", seconds: "real", wall: "real" },
};
/** Where in a result the numbers are. */
const PLACES = {
  ...{ score: "best.score", test: "best.test", queries: "queries", different: "distinct", updates: "updates" },
  ...{ rejected: "failed", retried: "retried", seconds: "cost.seconds" },
};
const FACTS_OF_ROW = Object.entries(PLACES)
  .map(([name, place]) => `json_extract(json, '$.${place}') AS ${name}`)
  .join(", ");

/** A run of which there are evaluations. */
export interface JournalSize {
  readonly digest: string;
  readonly seed: number;
}

/** What the journal of a run has in all. */
export interface JournalFacts {
  readonly evaluations: number;
  /** Of them first centres are none. */
  readonly proposals: number;
  readonly rejected: number;
  /** Tries that failed and were made again. */
  readonly retried: number;
  readonly wall: number;
  readonly seconds: number;
  /** Of the scores after all epochs; null without any. */
  readonly highest: number | null;
  readonly lowest: number | null;
}

const RUN_NAME: Columns<JournalSize> = { digest: "text", seed: "integer" };

export class StoreLook {
  readonly file: string;
  readonly database: StoreDatabase;
  readonly #identity: string | undefined;

  private constructor(database: StoreDatabase) {
    this.file = database.file;
    this.database = database;
    this.#identity = identityOf(this.file);
  }

  /** @throws EvokeError as RunStore.open */
  static async open(file: string): Promise<StoreLook> {
    return new StoreLook(await StoreDatabase.open(file, "read"));
  }

  close(): void {
    this.database.close();
  }

  /**
   * A number that is another one after something was written.
   * @throws EvokeError STORE_GONE where the file was removed, moved or replaced
   */
  version(): number {
    const found = identityOf(this.file);
    if (found !== this.#identity)
      throw storeGone(this.file, found === undefined ? "there is no such file any more" : "another file is in its place");
    const [{ data_version }] = this.database.all("PRAGMA data_version") as [{ data_version: number }];
    return data_version;
  }

  /** When something was written last, in milliseconds since 1970. */
  changed(): number {
    const [file, log] = [this.file, `${this.file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false }));
    return Math.max(file?.mtimeMs ?? 0, log && log.size > 0 ? log.mtimeMs : 0); // an empty log is made by whoever reads
  }

  /** How many finished runs there are. */
  count(): number {
    const [{ count }] = this.database.all("SELECT count(*) AS count FROM runs") as [{ count: number }];
    return count;
  }

  /** Finished runs that were added after a row, by row. */
  runsAfter(row: number, limit: number): RunFacts[] {
    return this.database.rows(
      FACTS,
      `FROM (SELECT row, digest, seed, ${FACTS_OF_ROW}, wall_seconds AS wall FROM
        (SELECT rowid AS row, digest, seed, wall_seconds, CASE WHEN json_valid(result) THEN result END AS json
         FROM runs WHERE rowid > ? ORDER BY rowid LIMIT ?))`,
      row,
      limit,
    );
  }

  /** The architectures of finished runs, in text; a damaged run has "". */
  answers(digest: string, seeds: readonly number[]): Map<number, string> {
    const rows = this.database.rows<{ seed: number; architecture: string | null }>(
      { seed: "integer", architecture: "text" },
      `FROM (SELECT seed, json_extract(CASE WHEN json_valid(result) THEN result END, '$.best.architecture') AS architecture
       FROM runs WHERE digest = ? AND seed IN (SELECT value FROM json_each(?)))`,
      digest,
      JSON.stringify(seeds),
    );
    return new Map(rows.map(({ seed, architecture }) => [seed, architecture ?? ""]));
  }

  /** The last row of the journals. */
  lastEvaluation(): number {
    if (!this.database.keepsEvaluations) return 0;
    const [{ last }] = this.database.all("SELECT coalesce(max(rowid), 0) AS last FROM evaluations") as [{ last: number }];
    return last;
  }

  /** The runs of which there are evaluations, finished or not; after a row, those to whose journals something was added. */
  journalsAfter(row: number): JournalSize[] {
    if (!this.database.keepsEvaluations) return [];
    return row === 0
      ? this.database.rows(RUN_NAME, "FROM (SELECT DISTINCT digest, seed FROM evaluations)")
      : this.database.rows(RUN_NAME, "FROM (SELECT DISTINCT digest, seed FROM evaluations WHERE rowid > ?)", row);
  }

  /** How many evaluations the journals of runs have; runs without a journal are left out. */
  journalSizes(digest: string, seeds: readonly number[]): Map<number, number> {
    if (!this.database.keepsEvaluations) return new Map();
    const rows = this.database.all<{ seed: number; count: number }>(
      "SELECT CAST(seed AS INTEGER) AS seed, count(*) AS count FROM evaluations WHERE digest = ? AND seed IN (SELECT value FROM json_each(?)) GROUP BY seed",
      digest,
      JSON.stringify(seeds),
    );
    return new Map(rows.map(({ seed, count }) => [seed, count]));
  }

  journal(digest: string, seed: number): JournalFacts {
    const [facts] = this.database.all<JournalFacts>(
      `SELECT count(*) AS evaluations, coalesce(sum(query >= 0), 0) AS proposals, coalesce(sum(score IS NULL), 0) AS rejected,
        coalesce(sum(tries - (score IS NULL AND tries > 0)), 0) AS retried, coalesce(sum(CAST(wall_seconds AS REAL)), 0.0) AS wall,
        coalesce(sum(seconds), 0.0) AS seconds, max(CASE WHEN fidelity IS NULL THEN score END) AS highest,
        min(CASE WHEN fidelity IS NULL THEN score END) AS lowest
       FROM (SELECT CAST(query AS INTEGER) AS query, fidelity, wall_seconds, CAST(json_extract(json, '$.measurement.score') AS REAL) AS score,
          CAST(json_extract(json, '$.measurement.seconds') AS REAL) AS seconds, coalesce(json_array_length(json, '$.failures'), 0) AS tries
         FROM (SELECT query, fidelity, wall_seconds, CASE WHEN json_valid(outcome) THEN outcome END AS json
               FROM evaluations WHERE digest = ? AND seed = ?))`,
      digest,
      seed,
    );
    return facts!;
  }
}

/** Tells a file from others; undefined if there is none. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}
