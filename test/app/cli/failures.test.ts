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

test("a failed run is told with the place in the code that threw, unless the error was foreseen", async () => {
  const lineOf = async (error: Error) => {
    const evaluate = () => {
      throw error;
    };
    const composition = await composed({ ...small, evaluator: "failing" }, [around("evaluator", "failing", { ...separable, evaluate })]);
    const ended = await runSeed(composition, 1, [], () => {});
    assert.ok("message" in ended);
    assert.is(ended.message, error.message);
    return failureLines([ended])[0]!;
  };
  assert.match(await lineOf(new TypeError("boom")), /^The run of seed 1 failed: boom\n {2}Thrown at .*failures\.test\.ts:\d+:\d+\)?$/);
  assert.is(await lineOf(limitsUnmet(7)), `The run of seed 1 failed: ${limitsUnmet(7).message}`);
});

test("a proposal that is no member of the space ends the run", async () => {
  const astray = { propose: () => ({ architecture: [9, 0, 0, 0] }), observe() {}, save() {}, restore() {} };
  const manifest = { ...small, subspaces: undefined, controller: "astray" };
  const ended = await runSeed(await composed(manifest, [around("controller", "astray", astray)]), 1, [], () => {});
  assert.match("message" in ended ? ended.message : "none", /^the controller proposed \[9,0,0,0\], which is no member of the space$/);
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
