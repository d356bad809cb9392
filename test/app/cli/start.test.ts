import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root, Scratch } from "./command.ts";

const scratch = new Scratch();

test("npm start compares the methods on the table that comes with Evoke, and writes a report", () => {
  const out = `${scratch.folder}/results`;
  const { status, stdout, stderr } = scratch.call(
    process.execPath,
    ["--import", "tsx", "scripts/start.ts", "--seeds", "16", "--out", out],
    root,
  );
  assert.is(status, 0, stderr);
  // 16 seeds: the means are 1.3 apart, with a standard error of 0.4.
  assert.match(stdout, /\nase-nas +16 .* \+[\d.]+ +\+[\d.]+ to /);
});

test.run();
