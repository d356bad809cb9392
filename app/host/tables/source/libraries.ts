/**
 * Parquet and Arrow files, read in a thread of their own: the libraries that know these formats trust a file, and one in
 * which a number is wrong lets them allocate without end. Such a thread ends, and says so, when it has taken as much
 * memory as a table may.
 *
 * @module
 */
import process from "node:process";
import { Piscina } from "piscina";
import { type ErrorValue, errorOf } from "../../../../core/errors/index.ts";
import { allowed, MOST } from "../../../../training/files/limits.ts";
import { tooLarge } from "../../../../training/files/named-file.ts";
import { POOL } from "../../../../training/threads.ts";
import { type Rows, type SourceRows, sourceOf } from "./source-rows.ts";

/** What the thread is handed. */
export interface LibraryTask {
  readonly format: "parquet" | "arrow";
  readonly bytes: Uint8Array;
  /** For errors. */
  readonly file: string;
}
/** What it gives back. */
export type LibraryAnswer = { readonly rows: Rows } | { readonly error: ErrorValue };

/** Megabytes that the libraries and the runtime take beside the rows. */
const RUNTIME = 16;

/** @throws EvokeError TABLE_INVALID, FILE_TOO_LARGE */
export async function readByLibrary(format: LibraryTask["format"], bytes: Uint8Array, file: string): Promise<SourceRows> {
  const pool = new Piscina<LibraryTask, LibraryAnswer>({
    filename: new URL(import.meta.url.endsWith(".ts") ? "./library-thread.ts" : "./library-thread.js", import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    env: process.env,
    ...POOL,
    resourceLimits: { maxOldGenerationSizeMb: RUNTIME + Math.ceil(allowed(MOST.table) / 2 ** 20) },
  });
  try {
    const answer = await pool.run({ format, bytes, file });
    if ("error" in answer) throw errorOf(answer.error);
    return sourceOf(answer.rows, file, (row) => `row ${row + 1}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") throw error;
    throw tooLarge({ path: file, what: "the table", most: MOST.table }, "its content takes");
  } finally {
    await pool.destroy();
  }
}
