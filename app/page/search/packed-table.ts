/**
 * A complete table of a small space as one text, to lie in a page: a column as its different values, ascending, and for
 * each row the place of its value among them; rows in the order of the architectures' numbers.
 *
 * @module
 */
import { Table, type TableDescription } from "../../../core/table/table.ts";

/** As JSON. */
export interface PackedTable {
  readonly description: TableDescription;
  /** Of the table that it was packed from, whatever columns are left out here. */
  readonly digest: string;
  readonly columns: Readonly<Record<string, PackedColumn>>;
}

export interface PackedColumn {
  readonly values: readonly number[];
  /** Places of 16 bits, first the low bytes of all rows and then the high ones; raw DEFLATE, base64. */
  readonly rows: string;
}

/** @param architectures  their texts, by row */
export async function unpackTable({ description, digest, columns }: PackedTable, architectures: readonly string[]): Promise<Table> {
  const values: Record<string, Float64Array> = {};
  for (const [name, column] of Object.entries(columns)) values[name] = await unpackColumn(column);
  const offsets = new Int32Array(architectures.length + 1);
  for (const [row, text] of architectures.entries()) offsets[row + 1] = offsets[row]! + text.length; // one byte a letter
  return new Table({ description, digest, texts: { utf8: new TextEncoder().encode(architectures.join("")), offsets }, values });
}

async function unpackColumn({ values, rows }: PackedColumn): Promise<Float64Array> {
  const packed = Uint8Array.from(atob(rows), (character) => character.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  const count = bytes.length / 2;
  return Float64Array.from({ length: count }, (_, row) => values[bytes[row]! + 256 * bytes[count + row]!]!);
}
