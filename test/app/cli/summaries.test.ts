import { test } from "uvu";
import * as assert from "uvu/assert";
import { summaryText } from "../../../app/cli/matrix-text.ts";
import { runText } from "../../../app/cli/run-text.ts";
import type { CellSummary } from "../../../app/host/documents/matrix-summary.ts";
import { runDocument } from "../../../app/host/documents/run-document.ts";
import type { RunPlan } from "../../../app/host/run/plan.ts";
import type { CellRuns } from "../../../app/host/run/run-plan.ts";
import { RunStore } from "../../../app/host/store/run-store.ts";
import { standardDeviation, standardError } from "../../../core/statistics/descriptive.ts";
import { run } from "../report/made-up-cells.ts";

/** The summary under the list of runs, for these test metrics. */
async function summaryOf(...tests: readonly number[]): Promise<string[]> {
  const digest = "0".repeat(64);
  const store = await RunStore.inMemory();
  store.add(
    digest,
    tests.map((value, i) => run(i + 1, value - 10, value)),
  );
  const plan = { name: "made-up", seeds: { first: 1, count: tests.length } } as RunPlan;
  const text = runText(runDocument(plan, [{ cell: { digest }, failed: [] } as unknown as CellRuns], store), "results/made-up").replace(
    /\n\nstatistics and figures: .*/,
    "",
  );
  store.close();
  return text
    .slice(text.lastIndexOf("\n\n") + 2)
    .trimEnd()
    .split("\n");
}

test("the standard error that evoke run prints is that of the sample, as in a report", async () => {
  const values = [94.2, 93.7, 94.9, 94];
  const [head, , ofTests] = await summaryOf(...values);
  assert.match(head!, /^ +mean +std +std\. error +n$/);
  assert.equal(ofTests!.trim().split(/ +/), [
    "test",
    "94.200",
    standardDeviation(values).toFixed(3),
    standardError(values).toFixed(3),
    "4",
  ]);
});

test("of one run evoke run prints neither deviation nor standard error; of two it does", async () => {
  assert.equal(
    (await summaryOf(94.2)).map((line) => line.trim().split(/ +/)),
    [
      ["mean", "n"],
      ["score", "84.200", "1"],
      ["test", "94.200", "1"],
    ],
  );
  assert.equal((await summaryOf(94, 95))[2]!.trim().split(/ +/), ["test", "94.500", "0.500", "0.500", "2"]);
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
