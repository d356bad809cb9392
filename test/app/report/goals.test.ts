import { test } from "uvu";
import * as assert from "uvu/assert";
import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import { bestArchitectures } from "../../../app/report/best.ts";
import { figuresOf } from "../../../app/report/figures/figures.ts";
import { sections } from "../../../app/report/pages/content.ts";
import { markdownReport } from "../../../app/report/pages/markdown.ts";
import { headline, notCompared, sentences, tableCaption } from "../../../app/report/pages/wording.ts";
import { bestFirst } from "../../../app/report/tables/pairs.ts";
import { briefTable, searchTable } from "../../../app/report/tables/tables.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import { cell, metrics, reported, runs } from "./made-up-cells.ts";

const down: { readonly score: Metric; readonly test: Metric } = {
  score: { ...metrics.score, name: "perplexity", unit: "perplexity", dataset: "wikitext", goal: "minimise" },
  test: { ...metrics.test, name: "perplexity", unit: "perplexity", dataset: "wikitext", goal: "minimise" },
};

/** The run with all its metrics as the negatives. */
function negated(one: StoredRun): StoredRun {
  const { result, trajectory } = one;
  return {
    ...one,
    result: { ...result, best: { ...result.best, score: -result.best.score, test: -result.best.test! } },
    trajectory: {
      ...trajectory,
      incumbent: trajectory.incumbent.map((step) => ({ ...step, score: -step.score, test: -step.test! })),
      centres: trajectory.centres.map((centre) => ({ ...centre, score: -centre.score })),
    },
  };
}

const samples = [runs(8, 94), runs(8, 94.6, "better"), runs(8, 93.1, "worse")];
const names = ["base", "better", "worse"];
const targets = { score: 84, test: 94 };
const up = reported(
  names.map((name, i) => [cell(name), samples[i]!]),
  { targets },
);
const mirrored = reported(
  names.map((name, i) => [cell(name, { metric: down.score, testMetric: down.test }), samples[i]!.map(negated)]),
  { targets: { score: -84, test: -94 } },
);

test("the statistics of a minimised metric are those of its negative, mirrored", () => {
  const [ours, theirs] = [mirrored, up].map(({ document }) => document.panels[0]!);
  assert.equal(ours!.ranks, theirs!.ranks);
  for (const [i, one] of ours!.cells.entries()) {
    const other = theirs!.cells[i]!;
    assert.is(one.test!.mean, -other.test!.mean);
    assert.is(one.area!.mean, -other.area!.mean);
    assert.equal(
      one.targets!.test && { ...one.targets!.test, target: 0 },
      other.targets!.test && { ...other.targets!.test, target: 0 },
      "a target is reached from above",
    );
    assert.equal(one.targets!.score!.medianQueries, other.targets!.score!.medianQueries);
    const [comparison, mirror] = [one.comparison?.test, other.comparison?.test];
    if (!comparison || !mirror) continue;
    assert.is(comparison.difference, -mirror.difference);
    assert.is(comparison.cliffsDelta, mirror.cliffsDelta);
    assert.equal([comparison.wins, comparison.ties, comparison.losses], [mirror.wins, mirror.ties, mirror.losses]);
    assert.is(comparison.winRate, mirror.winRate);
    assert.is(comparison.wilcoxon.holm, mirror.wilcoxon.holm);
  }
});

test("the best architecture, the best column and the order of pairs go by the lowest", async () => {
  const { document, cells } = mirrored;
  assert.equal(bestFirst(document.panels[0]!), bestFirst(up.document.panels[0]!));
  const [ours, theirs] = [await bestArchitectures(document, cells), await bestArchitectures(up.document, up.cells)];
  const architectures = ({ table }: typeof ours) => table.groups[0]!.rows.map((row) => row.at(-1));
  assert.equal(architectures(ours), architectures(theirs));
  const alone = reported([[cell("base", { metric: down.score, testMetric: down.test }), samples[0]!.map(negated)]]);
  const least = Math.min(...samples[0]!.map(({ result }) => -result.best.test!));
  assert.is(briefTable(alone.document).groups[0]!.rows[0]!.at(-1), least.toFixed(2).replace("-", "−"));
});

test("words say what is lower and that this is better, in sentences, axes, captions and definitions", async () => {
  const { document, cells } = mirrored;
  const panel = document.panels[0]!;
  assert.is(
    headline(panel),
    "By test perplexity, wikitext, 200 epochs, 2 of 2 cells compared with base differ significantly from it: 1 higher (worse), 1 lower (better).",
  );
  const [better, worse] = sentences(document, panel);
  assert.match(better!, /^better is significantly lower \(better\) than base, by 0\.\d+ \(/);
  assert.match(worse!, /^worse is significantly higher \(worse\) than base, by 0\.\d+ \(/);
  assert.match(tableCaption(document), /: mean ± population standard deviation over 8 runs\. Lower is better\./);
  assert.ok(
    searchTable(document)
      .columns.map(({ head }) => head)
      .includes("reach test ≤ -94"),
  );
  const figures = figuresOf(document, cells);
  const specs = JSON.stringify(figures.map(({ spec }) => spec));
  assert.match(specs, '"test perplexity, wikitext, 200 epochs (lower is better)"');
  assert.match(specs, '"difference from the baseline (lower is better)"');
  const page = markdownReport(document.name, sections(document, figures, await bestArchitectures(document, cells)));
  assert.match(page, /\*\*lower is better\*\*: of test perplexity/);
});

test("the words of a maximised metric say nothing of it", () => {
  assert.match(headline(up.document.panels[0]!), /: 1 higher, 1 lower\.$/);
  assert.not.match(tableCaption(up.document), /better/);
});

test("cells whose goals differ are not compared", () => {
  const { document } = reported([
    [cell("base"), samples[0]!],
    [cell("other", { metric: { ...metrics.score, goal: "minimise" }, testMetric: { ...metrics.test, goal: "minimise" } }), samples[1]!],
  ]);
  const panel = document.panels[0]!;
  assert.is(panel.cells[1]!.comparison, undefined);
  assert.equal(notCompared(panel), [
    "other is measured by test accuracy, CIFAR-10, 200 epochs, which is to be minimised, and not compared.",
  ]);
});

test("over panels of both goals, ranks and wins count what is better", () => {
  const inPanel = (name: string, panel: string, given = {}) =>
    cell(`${name}, ${panel}`, { variant: name, panel, baseline: `base, ${panel}`, ...given });
  const { document } = reported([
    ...names.map((name, i) => [inPanel(name, "metric=up"), samples[i]!] as const),
    ...names.map(
      (name, i) => [inPanel(name, "metric=down", { metric: down.score, testMetric: down.test }), samples[i]!.map(negated)] as const,
    ),
  ]);
  assert.equal(document.ranks!.mean, { better: 1, base: 2, worse: 3 });
  const { comparisons } = document.pairs!;
  const wins = comparisons.find(({ first, second }) => first === "better" && second === "worse")!;
  assert.is(wins.winRate, 1);
});

test.run();
