import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readTable, writeTable } from "../../../core/table/table-file.ts";
import { packed } from "../../../scripts/package/pack-table.ts";
import { tinyTable } from "../../tables.ts";

const folder = (path: string) => new URL(`../../../${path}/`, import.meta.url);
const arrow = (name: string) => readFileSync(new URL(`${name}.arrow.gz`, folder("tables")));

test("the tables of the built package are those of the repository, to the last bit", async () => {
  const names = (path: string, extension: string) =>
    readdirSync(folder(path)).flatMap((file) => (file.endsWith(extension) ? [file.slice(0, -extension.length)] : []));
  const tables = names("tables", ".arrow.gz");
  assert.equal(names("dist/tables", ".packed.gz"), tables);
  for (const name of tables) {
    const ours = await readTable(readFileSync(new URL(`${name}.packed.gz`, folder("dist/tables"))), name);
    assert.equal(ours.share(), (await readTable(arrow(name), name)).share());
  }
});

test("a table without repeated numbers, or with one row, is packed as well", async () => {
  const bytes = await writeTable(tinyTable());
  assert.equal((await readTable(packed(bytes), "tiny")).share(), (await readTable(bytes, "tiny")).share());
});

test("a number that is no quotient cannot be packed", async () => {
  const table = tinyTable();
  const [column] = Object.keys(table.values);
  const values = { ...table.values, [column!]: Array.from(table.values[column!]!, (_, i) => Math.PI + i) };
  const bytes = await writeTable({ ...table, values });
  assert.throws(() => packed(bytes), new RegExp(`Cannot pack column "${column}"`));
});

test("a packed table that is cut off, or has a wrong byte that matters, is refused", async () => {
  const bytes = gunzipSync(packed(await writeTable(tinyTable())));
  const right = (await readTable(bytes, "right")).share();
  const refused = async (wrong: Uint8Array, how: string) => {
    const found = await readTable(wrong, "wrong").then(
      (table) => table.share(),
      (error: { code?: string }) => error,
    );
    if ("code" in found) assert.is(found.code, "TABLE_INVALID", how);
    else assert.equal(found, right, how);
  };
  for (let length = 6; length < bytes.length; length += 7) await refused(bytes.subarray(0, length), `cut to ${length}`);
  for (let at = 0; at < bytes.length; at++) {
    const wrong = Uint8Array.from(bytes);
    wrong[at]! ^= 1 + (at % 255);
    await refused(wrong, `byte ${at}`);
  }
});

test.run();
