import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { sharedFile, whenShared } from "../shared-data.ts";
import { root, Scratch } from "./command.ts";

const TABLE = "nas-bench-201.csv.gz";
const scratch = new Scratch();
const start = (...args: string[]) => scratch.call(process.execPath, ["--import", "tsx", "scripts/start.ts", ...args], root);

test("npm start says where the table is expected, and exits 2, if it is not where it was said to be", () => {
  const { status, stderr } = start("nowhere.csv.gz");
  assert.is(status, 2);
  assert.match(stderr, /there is no nowhere\.csv\.gz\.\n.*npm start -- FOLDER/);
});

whenShared(test, TABLE)("npm start imports the table, and ASE-NAS comes out above random search", () => {
  const { status, stdout, stderr } = start(sharedFile(TABLE));
  assert.is(status, 0, stderr);
  assert.match(stdout, /^Imported .* as the table "nas-bench-201"/);
  const [random, evoked] = [...stdout.matchAll(/ {2}test +([\d.]+)/g)].map(([, mean]) => Number(mean));
  // 50 seeds each: the means are 0.3 apart, with standard errors of 0.04.
  assert.ok(evoked! > random! + 0.1, stdout);
});

test.run();
