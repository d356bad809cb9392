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
import { metrics, run } from "../report/made-up-cells.ts";

/** The summary under the list of runs, for these test metrics. */
async function summaryOf(...tests: readonly number[]): Promise<string[]> {
  const digest = "0".repeat(64);
  const store = await RunStore.inMemory();
  store.add(
    digest,
    tests.map((value, i) => run(i + 1, value - 10, value)),
  );
  const plan = { name: "made-up", seeds: { first: 1, count: tests.length } } as RunPlan;
  const text = runText(
    runDocument(plan, [{ cell: { digest, metric: metrics.score }, failed: [] } as unknown as CellRuns], store),
    "results/made-up",
  ).replace(/\n\nstatistics and figures: .*/, "");
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
    metric: metrics.score,
    ...{ summary: { score: { mean: 84, std: n > 1 ? 0.5 : 0, n } }, computed: n, known: 0, failed: [] },
  });
  const text = summaryText({ matrix: "made-up", cells: [cell("base", 1), cell("other", 2)] }, "results");
  assert.match(text, /^base +1 +84\.000 +baseline$/m);
  assert.match(text, /^other +2 +84\.000 ± 0\.500$/m);
});

test("the text of a minimised metric says that lower is better, and shows small numbers with digits that count", async () => {
  const metric = { ...metrics.score, name: "rmse", unit: "m", goal: "minimise" } as const;
  const cell = (name: string, mean: number, difference?: number): CellSummary => ({
    ...{ name, digest: "0".repeat(64), metric, variant: name, panel: "", baseline: "base", differs: [] },
    ...{ summary: { score: { mean, std: 0.0005, n: 2 } }, computed: 2, known: 0, failed: [] },
    ...(difference !== undefined && { difference: { score: difference, n: 2 } }),
  });
  const text = summaryText({ matrix: "made-up", cells: [cell("base", 0.0213), cell("other", 0.0201, -0.0012)] }, "results");
  assert.match(text, /^base +2 +0\.021300 ± 0\.000500 +baseline$/m);
  assert.match(text, /^other +2 +0\.020100 ± 0\.000500 +−0\.001200$/m);
  assert.match(text, /^lower is better: rmse$/m);
  const digest = "0".repeat(64);
  const store = await RunStore.inMemory();
  const runs = Array.from({ length: 21 }, (_, i) => run(i + 1, 0.5 - i / 100));
  store.add(digest, runs);
  const plan = { name: "made-up", seeds: { first: 1, count: runs.length } } as RunPlan;
  const document = runDocument(plan, [{ cell: { digest, metric }, failed: [] } as unknown as CellRuns], store);
  assert.match(runText(document, "results"), /rmse: lower is better$/m);
  assert.match(runText(document, "results"), /^best by score: .*\(seed 21, 0\.3000\)$/m);
  store.close();
});

test.run();
