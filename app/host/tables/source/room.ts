/**
 * How much memory the rows of a file take when it is read: a small file can stand for many. Bounded as the file itself is.
 *
 * @module
 */
import { allowed, MOST } from "../../../../training/files/limits.ts";
import { tooLarge } from "../../../../training/files/named-file.ts";

/** Bytes of a row and of a value of it, in V8: measured with texts and numbers of ten characters. */
const [ROW, VALUE] = [100, 40];

/** @throws EvokeError FILE_TOO_LARGE if rows, and values in all of them, take more than may be read of a table */
export function refuseTooMany(file: string, rows: number, values: number): void {
  const bytes = ROW * rows + VALUE * values;
  if (bytes > allowed(MOST.table)) throw tooLarge({ path: file, what: "the table", most: MOST.table }, "its rows take about", bytes);
}
