/**
 * The SQLite file of a store: opening it, whose it is, what its tables are, and what SQLite says told in our words.
 *
 * @module
 */
import { existsSync, rmSync, statSync } from "node:fs";
import { copyFile, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import {
  cannotReadFile,
  cannotWriteFile,
  EvokeError,
  storeDamaged,
  storeEmpty,
  storeForeign,
  storeGone,
  storeNewer,
  storeUnavailable,
} from "../../../core/errors/index.ts";
import { refuseIrregular } from "../../../training/files/named-file.ts";
import { shortPath } from "../short-path.ts";
import { checkBeside, ownPlace } from "./own-place.ts";
import { installedSqlite, missingLibrary, type Sqlite, type SqliteFile } from "./sqlite.ts";

/** "EVOK": says that a file of SQLite is a store of runs. */
const APPLICATION = 0x45564f4b;
export const IN_MEMORY = ":memory:";
/**
 * Of the tables below. Format 2 had the runs alone; such a store is read as it is, and gets the other tables when it is
 * opened to be written.
 */
const FORMAT = 3;
const READABLE = [2, FORMAT];
const TABLES = `
  CREATE TABLE IF NOT EXISTS runs (
    digest TEXT NOT NULL, seed INTEGER NOT NULL, result TEXT NOT NULL, trajectory BLOB NOT NULL,
    wall_seconds REAL NOT NULL, checksum BLOB NOT NULL, PRIMARY KEY (digest, seed)
  );
  CREATE TABLE IF NOT EXISTS evaluations (
    digest TEXT NOT NULL, seed INTEGER NOT NULL, place INTEGER NOT NULL, query INTEGER NOT NULL, architecture TEXT NOT NULL,
    fidelity REAL, outcome TEXT NOT NULL, wall_seconds REAL NOT NULL, checksum BLOB NOT NULL, PRIMARY KEY (digest, seed, place)
  );
  CREATE TABLE IF NOT EXISTS shared (
    key TEXT NOT NULL PRIMARY KEY, outcome TEXT NOT NULL, wall_seconds REAL NOT NULL, checksum BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS asked (
    digest TEXT NOT NULL, seed INTEGER NOT NULL, query INTEGER NOT NULL, attempt INTEGER NOT NULL, asked REAL NOT NULL,
    told TEXT, checksum BLOB NOT NULL, PRIMARY KEY (digest, seed, query, attempt)
  );
  CREATE TABLE IF NOT EXISTS owners (id TEXT NOT NULL PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, beat INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS claims (name TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL);
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${FORMAT};`;
/** What SQLite computes when a store is read or written, however long that takes: none of it is in one that Evoke has made. */
const STRAY = `
  SELECT (SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR rootpage = 0)
       + (SELECT count(*) FROM sqlite_schema AS made, pragma_table_xinfo(made.name) AS found
           WHERE made.type = 'table' AND found.hidden > 0) AS count`;
/** How long a process waits for another that writes; a commit takes milliseconds. */
const BUSY_MILLISECONDS = 60_000;

/** As what a column is read, whatever the file has there. */
type ColumnType = "text" | "integer" | "real" | "blob";
/** The columns of a row that are read. A text and a number may be null in the file. */
export type Columns<Row> = { readonly [Name in keyof Row]-?: ColumnType };

export class StoreDatabase {
  readonly file: string;
  readonly mode: "read" | "write";
  readonly #database: SqliteFile;
  /** True if it was written before there were evaluations in it, and is only read. */
  #runsAlone = false;
  #withinTransaction = false;
  /** Tells the file that was opened from others of its name; undefined if it is not to be looked for. */
  #identity: string | undefined;
  /** What is to be done in the next commit. */
  #waiting: { readonly act: () => void; readonly done: () => void; readonly failed: (error: unknown) => void }[] = [];

  private constructor(file: string, mode: "read" | "write", database: SqliteFile) {
    this.file = file;
    this.mode = mode;
    this.#database = database;
  }

  /**
   * Opens a store. To be written it is made if it is not there.
   * @param salvaged  a file that has what is intact of it, where that is to be read instead
   * @throws EvokeError STORE_FOREIGN, STORE_NEWER, STORE_EMPTY, STORE_DAMAGED, STORE_UNAVAILABLE, CANNOT_READ or CANNOT_WRITE
   */
  static async open(file: string, mode: "read" | "write", salvaged?: string): Promise<StoreDatabase> {
    if (file !== IN_MEMORY && existsSync(file)) refuseIrregular({ path: file, what: "the runs in" });
    if (salvaged !== undefined) return StoreDatabase.#opened(file, mode, salvaged);
    if (mode === "read" && !existsSync(file)) throw cannotReadFile(file, "the runs in", Object.assign(new Error(), { code: "ENOENT" }));
    if (mode === "write")
      await mkdir(dirname(file), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        throw cannotWriteFile(file, error);
      });
    try {
      if (file !== IN_MEMORY) {
        if (mode === "write") ownPlace(dirname(file), basename(file));
        checkBeside(file);
      }
      return await StoreDatabase.#opened(file, mode, file);
    } catch (error) {
      // A database with a log cannot be read without writing beside it, where that may be and leads nowhere else.
      if (mode === "write" || !(error instanceof EvokeError && error.code === "CANNOT_WRITE")) throw error;
      return StoreDatabase.#opened(file, mode, await untouched(file));
    }
  }

  /** @param place  by which SQLite finds it */
  static async #opened(file: string, mode: "read" | "write", place: string): Promise<StoreDatabase> {
    const sqlite = await sqliteFor(file);
    let database: SqliteFile;
    try {
      database = sqlite.open(place, BUSY_MILLISECONDS);
    } catch (error) {
      throw storeUnavailable(file, error as Error);
    }
    const store = new StoreDatabase(file, mode, database);
    try {
      store.guarded(() => store.#prepare(mode));
      if (mode === "write" && file !== IN_MEMORY) store.#identity = identityOf(file);
      return store;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** What was added is in the one file then, unless another process has it open: that one, or the next, will see to it. */
  close(): void {
    this.flush();
    if (this.mode === "write") {
      try {
        this.#database.exec("PRAGMA busy_timeout = 0"); // nobody is waited for
        this.all("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        // Nothing is lost: what is not in the file yet is in its log.
      }
    }
    this.#database.close();
  }

  /** Checks whose file it is before anything is written, and makes the table where there is none. */
  #prepare(mode: "read" | "write"): void {
    const whose = () => {
      // In one statement: another process may be making the tables.
      const [found] = this.all<{ application: number; version: number; tables: number }>(
        `SELECT (SELECT application_id FROM pragma_application_id) AS application,
                (SELECT user_version FROM pragma_user_version) AS version, (SELECT count(*) FROM sqlite_schema) AS tables`,
      );
      const { application, version, tables } = found!;
      if (application === 0 && version === 0 && tables === 0) return "nobody's";
      if (application !== APPLICATION) throw storeForeign(this.file, "it is a database of something else");
      const [stray] = this.all<{ count: number }>(STRAY);
      if (stray!.count > 0) throw storeForeign(this.file, "it has views, triggers or columns that are computed, and Evoke makes none");
      if (!READABLE.includes(version)) throw storeNewer(this.file, version, FORMAT);
      return version === FORMAT ? "ours" : "older";
    };
    const owner = whose();
    this.#database.exec("PRAGMA synchronous = FULL");
    if (mode === "read") {
      if (owner === "nobody's") throw storeEmpty(this.file);
      this.#runsAlone = owner === "older";
      this.#database.exec("PRAGMA query_only = ON");
      return;
    }
    this.all("PRAGMA journal_mode = WAL");
    if (owner === "ours") return;
    this.transaction(() => {
      if (whose() !== "ours") this.#database.exec(TABLES); // unless another process was faster
    });
  }

  /** False in a store of before there were evaluations in it. */
  get keepsEvaluations(): boolean {
    return !this.#runsAlone;
  }

  /** Rows of numbers that SQLite itself makes; to the end at once, so that no lock is held afterwards. */
  all<T>(sql: string, ...values: unknown[]): T[] {
    return this.guarded(() => this.#database.prepare(sql).all(...values) as T[]);
  }

  /**
   * Rows of a query, as `all`. Libsql ends the process where a text is not UTF-8, so texts are read as bytes; one that is
   * damaged becomes another text, with which the checksum of its row does not agree.
   * @param rest  of the statement, after what is selected
   */
  rows<Row extends object>(columns: Columns<Row>, rest: string, ...values: unknown[]): Row[] {
    const types = Object.entries<ColumnType>(columns);
    const selected = types.map(([name, type]) => `CAST(${name} AS ${type === "text" ? "BLOB" : type}) AS read_${name}`);
    return this.all<Record<string, unknown>>(`SELECT ${selected.join(", ")} ${rest}`, ...values).map((read) => {
      const row: Record<string, unknown> = {};
      for (const [name, type] of types) {
        const value = read[`read_${name}`];
        row[name] = type === "text" && value !== null ? Buffer.from(value as ArrayBuffer).toString("utf8") : value;
      }
      return row as Row;
    });
  }

  /**
   * What SQLite finds wrong with the file, in its words; undefined if nothing. It reads all of the file.
   * @param runs  intact ones that were found without SQLite, which takes a damaged log for one that ends there
   */
  problem(runs = 0): string | undefined {
    const [{ found }] = this.rows<{ found: string }>(
      { found: "text" },
      "FROM (SELECT integrity_check AS found FROM pragma_integrity_check LIMIT 1)",
    ) as [{ found: string }];
    if (found !== "ok") return found.split("\n").find((line) => !line.startsWith("***")) ?? found; // *** in database main ***
    const [{ count }] = this.all("SELECT count(*) AS count FROM runs") as [{ count: number }];
    return count < runs ? `its log is damaged: SQLite finds ${count} of ${runs} runs` : undefined;
  }

  /** What a statement changes, once for each list of values, all or nothing. @returns how many rows were changed */
  write(sql: string, rows: Iterable<readonly unknown[]>): number {
    return this.guarded(() => {
      let changes = 0;
      const run = () => {
        const statement = this.#database.prepare(sql);
        for (const values of rows) changes += statement.run(...values).changes;
      };
      if (this.#withinTransaction) run();
      else this.transaction(run);
      return changes;
    });
  }

  /** Does it in one commit with what else comes in this turn of the event loop. @returns when it is safe */
  together(act: () => void): Promise<void> {
    if (this.#waiting.length === 0) setImmediate(() => this.flush());
    return new Promise((done, failed) => this.#waiting.push({ act, done, failed }));
  }

  /** Does what waits for a commit. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      this.guarded(() =>
        this.transaction(() => {
          for (const { act } of waiting) act();
        }),
      );
      for (const { done } of waiting) done();
    } catch (error) {
      for (const { failed } of waiting) failed(error);
    }
  }

  /** All that is done in it, or nothing; not within another. */
  transaction(act: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    this.#withinTransaction = true;
    try {
      act();
      this.#withinTransaction = false;
      this.#database.exec("COMMIT");
      this.checkThere();
    } catch (error) {
      this.#withinTransaction = false;
      try {
        this.#database.exec("ROLLBACK");
      } catch {
        // SQLite has rolled back by itself.
      }
      throw error;
    }
  }

  /**
   * A file that was removed takes what is written like any other, and nobody finds it again.
   * @throws EvokeError STORE_GONE
   */
  checkThere(): void {
    if (this.#identity === undefined) return;
    const found = identityOf(this.file);
    if (found !== this.#identity)
      throw storeGone(this.file, found === undefined ? "there is no such file any more" : "another file is in its place");
  }

  /** Tells what SQLite says in our words. */
  guarded<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof EvokeError) throw error;
      const { code = "", message } = error as Error & { code?: string };
      if (code === "SQLITE_NOTADB")
        throw storeForeign(
          this.file,
          `it is no database, or its beginning is damaged: see what is intact with evoke doctor --store ${shortPath(dirname(this.file))}`,
        );
      if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_ERROR")
        throw storeDamaged(this.file, message, aroundDamage(this.file), error as Error);
      throw cannotWriteFile(this.file, error as Error);
    }
  }
}

/** What to do where pages of a store are damaged. */
export function aroundDamage(file: string): string {
  return `See what is lost with: evoke doctor --store ${shortPath(dirname(file))}\n  ${wayOn(file)}`;
}

/** How to go on with what is intact of a store. */
export function wayOn(file: string): string {
  const out = shortPath(dirname(file));
  return `What is intact goes into a new store with: evoke merge ${out} --out ${out}-intact\n  The same command as before, with --out ${out}-intact, does the rest.`;
}

/** Tells a file from others; undefined if there is none. */
function identityOf(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

/** @throws EvokeError STORE_UNAVAILABLE */
async function sqliteFor(file: string): Promise<Sqlite> {
  return installedSqlite().catch((error) => {
    throw storeUnavailable(file, error, missingLibrary(error));
  });
}

/**
 * What to open a store by without changing anything, as in a folder that cannot be written. SQLite is told that nothing
 * changes there, if it can be told; but where a writer was killed before it had brought its log into the file, only
 * SQLite can do so, and gets a copy.
 */
export async function untouched(file: string): Promise<string> {
  const log = `${file}-wal`;
  refuseIrregular({ path: log, what: "the runs in" });
  if (!existsSync(log) && (await sqliteFor(file)).takesAddresses) return `${pathToFileURL(file).href}?immutable=1`;
  const copy = join(await temporaryFolder(), basename(file));
  await copyFile(log, `${copy}-wal`).catch(() => {}); // whoever had it open has just brought it into the file
  await copyFile(file, copy);
  return copy;
}

const temporary: string[] = [];

/** A folder that goes with the process. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "evoke-"));
  if (temporary.length === 0)
    process.once("exit", () => {
      for (const one of temporary) rmSync(one, { recursive: true, force: true });
    });
  temporary.push(folder);
  return folder;
}
