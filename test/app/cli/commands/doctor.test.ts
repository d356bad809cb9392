import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeTable } from "../../../../core/table/table-file.ts";
import { BACKENDS } from "../../../../core/training/settings.ts";
import { VERSION } from "../../../../core/version.ts";
import { tinyTable } from "../../../tables.ts";
import { root, Scratch } from "../command.ts";

const scratch = new Scratch();
mkdirSync(join(scratch.folder, "home/tables"), { recursive: true });
writeFileSync(join(scratch.folder, "home/tables/tiny.arrow"), await writeTable(tinyTable()));
scratch.write("home/tables/broken.arrow", "this is no table");

test("doctor says what the installation can do, as one JSON document", async () => {
  const { status, stdout, stderr } = await scratch.evoke("doctor", "--json");
  assert.is(status, 0, stderr);
  assert.is(stderr, "");
  const found = JSON.parse(stdout);
  assert.is(found.evoke, VERSION);
  assert.is(found.runtime, `Node ${process.versions.node}`);
  assert.ok(found.simd);
  assert.ok(found.cores >= 1);
  assert.equal(
    found.backends.map(({ backend }: { backend: string }) => backend),
    [...BACKENDS],
  );
  assert.is(found.backend, found.backends.find(({ available }: { available: boolean }) => available).backend);
  for (const { detail } of found.backends) assert.type(detail, "string");
  assert.match(found.backends[0].detail, /^not there; make it with: evoke backend build native --gpu$/);
  assert.equal(found.parts[0], { part: "store of matrices", available: true, detail: "libsql loads" });
});

test("a table that cannot be read is listed with the reason, beside those that can", async () => {
  const { tables } = JSON.parse((await scratch.evoke("doctor", "--json")).stdout);
  const by = Object.fromEntries(tables.map((table: { name: string }) => [table.name, table]));
  assert.is(by.tiny.rows, 9);
  assert.not.ok(by.tiny.embedded);
  assert.match(by.broken.problem, /is no table of Evoke/);
});

test("the text has a line for each backend and each table", async () => {
  const { stdout } = await scratch.evoke("doctor");
  for (const line of [/^ {2}wasm +✔ .*$/m, /^ {2}cpu +✔ /m, /^ {2}tiny +✔ 9 rows, imported$/m, /^ {2}broken +✘ Cannot use /m])
    assert.match(stdout, line);
});

test("doctor runs on Deno", () => {
  const { status, stdout, stderr } = scratch.call(join(root, "node_modules/.bin/deno"), ["task", "evoke", "doctor", "--json"], root);
  assert.is(status, 0, stderr);
  assert.match(JSON.parse(stdout).runtime, /^Deno /);
});

test.run();
