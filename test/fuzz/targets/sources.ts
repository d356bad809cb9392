/** Files of numbers that become tables: CSV, JSON, JSON lines, Arrow and Parquet, as they are looked at and as they are imported. @module */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc, { type Arbitrary } from "fast-check";
import { describeSource } from "../../../app/host/tables/describe/describe.ts";
import { readSource } from "../../../app/host/tables/source/read-source.ts";
import { readToAdd } from "../../../app/host/tables/table-add.ts";
import { editedBytes, editedJson, editedJsonText, editedLines, editedText } from "../mutations.ts";
import { target } from "../target.ts";

interface Input {
  readonly bytes: Uint8Array;
  /** With it the file is imported, else it is looked at. */
  readonly description?: unknown;
}

const own = (path: string) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)));
const [head, ...rows] = own("examples/own-table/losses.csv").toString().trimEnd().split("\n").slice(0, 12);
const objects = rows.map((row) =>
  Object.fromEntries(
    row.split(",").map((field, column) => [head!.split(",")[column]!, Number.isNaN(Number(field)) ? field : Number(field)]),
  ),
);
const description = { ...JSON.parse(own("examples/own-table/table.json").toString()), complete: false };
const encoded = (texts: Arbitrary<string>) => texts.map((text) => new TextEncoder().encode(text));

export default target<Input>({
  name: "sources",
  inputs() {
    const csv = [head, ...rows, ""].join("\n");
    const texts = fc.oneof(editedText(csv), editedJsonText(objects), editedLines(objects));
    const binary = ["pandas.feather", "lz4.feather", "pandas.parquet", "polars.parquet"].map((file) =>
      editedBytes(own(`test/fixtures/tables/${file}`), 3),
    );
    const looked = fc.oneof(
      { weight: 6, arbitrary: encoded(texts) },
      { weight: 1, arbitrary: editedBytes(gzipSync(csv)) },
      ...binary.map((arbitrary) => ({ weight: 1, arbitrary })),
    );
    const imported = fc.record({
      bytes: encoded(fc.oneof({ weight: 2, arbitrary: fc.constant(csv) }, { weight: 1, arbitrary: texts })),
      description: editedJson(description),
    });
    return fc.oneof(
      looked.map((bytes) => ({ bytes })),
      imported,
    );
  },
  async act({ bytes, description }, { folder }) {
    if (description === undefined) {
      describeSource(await readSource(bytes, "file"), []);
      return;
    }
    const [file, as] = [join(folder, "file.csv"), join(folder, "description.json")];
    writeFileSync(file, bytes);
    writeFileSync(as, JSON.stringify(description));
    await readToAdd(file, { as });
  },
});
