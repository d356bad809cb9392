import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { gunzipSync, gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { addTable } from "../../../../app/host/tables/table-add.ts";
import { checkTable } from "../../../../app/host/tables/table-check.ts";
import { namedTables, TableFolder, tableFile } from "../../../../app/host/tables/tables.ts";
import { EvokeError } from "../../../../core/errors/index.ts";
import type { FurtherMetric } from "../../../../core/plugin/metric.ts";
import type { Space } from "../../../../core/plugin/space.ts";
import { readTable, writeTable } from "../../../../core/table/table-file.ts";
import { homeFolder } from "../../../../training/home-folder.ts";
import { tinySpace } from "../../../fixtures.ts";
import { sharedFile, whenShared } from "../../../shared-data.ts";
import { tinyTable } from "../../../tables.ts";

const CSV = "nas-bench-201.csv.gz";
const withTable = whenShared(test, CSV);
let folder = "";
const environment = { ...process.env };

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "evoke-"));
  process.env.EVOKE_HOME = join(folder, "home");
});
test.after.each(() => {
  rmSync(folder, { recursive: true });
  for (const name of ["EVOKE_HOME", "XDG_DATA_HOME"]) {
    if (environment[name] === undefined) delete process.env[name];
    else process.env[name] = environment[name];
  }
});

const importedNames = async () => (await namedTables()).flatMap(({ name, embedded }) => (embedded ? [] : [name]));
const put = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const putTiny = async (name: string) => put(name, await writeTable(tinyTable()));
async function rejects(promise: Promise<unknown>, code: string, ...says: readonly RegExp[]): Promise<void> {
  const error = await promise.then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.instance(error, EvokeError);
  assert.is(error.code, code);
  for (const said of says) assert.match(error.message, said);
}

test("tables are kept in $EVOKE_HOME, or in the data folder of XDG", () => {
  assert.is(tableFile("tiny"), join(folder, "home", "tables", "tiny.arrow"));
  delete process.env.EVOKE_HOME;
  process.env.XDG_DATA_HOME = "/data";
  assert.is(homeFolder(), join("/data", "evoke"));
});

test("a table is opened by name once it was added, gzipped or not", async () => {
  assert.equal(await importedNames(), []);
  const added = await addTable(await putTiny("some.arrow"));
  assert.is(added.file, tableFile("tiny"));
  assert.equal(await importedNames(), ["tiny"]);
  assert.is((await new TableFolder("/").open("tiny")).digest, added.digest);
  const again = await addTable(put("some.arrow.gz", gzipSync(await writeTable(tinyTable()))));
  assert.is(again.digest, added.digest);
});

test("a table that is added again is opened anew", async () => {
  const first = await addTable(await putTiny("some.arrow"));
  assert.is((await new TableFolder("/").open("tiny")).digest, first.digest);
  const second = await addTable(put("some.arrow", await writeTable(tinyTable({ licence: "none" }))));
  assert.is.not(second.digest, first.digest);
  assert.is((await new TableFolder("/").open("tiny")).digest, second.digest);
});

test("a table added under another name has that name", async () => {
  await addTable(await putTiny("some.arrow"), { name: "other" });
  assert.equal(await importedNames(), ["other"]);
  assert.is((await new TableFolder("/").open("other")).name, "other");
});

test("an invalid name is refused", async () => {
  await rejects(addTable(await putTiny("some.arrow"), { name: "../x" }), "TABLE_NAME_INVALID", /Cannot name a table "\.\.\/x"/);
});

test("a table is opened by a file relative to the manifest's folder", async () => {
  await putTiny("some.arrow");
  const { digest } = await new TableFolder(folder).open("some.arrow");
  put("packed.arrow.gz", gzipSync(await writeTable(tinyTable())));
  assert.is((await new TableFolder(folder).open("./packed.arrow.gz")).digest, digest);
  await rejects(
    new TableFolder(folder).open("./none.arrow"),
    "CANNOT_READ",
    /Cannot read the table \.\/none\.arrow: there is no such file/,
  );
});

test("a table is read once in a process, also when it is asked for twice at once", async () => {
  const tables = new TableFolder(folder);
  await putTiny("some.arrow");
  const [a, b] = await Promise.all([tables.open("some.arrow"), tables.open("./some.arrow")]);
  assert.is(a, b);
  assert.is(await new TableFolder(folder).open("some.arrow"), a);
});

test("a table that is not there is an error with the command that imports it", async () => {
  await rejects(
    new TableFolder("/").open("nas-bench-201"),
    "TABLE_MISSING",
    /Import it with: evoke table add FOLDER\/nas-bench-201\.csv\.gz/,
  );
  await addTable(await putTiny("some.arrow"));
  await rejects(new TableFolder("/").open("tyny"), "TABLE_MISSING", /Did you mean "tiny"\?.*evoke table add FILE --name tyny/);
});

