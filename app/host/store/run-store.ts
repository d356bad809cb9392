/**
 * The store of finished runs: one SQLite file, addressed by the digest of the experiment and the seed, so
 * that equal runs are done once whatever matrix they belong to.
 *
 * - A run that was added survives a kill, and a power cut: the log is written through at each commit.
 * - Any number of processes may use one store. Where two add the same run, the first is kept; they are equal.
 * - Each row has a checksum. What is not as it was written is told, never used.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { copyFile, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type Database from "libsql";
import { cannotReadFile, cannotWriteFile, EvokeError, storeDamaged, storeForeign, storeUnavailable } from "../../../core/errors/index.ts";
import type { RunResult } from "../../../core/record/result.ts";
import type { Trajectory } from "../../../core/record/trajectory.ts";
import type { FinishedRun, StoredRun } from "./stored-run.ts";

/** Seeds one after the other. */
export interface SeedRange {
  readonly first: number;
  readonly count: number;
}

/** "EVOK": says that a file of SQLite is a store of runs. */
const APPLICATION = 0x45564f4b;
const IN_MEMORY = ":memory:";
/** Of the tables below. */
const SCHEMA_VERSION = 2;
/** How long a process waits for another that writes; a commit takes milliseconds. */
const BUSY_MILLISECONDS = 60_000;
/** Rows read at a time: what is in memory does not grow with the seeds, and no read stays open between. */
const PAGE = 100;
const AFRESH = "Move the file away, and those beside it that begin with its name: the same command does the runs again.";

interface Row {
  readonly seed: number;
  readonly result: string;
  readonly trajectory: ArrayBuffer;
  readonly wall_seconds: number;
  readonly checksum: ArrayBuffer;
}

export class RunStore {
  readonly file: string;
  readonly #mode: "read" | "write";
  readonly #database: Database.Database;

  private constructor(file: string, mode: "read" | "write", database: Database.Database) {
    this.file = file;
    this.#mode = mode;
    this.#database = database;
  }

  /** A store that goes with the process. */
  static inMemory(): Promise<RunStore> {
    return RunStore.open(IN_MEMORY, "write");
  }

  /** False if it is in memory, where no other thread can read it. */
  get isFile(): boolean {
    return this.file !== IN_MEMORY;
  }

