/**
 * Writes training/datasets/digits.data.ts from the CSV of scikit-learn: 64 values 0…16 a line, then the digit.
 *
 *   tsx scripts/embed-digits.ts ../shared/data/digits.csv.gz
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";

const rows = gunzipSync(readFileSync(process.argv[2]!))
  .toString("utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(",").map(Number));
const packed = gzipSync(Uint8Array.from([...rows.flatMap((row) => row.slice(0, 64)), ...rows.map((row) => row[64]!)]), { level: 9 });
writeFileSync(
  new URL("../training/datasets/digits.data.ts", import.meta.url),
  `// Made by scripts/embed-digits.ts; do not edit. Where the images are from, and their licence: digits.ts.
/** ${rows.length} images of 8 × 8 values, a byte each, then their digits: gzipped, in base64. */
export default "${packed.toString("base64")}";
`,
);
