/** The thread that reads Parquet and Arrow files: see libraries.ts. @module */
import { EvokeError, errorValue, tableInvalid } from "../../../../core/errors/index.ts";
import { allowed, MOST } from "../../../../training/files/limits.ts";
import { tooLarge } from "../../../../training/files/named-file.ts";
import type { LibraryAnswer, LibraryTask } from "./libraries.ts";
import { refuseTooMany } from "./room.ts";
import { type Rows, rowsOf } from "./source-rows.ts";

export default async function read({ format, bytes, file }: LibraryTask): Promise<LibraryAnswer> {
  try {
    return { rows: await (format === "arrow" ? arrowRows(bytes, file) : parquetRows(bytes, file)) };
  } catch (error) {
    return { error: errorValue(error) };
  }
}

const place = (row: number) => `row ${row + 1}`;

/**
 * Arrow IPC (Feather) files of other programs. They have columns that core/table/arrow-file.ts does not read, which is for
 * tables of Evoke: empty places, dictionaries, lists, large integers.
 */
async function arrowRows(bytes: Uint8Array, file: string): Promise<Rows> {
  const { tableFromIPC } = await import("@uwdata/flechette/dist/flechette.mjs");
  try {
    return rowsOf(tableFromIPC(bytes) as unknown as Iterable<object>, file, place);
  } catch (error) {
    if (error instanceof EvokeError) throw error;
    const { message } = error as Error;
    const problem = /compress/i.test(message)
      ? 'its columns are compressed. Write it without compression, as in pandas by to_feather(path, compression="uncompressed"), or as Parquet'
      : `its Arrow data is damaged or cut off (${message})`;
    throw tableInvalid(file, problem, error as Error);
  }
}

/** Parquet files, compressed in any way that pandas, Polars, DuckDB and Spark write. */
async function parquetRows(bytes: Uint8Array, file: string): Promise<Rows> {
  const [{ parquetMetadata, parquetReadObjects }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  let unpacked = 0;
  // Each page says how long it is when it is unpacked, and the library makes room for that.
  const bounded = Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => {
      unpacked += length;
      if (unpacked > allowed(MOST.table)) throw tooLarge({ path: file, what: "the table", most: MOST.table });
      return unpack(input, length);
    },
  ]);
  try {
    const { buffer } = new Uint8Array(bytes);
    const metadata = parquetMetadata(buffer);
    for (const { columns, num_rows: rows } of metadata.row_groups) refuseTooMany(file, Number(rows), Number(rows) * columns.length);
    const objects = await parquetReadObjects({ file: buffer, metadata, compressors: Object.fromEntries(bounded) });
    return rowsOf(objects, file, place);
  } catch (error) {
    if (error instanceof EvokeError) throw error;
    throw tableInvalid(file, `its Parquet data is damaged or cut off (${(error as Error).message})`, error as Error);
  }
}
