import { test } from "uvu";
import * as assert from "uvu/assert";
import { render } from "../../../../../app/report/figures/render.ts";
import { regretFigure } from "../../../../../app/report/figures/tasks/regret.ts";
import { cell, reported, run, runs } from "../../made-up-cells.ts";

const others = Array.from({ length: 9 }, (_, i) => `method ${i}`);
const { document, cells } = reported(
  [[cell("base"), runs(4, 60)], ...others.map((name, i) => [cell(name), runs(4, 90 + i / 2)] as const)],
  { best: { test: 100 } },
);

test("regrets are drawn of the baseline and of the best cells", async () => {
  const figure = regretFigure(document.panels[0]!, cells);
  const svg = await render(figure!.spec);
  assert.not.match(svg, /NaN|undefined|Infinity|null/);
  const shown = ["base", ...others].filter((name) => svg.includes(`>${name}<`));
  assert.equal(shown, ["base", ...others.slice(3)]);
  assert.match(svg, "the 6 cells with the least regret of 9");
});

test("a regret of 0 is drawn at the lower edge", async () => {
  const found = reported([[cell("base"), [run(1, 84, 94), run(2, 83, 94)]]], { best: { test: 94 } });
  const figure = regretFigure(found.document.panels[0]!, found.cells);
  assert.match(await render(figure!.spec), "0 is drawn at the lower edge");
});

test("without a best there is no figure of regrets", () => {
  const plain = reported([[cell("base"), runs(4, 60)]]);
  assert.is(regretFigure(plain.document.panels[0]!, plain.cells), undefined);
});

test.run();
