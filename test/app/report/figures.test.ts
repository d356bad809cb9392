import { createHash } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bestArchitectures } from "../../../app/report/best.ts";
import { differentCells } from "../../../app/report/figures/choice.ts";
import { figuresOf } from "../../../app/report/figures/figures.ts";
import { interactive, render } from "../../../app/report/figures/render.ts";
import { sections } from "../../../app/report/pages/content.ts";
import { htmlReport } from "../../../app/report/pages/html.ts";
import { markdownReport } from "../../../app/report/pages/markdown.ts";
import { paretoCsv } from "../../../app/report/tables/fronts.ts";
import { rankedCsv, sharedWeightsTable, weightsCsv } from "../../../app/report/tables/shared-weights.ts";
import { cell, metrics, reported, run, runs, runWithFronts, runWithSharedWeights } from "./made-up-cells.ts";

const count = "/subspaces/count";
const long = 'a "very long" name, with <tags> & so on, learningRate=0.001, entropyWeight=0.00075, hidden=64';
const several = reported(
  [
    [cell("base", { variant: "base", at: { [count]: 4 } }), runs(8, 94)],
    ...[1, 2, 16].map((value) => [cell(`count=${value}`, { variant: "base", at: { [count]: value } }), runs(8, 93 + value / 20)] as const),
    [cell(long), runs(8, 92)],
    [cell("elsewhere", { testMetric: { ...metrics.test, dataset: "mine" }, metric: { ...metrics.score, dataset: "mine" } }), runs(8, 60)],
  ],
  { axes: [{ pointer: count, label: "count", values: [1, 2, 4, 16] }] },
);

/** Draws all figures. */
async function drawn({ document, cells }: typeof several): Promise<Map<string, string>> {
  return new Map(await Promise.all(figuresOf(document, cells).map(async ({ name, spec }) => [name, await render(spec)] as const)));
}

function drawnWhole(svg: string, name: string): void {
  assert.match(svg, /^<svg [^>]*>.*<\/svg>\n$/s, name);
  assert.not.match(svg, /NaN|undefined|Infinity|null/, name);
}

test("a matrix has all figures, and each is drawn without a missing value", async () => {
  const figures = await drawn(several);
  assert.equal(
    [...figures.keys()],
    ["comparison", "pairs", "distribution", "incumbent", "incumbent-seconds", "ranks", "subspaces", "distance", "centres", "axis-count"],
  );
  for (const [name, svg] of figures) drawnWhole(svg, name);
});

const sharing = reported([
  [cell("base"), runs(4, 94)],
  [cell("darts"), [1, 2, 3, 4].map((seed) => runWithSharedWeights(seed, 60, 1, 12))],
  [cell("gdas"), [1, 2, 3, 4].map((seed) => runWithSharedWeights(seed, 90, 1 / 6))],
]);

test("searches by weight sharing have a figure of their course, a table of where they came to, and files of both", async () => {
  const { document, cells } = sharing;
  const figures = await drawn(sharing);
  drawnWhole(figures.get("shared-weights")!, "shared-weights");
  assert.match(figures.get("shared-weights")!, "share of edges without weights");
  assert.match(figures.get("shared-weights")!, "entropy of an edge (nats)");
  assert.match(figures.get("shared-weights")!, "largest eigenvalue of ∇²_α");
  const [, darts, gdas] = document.panels[0]!.cells;
  assert.equal([darts!.sharedWeights!.length, gdas!.sharedWeights!.length], [12, 10]);
  const last = darts!.sharedWeights!.at(-1)!;
  assert.equal([last.epoch, last.loss.n, last.parameterFree.mean, last.curvature!.n], [12, 4, 1, 4]);
  assert.is(darts!.sharedWeights![0]!.curvature, undefined);
  const table = sharedWeightsTable(document)!;
  assert.equal(
    table.groups[0]!.rows.map(([name, n, epochs, , , free]) => [name, n, epochs, free]),
    [
      ["darts", "4", "12", "100 % ± 0 %"],
      ["gdas", "4", "10", "25 % ± 8 %"],
    ],
  );
  const lines = weightsCsv(cells)!.trim().split("\n");
  assert.is(lines.length, 1 + 4 * (12 + 10));
  assert.match(lines[1]!, /^,darts,1,1,2\.3\d*,1\.\d+,0\.5,,"epoch 1, seed 1"$/);
  assert.equal(rankedCsv(cells)!.split("\n").slice(0, 2), ["panel,cell,seed,accuracy,architecture", ",darts,1,41,one"]);
  assert.equal(
    [weightsCsv(several.cells), rankedCsv(several.cells), sharedWeightsTable(several.document)],
    [undefined, undefined, undefined],
  );
});

