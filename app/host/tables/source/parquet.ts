/** Parquet files, compressed in any way that pandas, Polars, DuckDB and Spark write. @module */
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { tableInvalid } from "../../../../core/errors/index.ts";
import { rowsOfObjects, type SourceRows } from "./source-rows.ts";

/** @throws EvokeError TABLE_INVALID */
export async function readParquet(bytes: Uint8Array, file: string): Promise<SourceRows> {
  try {
    const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors });
    return rowsOfObjects(rows, file, (row) => `row ${row + 1}`);
  } catch (error) {
    throw tableInvalid(file, `its Parquet data is damaged or cut off (${(error as Error).message})`, error as Error);
  }
}
