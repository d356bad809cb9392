import { test } from "uvu";
import * as assert from "uvu/assert";
import { MOST_PAIRED } from "../../../../app/report/comparisons/pairs.ts";
import { pairSentences, pairsOverPanelsSentences } from "../../../../app/report/pages/designs.ts";
import { headline, tooFewPairs } from "../../../../app/report/pages/wording.ts";
import { bestFirst, pairsCsv, pairsMatrix, pairsOverPanelsMatrix, pairsTable, winsCsv } from "../../../../app/report/tables/pairs.ts";
import { markdownTable } from "../../../../app/report/tables/table.ts";
import type { Metric } from "../../../../core/plugin/metric.ts";
import { mean } from "../../../../core/statistics/descriptive.ts";
import { holm } from "../../../../core/statistics/holm.ts";
import { pairedDifferences, wilcoxonSignedRank } from "../../../../core/statistics/paired-tests.ts";
import { cell, metrics, reported, run, runs } from "../made-up-cells.ts";

const minimised = { ...metrics.test, goal: "minimise" } as const;
const samples = { base: runs(8, 94), worse: runs(8, 93), near: runs(8, 94.1) };
const tests = (of: typeof samples.base) => of.map(({ result }) => result.best.test!);
const { document } = reported(Object.entries(samples).map(([name, runs]) => [cell(name), runs] as const));
const [panel] = document.panels as [(typeof document.panels)[number]];
const rounded = (p: number) => Number(p.toPrecision(12));

test("every cell is compared with every other on the same seeds, and Holm's adjustment is over all pairs", () => {
  const pairs = [
    ["base", "worse"],
    ["base", "near"],
    ["worse", "near"],
  ] as const;
  const differences = pairs.map(([a, b]) => pairedDifferences(tests(samples[a]), tests(samples[b])));
  const p = differences.map((one) => wilcoxonSignedRank(one).p);
  const adjusted = holm(p).map(rounded);
  const { comparisons, family, left } = panel.pairs!;
  assert.equal([family, left], [3, 0]);
  for (const [i, one] of comparisons.entries()) {
    assert.equal([one.first, one.second, one.n], [...pairs[i]!, 8]);
    assert.is(one.difference, mean(differences[i]!));
    assert.equal([one.p, one.holm], [rounded(p[i]!), adjusted[i]!]);
    assert.ok(one.interval!.low <= one.difference && one.difference <= one.interval!.high);
  }
});

test("two cells have their comparison with the baseline, and no pairs", () => {
  const { document } = reported([
    [cell("base"), samples.base],
    [cell("worse"), samples.worse],
  ]);
  assert.is(document.panels[0]!.pairs, undefined);
  assert.equal([pairsCsv(document), pairsTable(document), document.pairs], [undefined, undefined, undefined]);
});

test("cells that are measured by something else, or have no runs, are in no pair", () => {
  const elsewhere = { testMetric: { ...metrics.test, dataset: "mine" }, metric: { ...metrics.score, dataset: "mine" } };
  const { document } = reported([
    ...Object.entries(samples).map(([name, runs]) => [cell(name), runs] as const),
    [cell("elsewhere", elsewhere), samples.near],
    [cell("unfinished"), []],
  ]);
  assert.equal(document.panels[0]!.pairs!.cells, ["base", "worse", "near"]);
});

test(`pairs are of ${MOST_PAIRED} cells at most, the baseline and those that come first, and the report says so`, () => {
  const names = Array.from({ length: MOST_PAIRED + 5 }, (_, i) => (i === MOST_PAIRED + 2 ? "base" : `cell ${i}`));
  const { document } = reported(names.map((name, i) => [cell(name), [run(1, 84, 90 + i), run(2, 84, 90 - i)]] as const));
  const { cells, left, comparisons } = document.panels[0]!.pairs!;
  assert.equal([cells.length, cells[0], cells.at(-1), left], [MOST_PAIRED, "base", `cell ${MOST_PAIRED - 2}`, 5]);
  assert.is(comparisons.length, (MOST_PAIRED * (MOST_PAIRED - 1)) / 2);
  const [found, few] = pairSentences(document.panels[0]!, false);
  assert.match(
    found!,
    "190 pairs of 20 cells, none differs significantly (Holm over 190 comparisons). Only the baseline and the 19 cells that come first in the manifest are compared; 5 more are left out.",
  );
  assert.match(
    few!,
    "With 2 seeds and 190 comparisons the least Holm-adjusted p that there can be is 1.000, so that none can be significant",
  );
});

test("the table of all pairs has differences above the diagonal, from the best cell down, and adjusted p below", () => {
  assert.equal(bestFirst(panel), ["near", "base", "worse"]);
  assert.equal(bestFirst({ ...panel, metrics: { test: minimised } }), ["worse", "base", "near"]);
  const page = markdownTable(pairsMatrix(panel)!);
  const [near, base, worse] = page.trim().split("\n").slice(2);
  const { comparisons } = panel.pairs!;
  const [less, , turned] = comparisons;
  assert.match(base!, `| 2 base | ${comparisons[1]!.holm.toFixed(3)} | – | +${less!.difference.toFixed(2)} |`);
  assert.match(near!, `+${(-turned!.difference).toFixed(2)} |`);
  assert.match(worse!, "| 3 worse | ");
  assert.is(pairsCsv(document)!.trim().split("\n").length, 1 + 3);
});