test("axes say what is measured, and in which unit", async () => {
  const figures = await drawn(several);
  assert.match(figures.get("incumbent")!, "validation accuracy, CIFAR-10, 12 epochs (%)");
  assert.match(figures.get("comparison")!, "test accuracy, CIFAR-10, 200 epochs (%)");
  assert.match(figures.get("comparison")!, "difference from the baseline (points)");
  assert.match(figures.get("incumbent-seconds")!, "seconds charged to the budget");
});

test("a figure has the same bytes whatever was drawn before", async () => {
  const incumbent = figuresOf(several.document, several.cells).find(({ name }) => name === "incumbent")!;
  assert.is(await render(incumbent.spec), await render(incumbent.spec));
});

test("panels have figures of their own, named by the panel, and ranks over all of them", async () => {
  const inPanel = (panel: string, variant: string) => cell(`${variant}, ${panel}`, { variant, panel, baseline: `base, ${panel}` });
  const figures = await drawn(
    reported([
      [inPanel("dataset=a", "base"), runs(4, 94)],
      [inPanel("dataset=a", "other"), runs(4, 93)],
      [inPanel("dataset=b", "base"), runs(4, 74)],
      [inPanel("dataset=b", "other"), runs(4, 73)],
    ]),
  );
  for (const name of ["comparison-dataset-a", "comparison-dataset-b", "ranks-dataset-a", "ranks"]) drawnWhole(figures.get(name)!, name);
});

test("where runs have Pareto fronts there are figures, a table and a file of those of all runs of a cell", async () => {
  const fronts = reported([
    [cell("base"), [1, 2, 3].map((seed) => runWithFronts(seed, 80 + seed))],
    [cell("other"), [1, 2, 3].map((seed) => runWithFronts(seed, 79))],
    [cell("none"), runs(3, 78)],
  ]);
  const { document, cells } = fronts;
  const [base, other, none] = document.panels[0]!.cells;
  const named = (front: readonly { architecture: string; seed: number }[]) =>
    front.map(({ architecture, seed }) => `${architecture} of ${seed}`);
  // Of the base each later seed is better by 1, and each dearer architecture by 2: the dearer ones of seed 1 are no better than what costs less.
  assert.equal(named(base!.fronts![0]!.points), [
    "300:1 of 1",
    "300:2 of 2",
    "300:3 of 3",
    "420:2 of 2",
    "420:3 of 3",
    "590:2 of 2",
    "590:3 of 3",
  ]);
  assert.equal(named(other!.fronts![0]!.points), ["300:1 of 1", "420:1 of 1", "590:1 of 1"]);
  assert.is(none!.fronts, undefined);
  const figures = await drawn(fronts);
  for (const name of ["pareto-accuracy-madds", "pareto-accuracy-parameters"]) drawnWhole(figures.get(name)!, name);
  const page = markdownReport(document.name, sections(document, figuresOf(document, cells), await bestArchitectures(document, cells)));
  assert.match(page, "### Pareto fronts of accuracy and madds");
  assert.match(page, "| other | 301 |");
  assert.is(paretoCsv(document)!.trim().split("\n").length, 1 + 7 + 5 + 3 + 2);
  assert.is(paretoCsv(several.document), undefined);
});

for (const [what, given] of [
  ["one run", [run(1, 84, 94)]],
  ["equal runs", [run(1, 84, 94), run(2, 84, 94), run(3, 84, 94)]],
] as const) {
  test(`figures of ${what} are drawn too`, async () => {
    const figures = await drawn(
      reported([
        [cell("base"), given],
        [cell("same"), given],
      ]),
    );
    assert.ok(figures.has("comparison"));
    for (const [name, svg] of figures) drawnWhole(svg, name);
  });
}

