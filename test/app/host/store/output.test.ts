import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ResultsOutput } from "../../../../app/host/store/output.ts";
import { readRecord } from "../../../../app/host/store/record.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-output-"));
test.after(() => rmSync(folder, { recursive: true }));
const output = () => new ResultsOutput(() => folder);
const there = (sub: string) => readdirSync(join(folder, sub));

test("a file that grows is there when it is finished, as a whole, whatever its size", async () => {
  const file = output().begin("grows/record.jsonl.gz");
  const lines = Array.from({ length: 20_000 }, (_, sequence) => JSON.stringify({ type: "policy.updated", sequence, query: sequence }));
  for (const line of lines) file.add(`${line}\n`);
  assert.not.ok(existsSync(join(folder, "grows/record.jsonl.gz")));
  await file.finish();
  assert.equal(there("grows"), ["record.jsonl.gz"]);
  const read: string[] = [];
  for await (const event of readRecord(join(folder, "grows/record.jsonl.gz"))) read.push(JSON.stringify(event));
  assert.equal(read, lines);
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

test("what processes have begun that are gone is removed when a file is begun beside it, and nothing else", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await output().write("left/kept.txt", "kept");
  for (const name of [`1.gz.${pid}-1.new`, `2.gz.${process.ppid}-1.new`, "3.new"]) writeFileSync(join(folder, "left", name), "begun");
  const file = output().begin("left/b.txt");
  await file.finish();
  assert.equal(there("left").sort(), [`2.gz.${process.ppid}-1.new`, "3.new", "b.txt", "kept.txt"]);
});

test.run();
