import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readSource } from "../../../../app/host/tables/source/read-source.ts";
import type { SourceRows } from "../../../../app/host/tables/source/source-rows.ts";
import { EvokeError } from "../../../../core/errors/index.ts";

const read = (content: string | Uint8Array) =>
  readSource(typeof content === "string" ? new TextEncoder().encode(content) : content, "file");
const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/tables/${name}`, import.meta.url));
const values = (source: SourceRows) =>
  Array.from({ length: source.rows }, (_, row) => source.columns.map((column) => source.value(column, row)));
const places = (source: SourceRows) => Array.from({ length: source.rows }, (_, row) => source.place(row));

for (const [what, text] of [
  ["commas", "a,b\n1,2\n3,4\n"],
  ["tabulators", "a\tb\n1\t2\n3\t4\n"],
  ["semicolons and a byte-order mark", "\uFEFFa;b\n1;2\n3;4\n"],
  ["lines that end in CRLF, the last without an end", "a,b\r\n1,2\r\n3,4"],
  ["quotes, and spaces around the names", '"a" ,b\n"1",2\n3,"4"\n'],
] as const) {
  test(`CSV is read with ${what}`, async () => {
    const source = await read(text);
    assert.equal(source.columns, ["a", "b"]);
    assert.equal(values(source), [
      ["1", "2"],
      ["3", "4"],
    ]);
  });
}

test("an empty field of a TSV file is a field", async () => {
  assert.equal(values(await read("a\tb\tc\n1\t\t3\n\t\t4\n")), [
    ["1", "", "3"],
    ["", "", "4"],
  ]);
});

test("a line is named as an editor counts it, after empty lines and fields of several lines", async () => {
  const source = await read('a,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n');
  assert.equal(places(source), ["line 2", "line 5"]);
  assert.equal(values(source), [
    ["1", "x\ny"],
    ["2", "z"],
  ]);
});

test("JSON is read as a list of objects, nested ones with dots, by its keys, and line by line", async () => {
  const list = await read('[{ "a": 1, "b": { "c": [1, 2] } }, { "a": null, "d": true }]');
  assert.equal(list.columns, ["a", "b.c", "d"]);
  assert.equal(values(list), [
    [1, [1, 2], undefined],
    [null, undefined, true],
  ]);
  assert.equal(places(list), ["entry 1", "entry 2"]);
  const keys = await read('{ "0-1": { "a": 1 }, "0-2": { "a": 2 } }');
  assert.equal(values(keys), [
    ["0-1", 1],
    ["0-2", 2],
  ]);
  assert.equal(
    [keys.columns, places(keys)],
    [
      ["$key", "a"],
      ['key "0-1"', 'key "0-2"'],
    ],
  );
  const lines = await read('{ "a": 1 }\n\n{ "a": 2 }\n');
  assert.equal(
    [values(lines), places(lines)],
    [
      [[1], [2]],
      ["line 1", "line 3"],
    ],
  );
  assert.equal(values(await read('{ "a": 1 }\n')), [[1]]);
});

for (const name of ["pandas.parquet", "polars.parquet", "pandas.feather"]) {
  test(`${name} is read, with empty places and lists`, async () => {
    const source = await read(fixture(name));
    assert.equal(source.columns, ["arch", "loss", "parameters", "curve", "gap"]);
    const rows = values(source).map(([arch, loss, parameters, curve, gap]) => [
      arch,
      loss,
      Number(parameters),
      [...(curve as number[])],
      gap,
    ]);
    assert.equal([rows.length, rows[0], rows[4]], [9, ["0-0", 0.5, 0, [2, 0.5], 0], ["1-1", 1, 4000, [1.5, 1], null]]);
  });
}

test("what cannot be read is an error that says where, and what to do", async () => {
  const wrong: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ["", /it is empty/],
    ["a,b\n", /it has no rows/],
    ["a,a\n1,2\n", /line 1: two columns are called "a"\. Rename/],
    ["a,b\n1\n1,2\n1,2,3\n", /line 2: it has 1 fields in place of 2; line 4: it has 3 fields/],
    ['a,b\n1,"x\n2,3\n', /line \d: a double quote is opened and never closed/],
    ['a,b\n1,x"y\n', /line 2: a double quote stands where none can be/],
    [`a,b\n${"1\n".repeat(9)}`, /and 4 lines more/],
    [new Uint8Array([0xff, 0xfe, 0x61, 0]), /its text is UTF-16\. Save it as UTF-8/],
    [new Uint8Array(2 ** 29), /it has 537 MB of text, and no text has more than 536\. Save it as Parquet/],
    [new Uint8Array([0x61, 0xc8, 0x61]), /its text is not UTF-8/],
    ["[1, 2]", /entry 1 is 1, and not an object/],
    ['{ "a":\n{ "a": 1 }', /it is not JSON/],
    ['{ "a": 1 }\n{ "a":\n', /line 2 is not JSON/],
    [`[{}, ${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}]`, /it has more than 200 objects and lists in each other/],
    [`[{}, ${'{"a":'.repeat(150)}1${"}".repeat(150)}]`, /entry 2 has more than 100 objects in each other/],
    [fixture("pandas.parquet").subarray(0, 2000), /its Parquet data is damaged or cut off/],
    [fixture("pandas.feather").subarray(0, 1500), /its Arrow data is damaged or cut off/],
    [fixture("lz4.feather"), /its columns are compressed\. .*compression="uncompressed"/],
  ];
  for (const [content, says] of wrong) {
    const error = await read(content).then(
      () => assert.unreachable(`accepted: ${String(content).slice(0, 40)}`),
      (thrown) => thrown,
    );
    assert.instance(error, EvokeError, String(error));
    assert.match(error.message, says);
  }
});

test.run();
