import { test } from "uvu";
import * as assert from "uvu/assert";
import { failureLines } from "../../../app/cli/failures.ts";
import { aligned } from "../../../app/cli/terminal.ts";
import { runSeed } from "../../../app/host/run/run-seed.ts";
import { limitsUnmet } from "../../../core/errors/index.ts";
import { around, composed, separable, small } from "../../experiments.ts";

test("runs that failed for one reason are named together, by seed", () => {
  const failed = [
    { seed: 3, message: "this" },
    { seed: 2, message: "that" },
    { seed: 1, message: "this" },
  ];
  assert.equal(failureLines(failed), ["The run of each of the seeds 1, 3 failed: this", "The run of seed 2 failed: that"]);
  const many = Array.from({ length: 1234 }, (_, seed) => ({ seed, message: "this" }));
  assert.equal(failureLines(many, { of: ' of "base"' }), [
    'The run of each of the seeds 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1,224 others of "base" failed: this',
  ]);
});

test("a failed run is told with the plugin that threw and where in its code, unless the error was foreseen; and its stack", async () => {
  const lineOf = async (error: Error, debug = false) => {
    const evaluate = () => {
      throw error;
    };
    const composition = await composed({ ...small, evaluator: "failing" }, [around("evaluator", "failing", { ...separable, evaluate })]);
    const ended = await runSeed(composition, 1, {}, [], () => {});
    assert.ok("message" in ended);
    return failureLines([ended], { debug })[0]!;
  };
  const told = new RegExp(
    '^The run of seed 1 failed: Cannot go on with evaluator "failing" \\(built in\\) at /evaluator of test\\.json: its evaluate\\(\\) threw: boom\n' +
      "  Thrown at test/app/cli/failures\\.test\\.ts:\\d+:\\d+\\. Fix the plugin, or choose another; --debug shows the whole stack\\.$",
  );
  assert.match(await lineOf(new TypeError("boom")), told);
  const [first, second, ...stack] = (await lineOf(new TypeError("boom"), true)).split("\n");
  assert.match(`${first}\n${second}`, told);
  assert.ok(stack.some((line) => /^TypeError: boom/.test(line)) && stack.some((line) => /^ +at .*search\.ts/.test(line)));
  assert.is(await lineOf(limitsUnmet(7)), `The run of seed 1 failed: ${limitsUnmet(7).message}`);
});

test("a proposal that is no member of the space ends the run", async () => {
  const astray = { propose: () => ({ architecture: [9, 0, 0, 0] }), observe() {} };
  const manifest = { ...small, subspaces: undefined, controller: "astray" };
  const ended = await runSeed(await composed(manifest, [around("controller", "astray", astray)]), 1, {}, [], () => {});
  assert.match(
    "message" in ended ? ended.message : "none",
    /^Cannot go on with controller "astray" .*: its propose\(\) must give a member of the space, .*; it gave \[9,0,0,0\]\.\n/,
  );
});

test("a column with nothing under its heading is not printed", () => {
  const rows = [
    ["seed", "test", "best"],
    ["1", "", "|x~0|"],
    ["12", "", "|y~0|"],
  ];
  assert.equal(aligned(rows), ["seed   best", "   1  |x~0|", "  12  |y~0|"]);
});

test.run();
