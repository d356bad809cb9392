import { test } from "uvu";
import * as assert from "uvu/assert";
import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import { figuresOf } from "../../../app/report/figures/figures.ts";
import { frontDefinitions, hypervolumeSentences } from "../../../app/report/pages/fronts.ts";
import type { ReportSource } from "../../../app/report/source.ts";
import { checkedRun } from "../../../app/report/stored-run.ts";
import { hypervolumeCsv, hypervolumeTables, paretoCsv, paretoTables } from "../../../app/report/tables/fronts.ts";
import type { FurtherMetric } from "../../../core/plugin/metric.ts";
import type { Front, MetricPair } from "../../../core/record/pareto.ts";
import { cell, metrics, reported, run } from "./made-up-cells.ts";

const accuracy: FurtherMetric = { name: "accuracy", unit: "percent", goal: "maximise" };
const latency: FurtherMetric = { name: "latency", unit: "ms", goal: "minimise" };
const energy: FurtherMetric = { name: "energy", unit: "mJ", goal: "minimise" };

/** A run with fronts of these points. */
function runWith(seed: number, ...fronts: (readonly [MetricPair, ...(readonly [number, number])[]])[]): StoredRun {
  const { trajectory, ...rest } = run(seed, 80);
  const made = fronts.map(
    ([metrics, ...points]): Front => ({
      metrics,
      points: points.map((values) => ({ architecture: `${values.join("/")} of ${seed}`, values })),
    }),
  );
  return { ...rest, trajectory: { ...trajectory, fronts: made } };
}

const PAIR: MetricPair = [accuracy, latency];
/** Two runs of each cell; all numbers are from (70, 10 ms) to (90, 2 ms). */
const base = [runWith(1, [PAIR, [70, 2], [80, 6]]), runWith(2, [PAIR, [75, 6]])];
const other = [runWith(1, [PAIR, [80, 4], [90, 10]]), runWith(2, [PAIR, [90, 10], [75, 2]])];
const several = (given: Partial<ReportSource> = {}) =>
  reported(
    [
      [cell("base"), base],
      [cell("other"), other],
    ],
    given,
  );

test("a run's hypervolume is the share of the box from the worst values on any front of the panel to the best", () => {
  const { document } = several();
  const [panel] = document.panels;
  assert.equal(panel!.fronts, [{ metrics: PAIR, reference: [70, 10], ideal: [90, 2], family: 1 }]);
  const [ofBase, ofOther] = panel!.cells.map(({ fronts }) => fronts![0]!);
  // Of 20 × 8: 10 × 4 and 5 × 4; 10 × 6 and 5 × 8, as what is as bad as the reference adds nothing.
  assert.is(ofBase!.hypervolume!.mean, (40 + 20) / 2 / 160);
  assert.is(ofOther!.hypervolume!.mean, (60 + 40) / 2 / 160);
  assert.is(ofBase!.comparison, undefined);
  assert.is(ofOther!.comparison!.difference, 20 / 160);
  assert.is(ofOther!.comparison!.wins, 2);
  assert.is(ofOther!.comparison!.wilcoxon.holm, 0.5);
  assert.ok(ofBase!.hypervolume!.interval!.low < ofBase!.hypervolume!.interval!.high);
});

test("the reference of a matrix takes the place of the worst values, and what is worse than it adds nothing", () => {
  const { document } = several({ reference: { accuracy: 74, energy: 3 } });
  assert.equal(document.reference, { accuracy: 74, energy: 3 });
  const [panel] = document.panels;
  assert.equal(panel!.fronts![0]!.reference, [74, 10]);
  // Of 16 × 8: 6 × 4, the point at 70 is left out, and 1 × 4.
  assert.is(panel!.cells[0]!.fronts![0]!.hypervolume!.mean, (24 + 4) / 2 / 128);
});

test("the front of a cell is that of all its runs, each point with the first seed that found it", () => {
  const { document } = several();
  const [, { fronts }] = document.panels[0]!.cells as [unknown, (typeof document.panels)[0]["cells"][0]];
  assert.equal(fronts![0]!.points, [
    { seed: 2, architecture: "75/2 of 2", values: [75, 2] },
    { seed: 1, architecture: "80/4 of 1", values: [80, 4] },
    { seed: 1, architecture: "90/10 of 1", values: [90, 10] },
  ]);
  const lines = paretoCsv(document)!.split("\n");
  assert.is(lines[0], "panel,cell,first,first_value,second,second_value,seed,architecture");
  assert.ok(lines.includes(",other,accuracy,80,latency,4,1,80/4 of 1"));
});