const inPanel = (panel: string, variant: string) =>
  cell(`${variant}, ${panel}`, { variant, panel, baseline: `base, ${panel}`, at: { "/dataset": panel } });
const datasets = (family: "panel" | "matrix") =>
  reported(
    ["dataset=a", "dataset=b"].flatMap((panel, i) =>
      Object.entries(samples).map(([name, runs]) => [inPanel(panel, name), i === 0 ? runs : runs.slice(0, 6)] as const),
    ),
    { design: "factorial", family },
  ).document;

test("over panels the share of panels that one variant wins is averaged over seeds, and tested with one number a seed", () => {
  const document = datasets("panel");
  const { comparisons, panels, variants } = document.pairs!;
  assert.equal([panels, variants], [2, ["base", "worse", "near"]]);
  const wins = tests(samples.base)
    .map((value, i) => Math.sign(value - tests(samples.near)[i]!))
    .slice(0, 6);
  const [against] = comparisons.filter(({ second }) => second === "near");
  assert.is(against!.n, 6, "seeds that both have in both panels");
  assert.is(against!.winRate, mean(wins.map((win) => (1 + win) / 2)));
  assert.is(against!.p, rounded(wilcoxonSignedRank(wins).p));
  assert.equal([comparisons[0]!.winRate, comparisons[0]!.p], [1, 2 ** -5]);
  assert.match(markdownTable(pairsOverPanelsMatrix(document)!), "100 %");
  assert.match(
    pairsOverPanelsSentences(document)[0]!,
    "Over all 2 panels, in none of 3 pairs of variants one wins significantly more often.",
  );
  assert.is(winsCsv(document)!.trim().split("\n").length, 1 + 3);
});

test("of two variants the report says which wins over the panels, or that neither does", () => {
  const of = (other: typeof samples.base) =>
    pairsOverPanelsSentences(
      reported(
        ["dataset=a", "dataset=b"].flatMap((panel) => [
          [inPanel(panel, "base"), samples.base] as const,
          [inPanel(panel, "other"), other] as const,
        ]),
      ).document,
    );
  assert.equal(of(samples.worse), ["Over all 2 panels, base wins significantly more often than other."]);
  assert.equal(of(samples.near), ["Over all 2 panels, neither other nor base wins significantly more often."]);
});

test("a variant that is smaller wins where smaller is better", () => {
  const winRate = (testMetric: Metric) =>
    reported(
      ["dataset=a", "dataset=b"].flatMap((panel) =>
        Object.entries(samples).map(([name, runs]) => [{ ...inPanel(panel, name), testMetric }, runs] as const),
      ),
    ).document.pairs!.comparisons[0]!.winRate;
  assert.equal([winRate(metrics.test), winRate(minimised)], [1, 0]);
});

test("with the family of the matrix Holm's adjustment is over the comparisons of all panels, and the report says so", () => {
  const [panel, matrix] = [datasets("panel"), datasets("matrix")];
  for (const { family, panels } of [
    { family: [2, 2], panels: panel.panels },
    { family: [4, 4], panels: matrix.panels },
  ])
    assert.equal(
      panels.map((one) => one.family),
      family,
    );
  const p = matrix.panels.flatMap(({ cells }) => cells.flatMap(({ comparison }) => comparison?.test ?? []));
  // Adjusted p values have 12 digits, as do those that they are made of.
  const adjusted = holm(p.map(({ wilcoxon }) => wilcoxon.p));
  for (const [i, { wilcoxon }] of p.entries()) assert.ok(Math.abs(wilcoxon.holm - adjusted[i]!) < 1e-11);
  assert.ok(
    p.some(
      ({ wilcoxon }, i) =>
        wilcoxon.holm > panel.panels.flatMap(({ cells }) => cells.flatMap(({ comparison }) => comparison?.test ?? []))[i]!.wilcoxon.holm,
    ),
  );
  assert.equal(
    matrix.panels.map(({ pairs }) => pairs!.family),
    [6, 6],
  );
  assert.match(matrix.methods.adjustment, "of all panels with their baselines");
  assert.match(panel.methods.adjustment, "of a panel with its baseline");
  assert.match(headline(matrix.panels[0]!), "of 2 cells compared with base");
  assert.match(
    tooFewPairs({ ...matrix.panels[1]!, family: 4 })!,
    "With 6 pairs and 4 comparisons the least Holm-adjusted Wilcoxon p that there can be is 0.125",
  );
  assert.match(
    pairSentences(matrix.panels[0]!, true)[0]!,
    /^dataset=a: of all 3 pairs of 3 cells, .* \(Holm over 6 comparisons of all panels\)\.$/,
  );
});

test.run();