test("a search without queries or subspaces leaves out the figures that it has nothing for", async () => {
  const bare = runs(3, 94).map(({ result, trajectory, wallSeconds }) => ({
    result: { ...result, queries: 0, updates: 0 },
    trajectory: { ...trajectory, centres: [], distances: [] },
    wallSeconds,
  }));
  const figures = await drawn(reported([[cell("base"), bare]]));
  assert.equal(
    [...figures.keys()].filter((name) => !name.startsWith("incumbent")),
    ["distribution"],
  );
});

test("differentCells() are the baseline and those that differ most from it, in their order", () => {
  const means = [94, 93.9, 92, 93.8, 95, 91, 93.7, 93.6, 94.01, 93.5];
  const { document, cells } = reported(means.map((mean, i) => [cell(i === 0 ? "base" : `cell ${i}`), [run(1, 84, mean)]] as const));
  const { chosen, left } = differentCells(document.panels[0]!, cells, "test");
  assert.equal(
    chosen.map((one) => one.cell.name),
    ["base", "cell 2", "cell 4", "cell 5", "cell 6", "cell 7", "cell 9"],
  );
  assert.is(left, 3);
});

/** Runs that are far below until the 12th of 20 queries. */
const late = (count: number, score: number) =>
  runs(count, score + 10).map((one, i) => {
    const at = (queries: number, value: number) => ({ queries, seconds: 10 * queries, score: value });
    return { ...one, trajectory: { ...one.trajectory, incumbent: [at(0, 20), at(12, score + i / 100)] } };
  });
/** The views of a figure, with the domains of their axes. */
const framesOf = ({ document, cells }: typeof several, name: string) => {
  const { spec } = figuresOf(document, cells).find((figure) => figure.name === name)!;
  const { hconcat: views = [spec] } = spec as { readonly hconcat?: readonly object[] };
  return views.map((view) => {
    const found = JSON.stringify(view);
    return [...found.matchAll(/"domain":(\[-?[\d.]+,-?[\d.]+\])/g)].map(([, domain]) => JSON.parse(domain!) as [number, number]);
  });
};

test("where one method starts far below the others, the second half is drawn again, enlarged to where the lines end", async () => {
  const both = reported([
    [cell("base"), runs(4, 94)],
    [cell("late"), late(4, 83)],
  ]);
  const [whole, part] = framesOf(both, "incumbent") as [[number, number][], [number, number][]];
  assert.equal(
    [whole[0], part[0]],
    [
      [0, 20],
      [10, 20],
    ],
  );
  assert.ok(whole[1]![0] < 25 && part[1]![0] > 80 && part[1]![1] < 90, JSON.stringify([whole, part]));
  for (const [name, svg] of await drawn(both)) drawnWhole(svg, name);
  assert.is(framesOf(several, "incumbent").length, 1, "where nothing is gained there is one frame");
});

test("fronts are drawn again where their best are, if these lie close together", () => {
  const front = (seed: number, low: number, best: number) => {
    const { trajectory, ...rest } = runWithFronts(seed, best);
    const scores = [low, best - 1, best];
    const points = [100, 500, 600].map((millions, i) => ({
      architecture: `${millions}`,
      values: [scores[i]!, 1e6 * millions] as const,
    }));
    return { ...rest, trajectory: { ...trajectory, fronts: trajectory.fronts!.map(({ metrics }) => ({ metrics, points })) } };
  };
  const fronts = reported([
    [cell("base"), [front(1, 40, 80)]],
    [cell("other"), [front(1, 42, 79)]],
  ]);
  const [whole, part] = framesOf(fronts, "pareto-accuracy-madds") as [[number, number][], [number, number][]];
  assert.ok(whole[0]![0] < 100 && part[0]![0] > 400, JSON.stringify([whole, part]));
  assert.ok(whole[1]![0] < 40 && part[1]![0] > 78, JSON.stringify([whole, part]));
  const same = reported([
    [cell("base"), [front(1, 40, 80)]],
    [cell("other"), [front(1, 42, 80)]],
  ]);
  assert.is(framesOf(same, "pareto-accuracy-madds").length, 1, "where all have the same best there is nothing to enlarge");
});

