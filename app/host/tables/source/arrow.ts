/**
 * Arrow IPC (Feather) files of other programs. They have columns that core/table/arrow-file.ts does not read, which is for
 * tables of Evoke: empty places, dictionaries, lists, large integers.
 *
 * @module
 */
import { tableFromIPC } from "@uwdata/flechette/dist/flechette.mjs";
import { tableInvalid } from "../../../../core/errors/index.ts";
import { rowsOfObjects, type SourceRows } from "./source-rows.ts";

/** @throws EvokeError TABLE_INVALID */
export function readArrow(bytes: Uint8Array, file: string): SourceRows {
  try {
    return rowsOfObjects(tableFromIPC(bytes).toArray() as object[], file, (row) => `row ${row + 1}`);
  } catch (error) {
    const { message } = error as Error;
    const problem = /compress/i.test(message)
      ? 'its columns are compressed. Write it without compression, as in pandas by to_feather(path, compression="uncompressed"), or as Parquet'
      : `its Arrow data is damaged or cut off (${message})`;
    throw tableInvalid(file, problem, error as Error);
  }
}