  /**
   * Opens a store. To be written it is made if it is not there.
   * @throws EvokeError STORE_FOREIGN, STORE_DAMAGED, STORE_UNAVAILABLE, CANNOT_READ or CANNOT_WRITE
   */
  static async open(file: string, mode: "read" | "write"): Promise<RunStore> {
    if (mode === "read" && !existsSync(file)) throw cannotReadFile(file, "the runs in", Object.assign(new Error(), { code: "ENOENT" }));
    if (mode === "write")
      await mkdir(dirname(file), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        throw cannotWriteFile(file, error);
      });
    try {
      return await RunStore.#opened(file, mode, file);
    } catch (error) {
      // A database with a log cannot be read without writing beside it.
      if (mode === "write" || !(error instanceof EvokeError && error.code === "CANNOT_WRITE")) throw error;
      return RunStore.#opened(file, mode, await readOnly(file));
    }
  }

  /** @param place  by which SQLite finds it */
  static async #opened(file: string, mode: "read" | "write", place: string): Promise<RunStore> {
    let database: Database.Database;
    try {
      const { default: Libsql } = await import("libsql");
      database = new Libsql(place, { timeout: BUSY_MILLISECONDS } as Database.Options);
    } catch (error) {
      throw storeUnavailable(file, error as Error);
    }
    const store = new RunStore(file, mode, database);
    try {
      store.#guarded(() => store.#prepare(mode));
      return store;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** What was added is in the one file then, unless another process has it open: that one, or the next, will see to it. */
  close(): void {
    if (this.#mode === "write") {
      try {
        this.#database.exec("PRAGMA busy_timeout = 0"); // nobody is waited for
        this.#all("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        // Nothing is lost: what is not in the file yet is in its log.
      }
    }
    this.#database.close();
  }

  /** The seeds of an experiment whose runs are finished. */
  seeds(digest: string): ReadonlySet<number> {
    const rows = this.#all<{ seed: number }>("SELECT seed FROM runs WHERE digest = ?", digest);
    return new Set(rows.map(({ seed }) => seed));
  }

  /** True if the run is finished. */
  has(digest: string, seed: number): boolean {
    return this.#all("SELECT 1 FROM runs WHERE digest = ? AND seed = ?", digest, seed).length > 0;
  }

  /** The trajectory of a finished run. */
  trajectory(digest: string, seed: number): Trajectory | undefined {
    const [run] = this.runs(digest, { first: seed, count: 1 });
    return run?.trajectory;
  }

  /**
   * The finished runs among these seeds, by seed, read as they are asked for.
   * @throws EvokeError STORE_DAMAGED at a run that is not as it was written
   */
  *runs(digest: string, seeds: SeedRange): Generator<StoredRun> {
    for (const row of this.#rows(digest, seeds)) {
      const trajectory = JSON.parse(inflateRawSync(row.trajectory).toString("utf8")) as Trajectory;
      yield { result: JSON.parse(row.result) as RunResult, trajectory, wallSeconds: row.wall_seconds };
    }
  }

  /** The same without their trajectories, which takes a fifth of the time. */
  *results(digest: string, seeds: SeedRange): Generator<FinishedRun> {
    for (const row of this.#rows(digest, seeds)) yield { result: JSON.parse(row.result) as RunResult, wallSeconds: row.wall_seconds };
  }

  /** Keeps finished runs; when it returns, they are safe. A run that is there already stays as it is. */
  add(digest: string, runs: readonly StoredRun[]): void {
    this.#guarded(() => {
      const insert = this.#database.prepare(
        `INSERT INTO runs (digest, seed, result, trajectory, wall_seconds, checksum) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (digest, seed) DO NOTHING`,
      );
      this.#transaction(() => {
        for (const { result, trajectory, wallSeconds } of runs) {
          const text = JSON.stringify(result);
          const packed = deflateRawSync(JSON.stringify(trajectory));
          insert.run(digest, result.seed, text, packed, wallSeconds, checksum(digest, result.seed, text, packed, wallSeconds));
        }
      });
    });
  }

  /** Forgets runs that are not as they were written. @returns their seeds */
  discardDamaged(digest: string): number[] {
    const damaged: number[] = [];
    for (const row of this.#pages(digest, { first: 0, count: Number.MAX_SAFE_INTEGER })) if (!intact(digest, row)) damaged.push(row.seed);
    if (damaged.length > 0)
      this.#guarded(() => {
        const discard = this.#database.prepare("DELETE FROM runs WHERE digest = ? AND seed = ?");
        this.#transaction(() => {
          for (const seed of damaged) discard.run(digest, seed);
        });
      });
    return damaged;
  }

  *#rows(digest: string, seeds: SeedRange): Generator<Row> {
    for (const row of this.#pages(digest, seeds)) {
      if (!intact(digest, row))
        throw storeDamaged(
          this.file,
          `the run of seed ${row.seed} of the experiment ${digest} is not as it was written`,
          "Call the command that did it again: it finds that run and does it again.",
        );
      yield row;
    }
  }

  *#pages(digest: string, { first, count }: SeedRange): Generator<Row> {
    const end = Math.min(first + count, Number.MAX_SAFE_INTEGER);
    for (let from = first; ; ) {
      const page = this.#all<Row>(
        `SELECT seed, result, trajectory, wall_seconds, checksum FROM runs WHERE digest = ? AND seed >= ? AND seed < ? ORDER BY seed LIMIT ${PAGE}`,
        ...[digest, from, end],
      );
      yield* page;
      if (page.length < PAGE) return;
      from = page.at(-1)!.seed + 1;
    }
  }

  /** Checks whose file it is before anything is written, and makes the table where there is none. */
  #prepare(mode: "read" | "write"): void {
    const whose = () => {
      const application = this.#pragma("application_id");
      const version = this.#pragma("user_version");
      const [{ tables } = { tables: 0 }] = this.#all<{ tables: number }>("SELECT count(*) AS tables FROM sqlite_schema");
      if (application === 0 && version === 0 && tables === 0) return "nobody's";
      if (application !== APPLICATION) throw storeForeign(this.file, "it is a database of something else");
      if (version !== SCHEMA_VERSION)
        throw storeForeign(this.file, `it is of format ${version}, and this version of Evoke knows format ${SCHEMA_VERSION}`);
      return "ours";
    };
    const owner = whose();
    this.#database.exec("PRAGMA synchronous = FULL");
    if (mode === "read") {
      if (owner === "nobody's") throw storeForeign(this.file, "it is empty");
      this.#database.exec("PRAGMA query_only = ON");
      return;
    }
    this.#all("PRAGMA journal_mode = WAL");
    if (owner === "ours") return;
    this.#transaction(() => {
      if (whose() === "ours") return; // another process was faster
      this.#database.exec(
        `CREATE TABLE runs (
          digest TEXT NOT NULL, seed INTEGER NOT NULL, result TEXT NOT NULL, trajectory BLOB NOT NULL,
          wall_seconds REAL NOT NULL, checksum BLOB NOT NULL, PRIMARY KEY (digest, seed)
        );
        PRAGMA application_id = ${APPLICATION};
        PRAGMA user_version = ${SCHEMA_VERSION};`,
      );
    });
  }

  #pragma(name: string): number {
    return Object.values(this.#all<Record<string, number>>(`PRAGMA ${name}`)[0]!)[0]!;
  }

  /** To the end at once, so that no lock is held afterwards. */
  #all<T>(sql: string, ...values: unknown[]): T[] {
    return this.#guarded(() => this.#database.prepare(sql).all(...values) as T[]);
  }

  #transaction(act: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      act();
      this.#database.exec("COMMIT");
    } catch (error) {
      try {
        this.#database.exec("ROLLBACK");
      } catch {
        // SQLite has rolled back by itself.
      }
      throw error;
    }
  }

  /** Tells what SQLite says in our words. */
  #guarded<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof EvokeError) throw error;
      const { code = "", message } = error as Error & { code?: string };
      if (code === "SQLITE_NOTADB") throw storeForeign(this.file, "it is no database, or its beginning is damaged");
      if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_ERROR") throw storeDamaged(this.file, message, AFRESH, error as Error);
      throw cannotWriteFile(this.file, error as Error);
    }
  }
}