test("a box whose quartiles coincide is six pixels wide, around them", () => {
  const equal = [94, 94, 94, 94, 94, 92, 95].map((test, i) => run(i + 1, 84, test));
  const { document, cells } = reported([
    [cell("base"), equal],
    [cell("wide"), runs(8, 94)],
  ]);
  const { spec } = figuresOf(document, cells).find(({ name }) => name === "distribution")!;
  const { width, encoding, layer } = spec as unknown as {
    width: number;
    encoding: { x: { scale: { domain: [number, number] } } };
    layer: { mark: { type: string }; data: { values: { from: number; to: number; median: number }[] } }[];
  };
  const [low, high] = encoding.x.scale.domain;
  const [narrow] = layer.find(({ mark }) => mark.type === "bar")!.data.values;
  assert.ok(Math.abs(((narrow!.to - narrow!.from) / (high - low)) * width - 6) < 1e-9);
  assert.ok(Math.abs((narrow!.to + narrow!.from) / 2 - narrow!.median) < 1e-9);
});

test("all pairs are drawn from the best down, coloured where they differ significantly", async () => {
  const { document, cells } = reported(["base", "low", "high"].map((name, i) => [cell(name), runs(10, [94, 90, 97][i]!)] as const));
  const { spec } = figuresOf(document, cells).find(({ name }) => name === "pairs")!;
  const { encoding } = spec as unknown as { encoding: { y: { scale: { domain: string[] } } } };
  assert.equal(encoding.y.scale.domain, ["1 high", "2 base", "3 low"]);
  assert.match(JSON.stringify(spec), "blue where the row is better");
  drawnWhole(await render(spec), "pairs");
  const open = figuresOf(several.document, several.cells).find(({ name }) => name === "pairs")!;
  assert.ok(JSON.stringify(open.spec).includes("Holm p < 0.05"));
});

test("the page holds everything itself: it names no address, loads nothing, and shows names as they are", async () => {
  const { document, cells } = several;
  const content = sections(document, figuresOf(document, cells), await bestArchitectures(document, cells));
  const live = new Map(figuresOf(document, cells).map(({ name, spec }) => [name, interactive(spec)]));
  const whole = await htmlReport(document.name, content, { svgs: await drawn(several), interactive: live });
  // Its own two scripts, which name addresses in what they say, are those that its policy lets run.
  const page = whole.replaceAll(/<script>.*?<\/script>\n/gs, "");
  const hashes = [...whole.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => createHash("sha256").update(text!).digest("base64"));
  assert.is(hashes.length, 2);
  assert.match(page, `script-src ${hashes.map((hash) => `'sha256-${hash}'`).join(" ")};`);
  assert.match(page, "default-src 'none'; ");
  assert.not.match(page, /https?:|<script(?! type="application\/json">)|<link|<img|@import|\bsrc=|\bhref=/);
  assert.is(page.match(/<script type="application\/json">/g)!.length, live.size);
  assert.not.match(page, /NaN|undefined|Infinity/);
  assert.not.match(page, "<tags>");
  assert.match(page, "&lt;tags&gt; &amp; so on");
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assert.is(new Set(ids).size, ids.length, "no id is there twice");
  for (const [, id] of page.matchAll(/url\(#([^)]*)\)/g)) assert.ok(ids.includes(id), id);
});

test("the Markdown page has all sections, and a figure for each file", async () => {
  const { document, cells } = several;
  const figures = figuresOf(document, cells);
  const page = markdownReport(document.name, sections(document, figures, await bestArchitectures(document, cells)));
  assert.equal(
    [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
    ["Result", "Tables", "Best architectures", "Figures", "What the numbers are", "Provenance"],
  );
  for (const { name } of figures) assert.match(page, `(figures/${name}.svg)`);
  assert.not.match(page, /NaN|undefined|Infinity/);
  assert.match(page, "elsewhere is measured by test accuracy, mine, 200 epochs, and not compared.");
});

test.run();