test("a table that comes with Evoke is opened by name, unless one of that name was imported", async () => {
  mkdirSync(join(folder, "own"));
  const own = put("own/tiny.arrow.gz", gzipSync(await writeTable(tinyTable({ licence: "of Evoke" }))));
  const named = (await namedTables(join(folder, "own"))).filter(({ name }) => name === "tiny");
  assert.equal(named, [{ name: "tiny", file: own, embedded: true }]);
  const licence = async () => (await new TableFolder("/", {}, join(folder, "own")).open("tiny")).description.licence;
  assert.is(await licence(), "of Evoke");
  const { file } = await addTable(await putTiny("some.arrow"));
  assert.is(await licence(), "MIT");
  assert.equal(
    (await namedTables(join(folder, "own"))).filter(({ name }) => name === "tiny"),
    [{ name: "tiny", file, embedded: false }],
  );
});

test("tables that were opened are shared, and opened from what was shared without the file", async () => {
  const tables = new TableFolder(folder);
  const file = await putTiny("some.arrow");
  const { digest } = await tables.open("some.arrow");
  const shared = structuredClone(tables.share());
  assert.instance(shared[file]!.values.seconds_2!.buffer, SharedArrayBuffer);
  const elsewhere = join(folder, "elsewhere.arrow");
  const other = new TableFolder(folder, { [elsewhere]: shared[file]! });
  assert.is((await other.open("elsewhere.arrow")).digest, digest);
});

