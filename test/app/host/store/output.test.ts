import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ResultsOutput } from "../../../../app/host/store/output.ts";
import { readRecord } from "../../../../app/host/store/record.ts";
import { besides } from "../../../../training/kept-file.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-output-"));
test.after(() => rmSync(folder, { recursive: true }));
const output = () => new ResultsOutput(folder, () => "");
const there = (sub: string) => readdirSync(join(folder, sub));

test("a file that grows is there when it is finished, as a whole, whatever its size", async () => {
  const file = output().begin("grows/record.jsonl.gz");
  const lines = Array.from({ length: 20_000 }, (_, sequence) =>
    JSON.stringify({ run: "0123abcd", seed: 3, sequence, type: "policy.updated", query: sequence }),
  );
  for (const line of lines) file.add(`${line}\n`);
  assert.not.ok(existsSync(join(folder, "grows/record.jsonl.gz")));
  await file.finish();
  assert.equal(there("grows"), ["record.jsonl.gz"]);
  const read: string[] = [];
  for await (const event of readRecord(join(folder, "grows/record.jsonl.gz"))) read.push(JSON.stringify(event));
  assert.equal(read, lines);
});

test("what is added seldom can be read within seconds, before the file is finished", () => {
  const { now } = Date;
  const file = output().begin("seldom/notes.txt");
  try {
    file.add("one\n");
    Date.now = () => now() + 10_000;
    file.add("two\n");
  } finally {
    Date.now = now;
  }
  file.add("three\n");
  const [beside] = there("seldom");
  assert.is(readFileSync(join(folder, "seldom", beside!), "utf8"), "one\ntwo\n");
  file.discard();
});

test("a file whose name does not end with .gz is plain text; it replaces the one before", async () => {
  for (const text of ["one\n", "two\n"]) {
    const file = output().begin("plain/notes.txt");
    file.add(text);
    await file.finish();
    assert.is(readFileSync(join(folder, "plain/notes.txt"), "utf8"), text);
  }
});

test("nothing is left of a file that is given up", async () => {
  const file = output().begin("given-up/a.txt");
  file.add("a");
  file.discard();
  file.discard();
  assert.equal(there("given-up"), []);
});

test("a file that cannot be written any more is one clear error, and nothing is left of it", async () => {
  const file = output().begin("gone/a.txt");
  rmSync(join(folder, "gone"), { recursive: true });
  assert.throws(() => file.add("a".repeat(1e6)), /^Cannot write .*gone\/a\.txt: ENOENT.*\n/);
  assert.not.ok(existsSync(join(folder, "gone")));
  writeFileSync(join(folder, "occupied"), "");
  assert.throws(() => output().begin("occupied/a.txt"), /^Cannot write .*occupied\/a\.txt: E(EXIST|NOTDIR)/);
});

test("what a process has begun that is gone is removed when a file is begun beside it", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  mkdirSync(join(folder, "left"));
  const [of] = basename(besides("a")).split("-");
  for (const name of [`${of}-${pid}-00000000-00000000.new`, "b.new"]) writeFileSync(join(folder, "left", name), "begun");
  await output().begin("left/c.txt").finish();
  assert.equal(there("left"), ["b.new", "c.txt"]);
});

test.run();