/**
 * What to open a store by in a folder that cannot be written. SQLite is told that nothing changes there; but where a
 * writer was killed before it had brought its log into the file, only SQLite can do so, and gets a copy.
 */
async function readOnly(file: string): Promise<string> {
  const log = `${file}-wal`;
  if (!existsSync(log)) return `${pathToFileURL(file).href}?immutable=1`;
  const copy = join(await mkdtemp(join(tmpdir(), "evoke-")), basename(file));
  process.once("exit", () => rmSync(dirname(copy), { recursive: true, force: true }));
  await copyFile(file, copy);
  await copyFile(log, `${copy}-wal`);
  return copy;
}

function intact(digest: string, { seed, result, trajectory, wall_seconds, checksum: written }: Row): boolean {
  if (!(trajectory instanceof ArrayBuffer && written instanceof ArrayBuffer)) return false;
  return checksum(digest, seed, result, trajectory, wall_seconds).equals(Buffer.from(written));
}

/** The first half of a SHA-256 over all that a row holds. */
function checksum(digest: string, seed: number, result: string, trajectory: ArrayBuffer | Uint8Array, wallSeconds: number): Buffer {
  const bytes = trajectory instanceof ArrayBuffer ? new Uint8Array(trajectory) : trajectory;
  const head = JSON.stringify([digest, seed, result, wallSeconds]);
  return createHash("sha256").update(head).update(bytes).digest().subarray(0, 16);
}
