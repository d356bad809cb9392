import { test } from "uvu";
import * as assert from "uvu/assert";
import { overallSentence } from "../../../app/report/pages/wording.ts";
import { bootstrapInterval } from "../../../core/statistics/bootstrap.ts";
import { interquartileMean, mean, standardDeviation, standardError } from "../../../core/statistics/descriptive.ts";
import { normalTail } from "../../../core/statistics/distributions.ts";
import { cliffsDelta } from "../../../core/statistics/effect-size.ts";
import { holm } from "../../../core/statistics/holm.ts";
import { areaUnderIncumbent } from "../../../core/statistics/incumbent.ts";
import { pairedDifferences, pairedEffectSize, pairedT, wilcoxonSignedRank } from "../../../core/statistics/paired-tests.ts";
import { friedman, meanRanks } from "../../../core/statistics/ranks.ts";
import { cell, metrics, reported, run, runs } from "./made-up-cells.ts";

const base = runs(8, 94);
const worse = runs(8, 93);
const near = runs(8, 94.1);
const { document } = reported([
  [cell("base"), base],
  [cell("worse"), worse],
  [cell("near"), near],
]);
const [panel] = document.panels as [(typeof document.panels)[number]];
const tests = (of: typeof base) => of.map(({ result }) => result.best.test!);
/** p values are kept to 12 digits. */
const rounded = (p: number) => Number(p.toPrecision(12));
const tight = { level: 0.95, resamples: 10_000 };

test("means, intervals and interquartile means are those of core/statistics, over the test metrics", () => {
  const { test: estimate } = panel.cells[1]!;
  const values = tests(worse);
  assert.is(panel.measure, "test");
  assert.is(estimate!.mean, mean(values));
  assert.is(estimate!.std, standardDeviation(values));
  assert.is(estimate!.standardError, standardError(values));
  assert.is(estimate!.interquartileMean, interquartileMean(values));
  const { low, high } = bootstrapInterval(values, mean, tight);
  assert.equal(estimate!.interval, { low, high });
  const iqm = bootstrapInterval(values, interquartileMean, tight);
  assert.equal(estimate!.interquartileInterval, { low: iqm.low, high: iqm.high });
});

test("comparisons are paired by seed, and Holm's adjustment is over those of the panel", () => {
  const compared = panel.cells.slice(1).map(({ comparison }) => comparison!.test!);
  const differences = [worse, near].map((cell) => pairedDifferences(tests(cell), tests(base)));
  const wilcoxon = differences.map(wilcoxonSignedRank);
  const t = differences.map(pairedT);
  for (const [i, comparison] of compared.entries()) {
    assert.is(comparison.difference, mean(differences[i]!));
    assert.is(comparison.standardError, standardError(differences[i]!));
    assert.is(comparison.wilcoxon.p, rounded(wilcoxon[i]!.p));
    assert.is(comparison.wilcoxon.holm, rounded(holm(wilcoxon.map(({ p }) => p))[i]!));
    assert.is(comparison.pairedT!.p, rounded(t[i]!.p));
    assert.is(comparison.pairedT!.holm, rounded(holm(t.map(({ p }) => p))[i]!));
    assert.is(comparison.pairedEffectSize, pairedEffectSize(differences[i]!));
  }
  assert.is(compared[0]!.cliffsDelta, cliffsDelta(tests(worse), tests(base)));
  assert.equal([compared[0]!.wins, compared[0]!.ties, compared[0]!.losses, compared[0]!.winRate], [0, 0, 8, 0]);
  assert.is(panel.family, 2);
  assert.is(panel.cells[0]!.comparison, undefined, "the baseline is not compared with itself");
});

test("ranks and Friedman's test are over the seeds that all cells have", () => {
  const values = [base, worse, near].map(tests);
  assert.equal(Object.values(panel.ranks!.mean), meanRanks(values));
  const { statistic, p } = friedman(values);
  assert.equal(panel.ranks!.friedman, { statistic, p: rounded(p) });
  const { document } = reported([
    [cell("base"), base],
    [cell("worse"), worse.slice(3)],
  ]);
  assert.is(document.panels[0]!.ranks!.blocks, 5);
});

test("a comparison takes the seeds that both have, whatever order they come in", () => {
  const { document } = reported([
    [cell("base"), base.slice(0, 6)],
    [cell("worse"), worse.slice(2).reverse()],
  ]);
  const comparison = document.panels[0]!.cells[1]!.comparison!.test!;
  assert.is(comparison.n, 4);
  assert.ok(Math.abs(comparison.difference - mean(pairedDifferences(tests(worse.slice(2, 6)), tests(base.slice(2, 6))))) < 1e-12);
});

