import { test } from "uvu";
import * as assert from "uvu/assert";
import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import { bestArchitectures } from "../../../app/report/best.ts";
import { sections } from "../../../app/report/pages/content.ts";
import { htmlReport } from "../../../app/report/pages/html.ts";
import { markdownReport } from "../../../app/report/pages/markdown.ts";
import { cell, metrics, reported, run } from "./made-up-cells.ts";

const cellText = (operation: string) => `|${operation}~0|+|none~0|none~1|+|none~0|${operation}~1|none~2|`;
const found = (seed: number, score: number, architecture: string): StoredRun => {
  const { result, ...others } = run(seed, score, score + 10);
  return { result: { ...result, best: { ...result.best, architecture } }, ...others };
};

const { document, cells } = reported([
  [cell("base"), [found(1, 84, cellText("nor_conv_1x1")), found(2, 85, cellText("nor_conv_3x3")), found(3, 85, cellText("avg_pool_3x3"))]],
  [cell("other"), [found(1, 84.5, cellText("skip_connect"))]],
  [cell("elsewhere", { metric: { ...metrics.score, dataset: "mine" } }), [found(1, 99, cellText("skip_connect"))]],
  [cell("a, second", { panel: "second" }), [found(1, 0.123456789, "no cell at all")]],
  [cell("a, third", { panel: "third", space: "not-built-in" }), [found(1, 7, cellText("skip_connect"))]],
  [
    cell("a, fourth", { panel: "fourth", space: "mobilenet", spaceOptions: { units: [{ channels: 8 }] } }),
    [found(1, 7, "2:3,3,0,0:6,6,0,0")],
  ],
]);
const best = await bestArchitectures(document, cells);

test("each cell has its best architecture by score in the table, with test and seed; the first of equals", () => {
  const [first, second] = best.table.groups;
  assert.equal(first!.rows, [
    ["base", "85", "95", "2", cellText("nor_conv_3x3")],
    ["other", "84.5", "94.5", "1", cellText("skip_connect")],
    ["elsewhere", "99", "109", "1", cellText("skip_connect")],
  ]);
  assert.equal(second, { heading: "second", rows: [["a", "0.123457", "10.1235", "1", "no cell at all"]] });
});

test("the best of each panel among what one metric measures is drawn, where its space is built in and knows it", () => {
  assert.equal(
    best.drawings.map(({ name }) => name),
    ["best-base", "best-a-fourth"],
  );
  const [base, fourth] = best.drawings;
  assert.is(base!.caption, `The best architecture by score, found by base with seed 2: score 85, test 95. ${cellText("nor_conv_3x3")}`);
  assert.match(base!.svg, "input to node 1: nor_conv_3x3;");
  assert.match(fourth!.svg, "unit 1: 3×3 e6, 3×3 e6, to ");
});

test("drawings stand in the page and beside the Markdown", async () => {
  const content = sections(document, [], best);
  assert.match(markdownReport("r", content), "(figures/best-base.svg)\n");
  const page = await htmlReport("r", content, { svgs: new Map(best.drawings.map(({ name, svg }) => [name, svg])), interactive: new Map() });
  assert.match(page, '<figure id="best-base">\n<div class="drawing"><svg role="img" aria-label="The best architecture');
  assert.not.match(page, /<svg [^>]*role="img"[^>]*role="img"/);
});

test.run();
