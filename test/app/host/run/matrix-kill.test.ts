import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MatrixSummary } from "../../../../app/host/documents/matrix-summary.ts";
import { Scratch, toy, toyEvaluator } from "../../cli/command.ts";
import { kept, keptCount, toyMatrix } from "../../cli/toy-matrix.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const slow = scratch.write("slow-matrix.json", {
  ...toyMatrix,
  base: { ...toy, evaluator: { use: "toy", options: { milliseconds: 4 } } },
});
await scratch.evoke("matrix", slow, "--out", "undisturbed", "--workers", "1");

for (const workers of ["1", "2"]) {
  test(`SIGKILL three times on the way, with ${workers} worker(s), and the same call ends as if undisturbed`, async () => {
    const out = `killed-${workers}`;
    const args = ["matrix", slow, "--json", "--out", out, "--workers", workers];
    for (const count of [1, 6, 11]) {
      let enough = false;
      const watching = setInterval(async () => (enough ||= (await keptCount(scratch, out)) >= count), 20);
      await scratch.interrupt("SIGKILL", () => enough, ...args);
      clearInterval(watching);
    }
    const before = await keptCount(scratch, out);
    assert.ok(before >= 11 && before < 20, `${before} runs were kept`);
    const { status, stdout, stderr } = await scratch.evoke(...args);
    assert.is(status, 0, stderr);
    const { cells } = JSON.parse(stdout) as MatrixSummary;
    assert.is(
      cells.reduce((sum, { computed }) => sum + computed, 0),
      20 - before,
    );
    assert.equal(await kept(scratch, out), await kept(scratch, "undisturbed"));
  });
}

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