test("the area under the incumbent, and queries to a target, come from the courses", () => {
  const { document, cells } = reported(
    [
      [cell("base"), [run(1, 84, 94), run(2, 85, 95), run(3, 82, 92)]],
      [cell("worse"), [run(1, 80, 90), run(2, 81, 91)]],
    ],
    { targets: { test: 94, score: 84 } },
  );
  const [own, other] = document.panels[0]!.cells;
  const improvements = [
    { queries: 0, value: 80 },
    { queries: 6, value: 84 },
  ];
  assert.is(cells[0]!.runs[0]!.area, areaUnderIncumbent(improvements, 20));
  assert.equal(own!.targets, {
    test: { target: 94, reached: 2 / 3, medianQueries: 7 },
    score: { target: 84, reached: 2 / 3, medianQueries: 7 },
  });
  assert.equal(other!.targets!.test, { target: 94, reached: 0, medianQueries: null });
});

test("where a run has no test metric, the panel is about score", () => {
  const { document } = reported([
    [cell("base"), [run(1, 84, 94), run(2, 84.5)]],
    [cell("worse"), runs(2, 93)],
  ]);
  assert.is(document.panels[0]!.measure, "score");
  assert.is(document.panels[0]!.cells[0]!.test!.n, 1, "what there is of test metrics is in the document");
});

test("cells that are measured by something else are neither compared nor ranked", () => {
  const other = { test: { ...metrics.test, dataset: "cifar100" }, score: { ...metrics.score, dataset: "cifar100" } };
  const { document } = reported([
    [cell("base"), base],
    [cell("worse"), worse],
    [cell("elsewhere", { metric: other.score, testMetric: other.test }), near],
  ]);
  const [panel] = document.panels;
  assert.equal(panel!.cells[2]!.otherMetrics, other);
  assert.is(panel!.cells[2]!.comparison, undefined);
  assert.is(panel!.family, 1);
  assert.equal(Object.keys(panel!.ranks!.mean), ["base", "worse"]);
});

test("over panels, variants are ranked by their means within each panel", () => {
  const inPanel = (panel: string, variant: string) =>
    cell(`${variant}, ${panel}`, { variant, panel, baseline: `base, ${panel}`, at: { "/dataset": panel } });
  const { document } = reported([
    [inPanel("dataset=a", "base"), base],
    [inPanel("dataset=a", "worse"), worse],
    [inPanel("dataset=b", "base"), base],
    [inPanel("dataset=b", "worse"), worse.slice(0, 4)],
  ]);
  assert.equal(
    document.panels.map(({ name, baseline, family }) => [name, baseline, family]),
    [
      ["dataset=a", "base, dataset=a", 1],
      ["dataset=b", "base, dataset=b", 1],
    ],
  );
  assert.equal(document.ranks!.mean, { base: 1, worse: 2 });
  assert.is(document.ranks!.blocks, 2);
});

const inTask = (task: string, variant: string, given = {}) =>
  cell(`${variant}, ${task}`, { variant, task, panel: task, baseline: `base, ${task}`, ...given });

test("each task has its own best and targets, and is compared by what its best is of", () => {
  const { document } = reported(
    [
      [inTask("a", "base"), [run(1, 84, 94), run(2, 85, 95)]],
      [inTask("a", "other"), [run(1, 80, 96), run(2, 81, 97)]],
      [inTask("b", "base"), [run(1, 84, 94), run(2, 85, 95)]],
      [inTask("b", "other"), [run(1, 80, 96), run(2, 81, 97)]],
    ],
    { tasks: { a: { best: { score: 86 }, targets: { score: 85 } }, b: {} }, targets: { test: 95 }, best: { test: 98 } },
  );
  const [a, b] = document.panels;
  assert.equal([a!.measure, b!.measure], ["score", "test"]);
  assert.equal([a!.best, b!.best], [{ score: 86 }, { test: 98 }]);
  assert.equal(Object.keys(a!.cells[0]!.targets!), ["score"]);
  assert.equal(Object.keys(b!.cells[0]!.targets!), ["test"]);
  // The courses begin 4 below the last score and 2 below the last test, and rise at queries 6 and 7.
  assert.equal(
    a!.cells[0]!.regret!.map(({ queries, mean }) => [queries, mean]),
    [
      [10, 1.5],
      [20, 1.5],
    ],
  );
  assert.is(b!.cells[1]!.regret!.at(-1)!.mean, 1.5);
  assert.is(document.ranks!.mean.base, 1.5, "first by score, second by test");
});

