import { test } from "uvu";
import * as assert from "uvu/assert";
import { type CellSummary, summaryText } from "../../../app/cli/matrix-summary.ts";
import { runDocument, runText } from "../../../app/cli/run-document.ts";
import { standardDeviation, standardError } from "../../../core/statistics/descriptive.ts";
import { run } from "../report/made-up-cells.ts";

/** The summary under the list of runs, for these test metrics. */
function summaryOf(...tests: readonly number[]): string[] {
  const finished = new Map(tests.map((value, i) => [i + 1, { result: run(i + 1, value - 10, value).result, wallSeconds: 1 }]));
  const text = runText(runDocument("made-up", "0".repeat(64), [...finished.keys()], finished, []), undefined);
  return text
    .slice(text.lastIndexOf("\n\n") + 2)
    .trimEnd()
    .split("\n");
}

test("the standard error that evoke run prints is that of the sample, as in a report", () => {
  const values = [94.2, 93.7, 94.9, 94];
  const [head, , ofTests] = summaryOf(...values);
  assert.match(head!, /^ +mean +std +std\. error +n$/);
  assert.equal(ofTests!.trim().split(/ +/), [
    "test",
    "94.200",
    standardDeviation(values).toFixed(3),
    standardError(values).toFixed(3),
    "4",
  ]);
});

test("of one run evoke run prints neither deviation nor standard error; of two it does", () => {
  assert.equal(
    summaryOf(94.2).map((line) => line.trim().split(/ +/)),
    [
      ["mean", "n"],
      ["score", "84.200", "1"],
      ["test", "94.200", "1"],
    ],
  );
  assert.equal(summaryOf(94, 95)[2]!.trim().split(/ +/), ["test", "94.500", "0.500", "0.500", "2"]);
});

test("of one run evoke matrix prints no deviation", () => {
  const cell = (name: string, n: number): CellSummary => ({
    ...{ name, digest: "0".repeat(64), variant: name, panel: "", baseline: "base", differs: [] },
    ...{ summary: { score: { mean: 84, std: n > 1 ? 0.5 : 0, n } }, computed: n, known: 0, failed: [] },
  });
  const text = summaryText({ matrix: "made-up", cells: [cell("base", 1), cell("other", 2)] }, "results");
  assert.match(text, /^base +1 +84\.000 +baseline$/m);
  assert.match(text, /^other +2 +84\.000 ± 0\.500$/m);
});

test.run();
