import { test } from "uvu";
import * as assert from "uvu/assert";
import { Scratch, toy, toyEvaluator } from "../../cli/command.ts";
import { kept, keptCount, toyMatrix } from "../../cli/toy-matrix.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const slow = scratch.write("slow-matrix.json", {
  ...toyMatrix,
  base: { ...toy, evaluator: { use: "toy", options: { milliseconds: 4 } } },
});
await scratch.evoke("matrix", slow, "--out", "undisturbed", "--workers", "1");

test("SIGINT keeps what is done, exits 130, and says that the same command goes on", async () => {
  let enough = false;
  const watching = setInterval(async () => (enough ||= (await keptCount(scratch, "interrupted")) >= 3), 20);
  const args = ["matrix", slow, "--out", "interrupted", "--workers", "2"];
  const { status, stderr } = await scratch.interrupt("SIGINT", () => enough, ...args);
  clearInterval(watching);
  assert.is(status, 130, stderr);
  assert.match(stderr, /Interrupted\. \d+ finished runs? (is|are) kept in .*runs\.sqlite\. The same command goes on from there\./);
  assert.is((await scratch.evoke(...args)).status, 0);
  assert.equal(await kept(scratch, "interrupted"), await kept(scratch, "undisturbed"));
});

test.run();
