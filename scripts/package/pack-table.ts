/**
 * Writes the tables of tables/ as the package has them: see core/table/packed-table.ts.
 *
 * @module
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type ArrowNumbers, type ArrowTexts, readArrowFile } from "../../core/table/arrow-file.ts";
import { PACKED_MAGIC, type PackedColumn, WIDTHS } from "../../core/table/packed-table.ts";

/** The folder of dist/ that the built code takes for tables/. The working folder is the repository. */
export function packTables(to: string): void {
  mkdirSync(to);
  for (const file of readdirSync("tables")) {
    if (!file.endsWith(".arrow.gz")) cpSync(join("tables", file), join(to, file));
    else writeFileSync(join(to, file.replace(".arrow.gz", ".packed.gz")), packed(gunzipSync(readFileSync(join("tables", file)))));
  }
}

/**
 * A table in Arrow's form as a packed one, gzipped.
 * @throws Error if it cannot be packed: a value is no quotient of whole numbers of up to 32 and 14 bits
 */
export function packed(arrow: Uint8Array): Uint8Array {
  const { columns, metadata } = readArrowFile(arrow);
  const { architecture, ...others } = Object.fromEntries(columns);
  const texts = rowsOf(architecture as ArrowTexts);
  const rows = texts.length;
  const numbers = Object.entries(others as Record<string, ArrowNumbers>).map(([name, values]) => ({
    name,
    values,
    ...quotients(name, values),
  }));
  const repeating = numbers.filter(({ whole }) => new Set(whole).size < rows / 2);
  const { firsts, repeated } = repeats(rows, (row) => repeating.map(({ whole }) => whole[row]).join());
  const parts = texts.map((text, row) => suffix(text, texts[row - 1] ?? new Uint8Array()));

  const described: PackedColumn[] = [];
  const body: Uint8Array[] = [];
  for (const { name, values, whole, factor, divisor } of numbers) {
    const bytes = bytesOf(Math.max(...whole));
    const isRepeating = repeating.some((one) => one.name === name);
    described.push({ name, type: values.constructor.name as PackedColumn["type"], factor, divisor, bytes, repeats: isRepeating });
    const kept = isRepeating ? firsts.map((row) => whole[row]!) : whole.map((number, row) => number - (whole[row - 1] ?? 0));
    body.push(planes(kept, bytes));
  }
  const suffixes = Buffer.concat(parts.map(({ bytes }) => bytes));
  const header = Buffer.from(
    JSON.stringify({
      ...{ rows, distinct: firsts.length, suffixes: suffixes.length },
      ...{ metadata: Object.fromEntries(metadata), columns: described },
    }),
  );
  const all = Buffer.concat([
    ...[Buffer.from(PACKED_MAGIC), planes([header.length], 4), header],
    planes(
      parts.map(({ shared }) => shared),
      WIDTHS.shared,
    ),
    planes(
      parts.map(({ bytes }) => bytes.length),
      WIDTHS.following,
    ),
    ...[suffixes, planes(repeated, WIDTHS.repeated), ...body],
  ]);
  return gzipSync(all, { level: 9, memLevel: 9 });
}

function rowsOf({ utf8, offsets }: ArrowTexts): Uint8Array[] {
  return Array.from({ length: offsets.length - 1 }, (_, row) => utf8.subarray(offsets[row]!, offsets[row + 1]!));
}

/** How much of a text another one begins with, and the rest. */
function suffix(text: Uint8Array, before: Uint8Array): { shared: number; bytes: Uint8Array } {
  let shared = 0;
  while (shared < Math.min(text.length, before.length) && text[shared] === before[shared]) shared++;
  return { shared, bytes: text.subarray(shared) };
}

interface Quotients {
  readonly whole: number[];
  readonly factor: number;
  readonly divisor: number;
}

/** The least divisor that gives all values exactly, what it divides, and the factor that all of these have. */
function quotients(name: string, values: ArrowNumbers): Quotients {
  const plain = Array.from(values);
  for (let divisor = 1; divisor < 2 ** 14; divisor++) {
    const isOf = (value: number) => {
      const whole = Math.round(value * divisor);
      return whole >= 0 && whole < 2 ** 32 && whole / divisor === value;
    };
    if (!plain.every(isOf)) continue;
    const products = plain.map((value) => Math.round(value * divisor));
    const factor = products.reduce(greatestFactor) || 1;
    return { whole: products.map((product) => product / factor), factor, divisor };
  }
  throw new Error(`Cannot pack column "${name}": not every value is a quotient of whole numbers`);
}

function greatestFactor(a: number, b: number): number {
  return b === 0 ? a : greatestFactor(b, a % b);
}

/** Rows with a key of their own, the first of each; and what is kept of every row to find its first. */
function repeats(rows: number, keyOf: (row: number) => string): { firsts: number[]; repeated: number[] } {
  const numbers = new Map<string, number>();
  const firsts: number[] = [];
  const repeated = Array.from({ length: rows }, (_, row) => {
    const key = keyOf(row);
    const known = numbers.get(key);
    if (known !== undefined) return firsts.length - known;
    numbers.set(key, firsts.push(row) - 1);
    return 0;
  });
  return { firsts, repeated };
}

function bytesOf(most: number): number {
  return [1, 2, 3].find((bytes) => most < 2 ** (8 * bytes)) ?? 4;
}

/** @throws Error if a number needs more bytes */
function planes(numbers: readonly number[], bytes: number): Uint8Array {
  if (numbers.some((number) => Math.abs(number) >= 2 ** (8 * bytes)))
    throw new Error(`Cannot pack: a number needs more than ${bytes} bytes`);
  return Uint8Array.from(
    { length: bytes * numbers.length },
    (_, i) => (numbers[i % numbers.length]! >>> (8 * Math.floor(i / numbers.length))) & 255,
  );
}
