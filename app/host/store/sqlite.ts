/**
 * What reads and writes SQLite files: the package libsql, whose library is native and an optional package; where that was
 * left out when Evoke was installed, the SQLite that the runtime has itself, `node:sqlite`, made to answer as libsql does.
 *
 * @module
 */
import process from "node:process";
import type Database from "libsql";

/** A file that is open. */
export interface SqliteFile {
  exec(sql: string): unknown;
  /** Integers and reals are read as numbers, blobs as an ArrayBuffer. */
  prepare(sql: string): { all(...values: unknown[]): unknown[]; run(...values: unknown[]): { readonly changes: number } };
  close(): unknown;
}

export interface Sqlite {
  readonly name: "libsql" | "node:sqlite";
  /** Whether a file can be opened by an address, as `file:…?immutable=1`. */
  readonly takesAddresses: boolean;
  /**
   * @param place    the path of a file, its address, or `:memory:`
   * @param timeout  milliseconds for which a statement waits for another process; by default none
   */
  open(place: string, timeout?: number): SqliteFile;
}

/**
 * What this installation has. A process uses one of the two throughout: SQLite's locks are those of the process, and two
 * libraries with the same file open would undo each other's.
 * @throws the error of libsql where there is neither; see `missingLibrary`
 */
export async function installedSqlite(): Promise<Sqlite> {
  try {
    const { default: Libsql } = await import("libsql");
    const open: Sqlite["open"] = (place, timeout = 0) => new Libsql(place, { timeout } as Database.Options);
    return { name: "libsql", takesAddresses: true, open };
  } catch (error) {
    const own = missingLibrary(error) === undefined ? undefined : ownSqlite();
    if (own === undefined) throw error;
    return { name: "node:sqlite", takesAddresses: ownTakesAddresses(), open: (place, timeout = 0) => opened(own, place, timeout) };
  }
}

/** The package with libsql's library for this system, if an error is that it is not installed. */
export function missingLibrary(error: unknown): string | undefined {
  return /Cannot find module '(@libsql\/[\w-]+)'/.exec((error as Error).message)?.[1];
}

/** The part of `node:sqlite` that is used here; the types of Node 20 do not have it. */
interface OwnSqlite {
  readonly DatabaseSync: new (
    place: string,
  ) => {
    exec(sql: string): void;
    prepare(sql: string): {
      setReadBigInts(enabled: boolean): void;
      all(...values: unknown[]): Record<string, unknown>[];
      run(...values: unknown[]): { readonly changes: number };
    };
    close(): void;
  };
}

/** Undefined before Node 22.13. */
function ownSqlite(): OwnSqlite | undefined {
  const { emitWarning } = process;
  process.emitWarning = () => {}; // Node 22 says whenever it is loaded that it is experimental
  try {
    return process.getBuiltinModule?.("node:sqlite") as OwnSqlite | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Node does from 22.15 on; Deno takes an address for the path of a file, and asks for permissions by it. */
function ownTakesAddresses(): boolean {
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  return !("Deno" in globalThis) && (major > 22 || (major === 22 && minor >= 15));
}

function opened({ DatabaseSync }: OwnSqlite, place: string, timeout: number): SqliteFile {
  const database = asLibsql(() => new DatabaseSync(place));
  database.exec(`PRAGMA busy_timeout = ${timeout}`);
  return {
    exec: (sql) => asLibsql(() => database.exec(sql)),
    prepare: (sql) => {
      const statement = asLibsql(() => database.prepare(sql));
      return {
        all: (...values) => {
          statement.setReadBigInts(true); // a damaged row may have any integer, and as a number a large one is an error
          return asLibsql(() => statement.all(...values.map(bound))).map(read);
        },
        run: (...values) => asLibsql(() => statement.run(...values.map(bound))),
      };
    },
    close: () => database.close(),
  };
}

const bound = (value: unknown) => value ?? null;

function read(row: Record<string, unknown>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row))
    plain[name] = typeof value === "bigint" ? Number(value) : value instanceof Uint8Array ? value.slice().buffer : value;
  return plain;
}

/** SQLite's result codes, without what the extended ones add, and what it says of each; Deno often gives that alone. */
const CODES: readonly (readonly [code: number, name: string, message?: string])[] = [
  [1, "SQLITE_ERROR"],
  [5, "SQLITE_BUSY", "database is locked"],
  [6, "SQLITE_LOCKED", "database table is locked"],
  [8, "SQLITE_READONLY", "attempt to write a readonly database"],
  [10, "SQLITE_IOERR", "disk I/O error"],
  [11, "SQLITE_CORRUPT", "database disk image is malformed"],
  [13, "SQLITE_FULL", "database or disk is full"],
  [14, "SQLITE_CANTOPEN", "unable to open database file"],
  [26, "SQLITE_NOTADB", "file is not a database"],
];

/** Does it, with the codes of errors as libsql has them. */
function asLibsql<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code, errcode, message } = error as Error & { readonly code?: string; readonly errcode?: number };
    if (code !== "ERR_SQLITE_ERROR") throw error;
    const found =
      errcode === undefined
        ? (CODES.find(([, , said]) => said !== undefined && message.startsWith(said)) ?? CODES[0])
        : CODES.find(([number]) => number === (errcode & 0xff));
    throw Object.assign(error as Error, { code: found?.[1] ?? "SQLITE" });
  }
}
