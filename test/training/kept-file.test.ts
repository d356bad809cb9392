import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { besides, replaceFile } from "../../training/kept-file.ts";

const root = await mkdtemp(join(tmpdir(), "evoke-kept-file-"));
const { pid: gone } = spawnSync(process.execPath, ["--version"]);

test("what is not whole yet has another name each time, and replaceFile() leaves nothing beside the file", async () => {
  assert.is.not(besides("a"), besides("a"));
  const file = join(root, "whole", "a.json");
  await Promise.all(["1", "2", "3"].map((text) => replaceFile(file, text)));
  assert.equal(await readdir(join(root, "whole")), ["a.json"]);
  assert.ok(["1", "2", "3"].includes(await readFile(file, "utf8")));
});

test("the first replaceFile() in a folder removes what killed processes of this machine have begun there, and nothing else", async () => {
  const folder = join(root, "killed");
  await mkdir(folder);
  const [machine, own, itsProcess, number] = basename(besides(join(folder, "a")))
    .slice("a.".length, -".new".length)
    .split("-");
  const named = (...parts: (string | number | undefined)[]) => `b.${parts.join("-")}.new`;
  const left = [named(machine, gone, "00000000", number), named(machine, own, "00000000", number)];
  const others = [
    named(machine, own, itsProcess, number), // this process may be at it
    named(machine, process.ppid, "00000000", number), // so may one that runs
    named("00000000", gone, "00000000", number), // of another machine nobody knows
    "b.new",
  ];
  for (const name of [...left, ...others]) await writeFile(join(folder, name), "");
  await replaceFile(join(folder, "a"), "");
  assert.equal(await readdir(folder), ["a", ...others].sort());
});

test.after(() => rm(root, { recursive: true }));
test.run();