test("tables, sentences and definitions say what was dominated, from where to where", () => {
  const { document, cells } = several();
  assert.equal(
    paretoTables(document).map(({ title, table }) => [title, table.columns.map(({ head }) => head)]),
    [["Pareto fronts of accuracy and latency", ["cell", "latency (ms, lower is better)", "accuracy (%)", "architecture"]]],
  );
  const alone = hypervolumeTables(reported([[cell("base"), base]]).document)[0]!;
  assert.equal(
    alone.table.columns.map(({ head }) => head),
    ["cell", "n", "hypervolume", "95 % CI"],
  );
  const { title, table } = hypervolumeTables(document)[0]!;
  assert.is(title, "Hypervolume of accuracy and latency");
  assert.equal(table.groups[0]!.rows[1]!.slice(0, 3), ["other", "2", "0.313 ± 0.063"]);
  assert.match(
    hypervolumeSentences(document, document.panels[0]!).join(),
    /^By hypervolume of accuracy and latency, other does not differ significantly from base: 0\.125 higher/,
  );
  assert.match(frontDefinitions(document).flat().join(), /Zitzler & Thiele 1999.*accuracy and latency: from \(70, 10\) to \(90, 2\)/);
  assert.equal(hypervolumeCsv(document, cells)!.trim().split("\n").slice(0, 2), [
    "panel,cell,first,second,seed,hypervolume",
    ",base,accuracy,latency,1,0.25",
  ]);
});

test("fronts that leave no area have no hypervolume, nor have cells whose score is another metric", () => {
  const one = reported([[cell("base"), [runWith(1, [PAIR, [70, 2]])]]]);
  const { cells, fronts } = one.document.panels[0]!;
  assert.equal(fronts![0]!.ideal, [70, 2]);
  assert.is(cells[0]!.fronts![0]!.hypervolume, undefined);
  assert.equal(hypervolumeTables(one.document), []);
  assert.equal(hypervolumeSentences(one.document, one.document.panels[0]!), [
    "There is no hypervolume of accuracy and latency: between the reference and the ideal there is no area, from (70, 2) to (70, 2).",
  ]);
  const otherMetric = { metric: { ...metrics.score, dataset: "cifar100" } };
  const mixed = reported([
    [cell("base"), base],
    [cell("other", otherMetric), [runWith(1, [PAIR, [10, 99]])]],
  ]);
  assert.equal(mixed.document.panels[0]!.fronts![0]!.reference, [70, 6], "and their values are not in the box");
  assert.is(mixed.document.panels[0]!.cells[1]!.fronts![0]!.hypervolume, undefined);
});

test("each pair of metrics has a figure, whose lines go towards what is worse by the metric across", () => {
  const up: MetricPair = [latency, accuracy];
  const point = [[2, 70] as const, [4, 80] as const, [10, 90] as const] as const;
  const { document, cells } = reported([
    [
      cell("base"),
      [
        runWith(
          1,
          [PAIR, [70, 2], [80, 4], [90, 10]],
          [
            [accuracy, energy],
            [70, 1],
            [80, 2],
          ],
          [up, ...point],
        ),
      ],
    ],
  ]);
  const figures = new Map(figuresOf(document, cells).map(({ name, spec }) => [name, JSON.stringify(spec)]));
  assert.match(figures.get("pareto-accuracy-latency")!, /"interpolate":"step-after".*/);
  assert.match(figures.get("pareto-accuracy-energy")!, /energy \(mJ, lower is better\)/);
  assert.match(figures.get("pareto-latency-accuracy")!, /"interpolate":"step-before"/);
});

test("fronts of earlier versions, against multiply-adds and parameters, are read", () => {
  const earlier = run(1, 80);
  const points = [{ architecture: "a", cost: 1e6, score: 70 }];
  const kept = { ...earlier, trajectory: { ...earlier.trajectory, fronts: { madds: points, parameters: [] } } } as unknown as StoredRun;
  const { trajectory } = checkedRun(kept, cell("base"), "runs.sqlite");
  assert.equal(trajectory.fronts, [
    {
      metrics: [accuracy, { name: "madds", unit: "multiply-adds", goal: "minimise" }],
      points: [{ architecture: "a", values: [70, 1e6] }],
    },
    { metrics: [accuracy, { name: "parameters", unit: "parameters", goal: "minimise" }], points: [] },
  ]);
  const damaged = {
    ...kept,
    trajectory: { ...kept.trajectory, fronts: { madds: [{ cost: null }], parameters: [] } },
  } as unknown as StoredRun;
  assert.throws(() => checkedRun(damaged, cell("base"), "runs.sqlite"), /is damaged/);
});

test.run();