test("a wrong file is refused, nothing is written, and the table that is there stays", async () => {
  const bytes = await writeTable(tinyTable());
  await addTable(put("right.arrow", bytes));
  const before = statSync(tableFile("tiny")).mtimeMs;
  const wrong: [string, Uint8Array | string, RegExp, string?][] = [
    ["cut.arrow", bytes.subarray(0, 1000), /cut\.arrow: it is cut off/],
    ["cut.arrow.gz", gzipSync(bytes).subarray(0, 500), /cut\.arrow\.gz: its gzip data is damaged or cut off/],
    ["changed.arrow", bytes.with(bytes.length - 3000, 77), /changed\.arrow: /],
    ["foreign.csv", "a,b\n1,2\n", /no table of Evoke, and begins with "a,b.*evoke table describe .*foreign\.csv/s, "TABLE_UNDESCRIBED"],
    ["empty", "", /it is empty/],
  ];
  for (const [name, content, says, code = "TABLE_INVALID"] of wrong) await rejects(addTable(put(name, content)), code, says);
  await rejects(addTable(join(folder, "absent")), "CANNOT_READ", /there is no such file/);
  await rejects(addTable(folder), "CANNOT_READ", /it is a folder/);
  assert.equal(readdirSync(join(folder, "home", "tables")), ["tiny.arrow"]);
  assert.is(statSync(tableFile("tiny")).mtimeMs, before);
});

test("a summary of a table in a space that is not built in leaves the functions out", async () => {
  const summary = await checkTable(await readTable(await writeTable(tinyTable()), "tiny"));
  assert.is(summary.distinct, undefined);
  assert.is(summary.rows, 9);
  const { column, spread } = summary.columns[0]!;
  assert.is(column, "apples_validation_2");
  assert.equal(spread, { min: 20.25, p10: 21.25, p50: 24.25, p90: 27.25, max: 28.25 });
});

test("costs are compared with those that the space counts, and with no others", async () => {
  const table = await readTable(await writeTable(tinyTable()), "tiny");
  const counting = (cost: Space["cost"], costs: FurtherMetric["name"][]): Space => ({
    ...tinySpace(2, 3),
    cost: cost!,
    costs: costs.map((name) => ({ name, unit: "units", goal: "minimise" })),
  });
  const parameters = ([a, b]: readonly number[]) => 1000 * a! + b! + 70_000;
  await checkTable(
    table,
    counting((cell) => ({ parameters: parameters(cell) }), ["parameters"]),
  );
  await checkTable(
    table,
    counting(() => ({ milliseconds: 3 }), ["milliseconds"]),
  );
  await rejects(
    checkTable(
      table,
      counting(() => ({ parameters: 5 }), ["parameters"]),
    ),
    "TABLE_INVALID",
    /column "parameters" of row 1 is 71002, and the space counts 5/,
  );
});

withTable("the CSV of NAS-Bench-201 is imported and summed up", async () => {
  const { name, rows, distinct, complete, columns, digest } = await addTable(sharedFile(CSV));
  // What follows from the table follows from this: the journal of a search, and results that were kept.
  assert.is(digest, "b14a60be36cb808c36528c8089d7ff5699f42a483b19392f2c66fbff19bdd897");
  assert.equal({ name, rows, distinct, complete }, { name: "nas-bench-201", rows: 15_625, distinct: 6_466, complete: true });
  const best = Object.fromEntries(columns.map(({ column, spread }) => [column, spread.max]));
  assert.is(best.cifar10_validation_12, 84.892);
  assert.is(best.cifar10_test_200, 94.3733);
  const table = await new TableFolder("/").open("nas-bench-201");
  assert.is(table.metric({ name: "accuracy", dataset: "imagenet16-120", split: "test", epochs: 200 }).column, "imagenet16-120_test_200");
  assert.is(table.seconds("imagenet16-120", 12)!.factor, 6.068);
});

test("a file of numbers is imported by its description, whose plugins are relative to it", async () => {
  put("losses.csv", "arch,loss\n0-0,1\n0-1,2\n");
  const module = new URL("../../../fixtures.ts", import.meta.url).href;
  put(
    "space.ts",
    `import { tinySpace } from ${JSON.stringify(module)};
    export default { kind: "space", name: "tiny", summary: "Made up", options: { type: "object", properties: {} }, needs: [], create: () => tinySpace(2, 3) };`,
  );
  const metrics = [{ name: "loss", unit: "nats", goal: "minimise", column: "loss" }];
  const parts = { plugins: ["./space.ts"], space: "tiny", architecture: "arch", dataset: "apples", metrics };
  const as = put("own.json", JSON.stringify({ name: "own", description: "Made up", ...parts }));
  const added = await addTable(join(folder, "losses.csv"), { as });
  assert.equal([added.name, added.rows, added.distinct, added.leftOut, added.notes], ["own", 2, 2, 0, []]);
  assert.equal((added.provenance as { importedFrom: { file: string } }).importedFrom.file, "losses.csv");
  assert.is((await new TableFolder("/").open("own")).metrics[0]!.metric.goal, "minimise");
  assert.is((await addTable(join(folder, "losses.csv"), { as, name: "other" })).name, "other");
  await rejects(
    addTable(join(folder, "losses.csv"), { as: join(folder, "none.json") }),
    "CANNOT_READ",
    /none\.json: there is no such file/,
  );
});

withTable("importing the same CSV again gives the same bytes", async () => {
  const { file } = await addTable(sharedFile(CSV));
  const first = readFileSync(file);
  await addTable(put("plain.csv", gunzipSync(readFileSync(sharedFile(CSV)))));
  assert.ok(first.equals(readFileSync(file)));
});

withTable("a CSV of NAS-Bench-201 in which something is wrong is refused with its line", async () => {
  const right = gunzipSync(readFileSync(sharedFile(CSV))).toString();
  const lines = right.split("\n");
  const columns = lines[0]!.split(",");
  const field = (line: number, column: string) => lines[line - 1]!.split(",")[columns.indexOf(column)]!;
  const changed = (changes: readonly (readonly [line: number, column: string, value: string])[]) =>
    changes
      .reduce(
        (all, [line, column, value]) => all.with(line - 1, all[line - 1]!.split(",").with(columns.indexOf(column), value).join(",")),
        lines,
      )
      .join("\n");
  const faults = changed([
    [7, "arch", "|none~0|"],
    [8, "arch", field(9, "arch")],
    [10, "macs_cifar10", "1"],
    [11, "params_cifar10", "1"],
    [12, "cifar10_val_12e", "x"],
    [13, "cifar100_val_12e", "100.5"],
    [14, "cifar10_val_12e", "99.5"],
    [15, "canonical", field(16, "canonical")],
  ]);
  const wrong: [string, RegExp[], string?][] = [
    [
      faults,
      [
        /line 7, column "arch": Cannot read "\|none~0\|"/,
        /line 9, column "arch": the architecture of line 8 again/,
        /line 10, column "macs_cifar10": it is 1, and the space counts \d+ for/,
        /line 11, column "params_cifar10": it is 1/,
        /line 12, column "cifar10_val_12e": "x" is not a number/,
        /line 13, column "cifar100_val_12e": 100\.5 is outside 0 … 100/,
        /it has 15623 architectures, and 15625 are known to be there/,
        /column "cifar10_val_12e": the largest number is 99\.5, and is known to be 84\.892/,
        /line \d+, column "canonical": the file and the space do not agree/,
      ],
    ],
    [right.slice(0, -30), [/line 15626: it has \d+ fields in place of 18/]],
    [
      right.replace("cifar10_val_12e", "cifar10_12e"),
      [/\/metrics\/0\/column: .* has no column "cifar10_val_12e"\. Did you mean "cifar10/],
      "MANIFEST_INVALID",
    ],
    [changed([[7, "cifar10_val_12e", "8,5"]]), [/line 7: it has 19 fields in place of 18/]],
  ];
  for (const [text, says, code = "TABLE_INVALID"] of wrong) await rejects(addTable(put("cells.csv", text)), code, ...says);
  assert.equal(await importedNames(), []);
});

test.run();
