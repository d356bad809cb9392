import { test } from "uvu";
import * as assert from "uvu/assert";
import { render } from "../../../../../app/report/figures/render.ts";
import { cliques, criticalDifferenceFigure } from "../../../../../app/report/figures/tasks/critical-difference.ts";

test("bars are over the longest runs of ranks that are close enough, and over no single one", () => {
  assert.equal(cliques([1, 2, 3, 5, 5.5, 9], 2), [
    [1, 3],
    [3, 5],
    [5, 5.5],
  ]);
  assert.equal(cliques([1, 2, 3], 0.5), []);
  assert.equal(cliques([1, 2, 3], 5), [[1, 3]]);
});

test("the diagram has every method with its mean rank, and is drawn without a missing value", async () => {
  const mean = { evoke: 1.25, random: 4, evolution: 2.5, bananas: 2.25 };
  const figure = criticalDifferenceFigure({ mean, blocks: 4, baseline: "evoke", comparison: {}, criticalDifference: 2.345 });
  const svg = await render(figure!.spec);
  assert.not.match(svg, /NaN|undefined|Infinity|null/);
  for (const [name, rank] of Object.entries(mean)) assert.match(svg, new RegExp(`>${name}\\s+${rank.toFixed(2)}<`));
  assert.match(svg, "critical difference 2.35");
  assert.match(figure!.caption, "over 4 panels");
  assert.is(criticalDifferenceFigure(undefined), undefined);
});

test.run();