test("over panels with a known best, variants are ranked by regrets after fewer queries too", () => {
  // After 10 queries the best so far is the last one of seeds up to 5; before, it is 2 less by test.
  const late = [run(7, 84, 96), run(8, 84, 96)];
  const early = [run(1, 84, 95), run(2, 84, 95)].map((one, i) => ({ ...one, result: { ...one.result, seed: 7 + i } }));
  const { document } = reported(
    ["a", "b"].flatMap((task) => [[inTask(task, "base"), late] as const, [inTask(task, "early"), early] as const]),
    { best: { test: 98 } },
  );
  const { mean, after } = document.ranks!;
  assert.equal(mean, { base: 1, early: 2 });
  assert.equal(
    after!.map(({ queries, blocks, mean }) => [queries, blocks, mean]),
    [
      [10, 2, { base: 2, early: 1 }],
      [20, 2, { base: 1, early: 2 }],
    ],
  );
});

test("over panels, variants are compared with the baseline by their ranks, and counted by what they are on each panel", () => {
  const tasks = ["a", "b", "c", "d"];
  const { document } = reported(
    tasks.flatMap((task) => [
      [inTask(task, "base"), base] as const,
      [inTask(task, "worse"), task === "d" ? [] : worse] as const,
      [inTask(task, "better"), base.map(({ result: { seed } }) => run(seed, 90, 99))] as const,
    ]),
  );
  const ranks = document.ranks!;
  assert.equal([ranks.blocks, ranks.baseline, ranks.mean], [3, "base", { base: 2, worse: 3, better: 1 }]);
  assert.equal(Object.keys(ranks.comparison), ["worse", "better"]);
  // A rank apart: z = 1 / √(3 · 4 / 18).
  assert.is(ranks.comparison.better!.p, rounded(normalTail(Math.sqrt(1.5))));
  assert.is(ranks.comparison.better!.holm, rounded(2 * normalTail(Math.sqrt(1.5))));
  assert.is(
    overallSentence(ranks),
    "Mean ranks over 3 panels: better 1.00, base 2.00, worse 3.00. Significantly different from that of base (Holm): none.",
  );
  const sure = { ...ranks.comparison.better!, holm: 0.01 };
  assert.match(overallSentence({ ...ranks, comparison: { ...ranks.comparison, better: sure } })!, /\(Holm\): better\.$/);
  const outcomes = Object.values(ranks.comparison).map(({ better, level, worse }) => [better, level, worse]);
  assert.equal(outcomes, [
    [0, 0, 3],
    [4, 0, 0],
  ]);
});

test("one run has no standard error and no interval, and equal runs have intervals of no length", () => {
  const { document } = reported([
    [cell("base"), [run(1, 84, 94)]],
    [cell("shifted"), [run(1, 83, 93)]],
    [cell("equal"), [run(1, 84, 94), run(2, 84, 94)]],
  ]);
  const [own, shifted, equal] = document.panels[0]!.cells;
  const { standardError, interval, interquartileInterval, std } = own!.test!;
  assert.equal([standardError, interval, interquartileInterval, std], [null, null, null, 0]);
  assert.equal([own!.area!.standardError, own!.queries!.standardError], [null, null]);
  const { standardError: ofPair, interval: aroundPair, pairedT, pairedEffectSize } = shifted!.comparison!.test!;
  assert.equal([ofPair, aroundPair, pairedT, pairedEffectSize], [null, null, null, null]);
  assert.equal([equal!.test!.standardError, equal!.test!.interval], [0, { low: 94, high: 94 }]);
});

test("one seed, equal runs, and no runs at all give no number that JSON lacks", () => {
  const { document } = reported([
    [cell("base"), [run(1, 84, 94)]],
    [cell("equal"), [run(1, 84, 94)]],
    [cell("shifted"), [run(1, 83, 93)]],
    [cell("unfinished"), []],
  ]);
  const [, equal, shifted, unfinished] = document.panels[0]!.cells;
  assert.equal([equal!.comparison!.test!.difference, equal!.comparison!.test!.wilcoxon.p], [0, 1]);
  assert.is(shifted!.comparison!.test!.pairedT, null);
  assert.equal([unfinished!.n, unfinished!.test, unfinished!.comparison], [0, undefined, undefined]);
  const numbers: number[] = [];
  JSON.stringify(document, (_, value) => {
    if (typeof value === "number") numbers.push(value);
    return value;
  });
  assert.ok(numbers.every(Number.isFinite));
});

test.run();
