import { test } from "uvu";
import * as assert from "uvu/assert";
import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import { aggregate } from "../../../app/report/aggregate.ts";
import { reportFiles } from "../../../app/report/files.ts";
import { plainTable } from "../../../app/report/tables/table.ts";
import { briefTable } from "../../../app/report/tables/tables.ts";
import { EvokeError } from "../../../core/errors/index.ts";
import { cell, readable, reported, run, runs, runWithFronts } from "./made-up-cells.ts";

const count = "/subspaces/count";

/** All files of a report on cells along an axis, and what the terminal shows. */
async function filesOf(...cells: (readonly StoredRun[])[]): Promise<ReadonlyMap<string, string>> {
  const named = cells.map((runs, i) => [cell(i === 0 ? "base" : `cell ${i}`, { variant: "base", at: { [count]: i + 1 } }), runs] as const);
  const { document, cells: aggregated } = reported(named, {
    axes: [{ pointer: count, label: "count", values: cells.map((_, i) => i + 1) }],
    targets: { test: 94, score: 84 },
  });
  const files = await reportFiles(document, aggregated);
  return new Map([...files, ["terminal", plainTable(briefTable(document))]]);
}

const idle = (all: readonly StoredRun[]) =>
  all.map(({ result }) => ({
    result: { ...result, queries: 0, distinct: 0, updates: 0, cost: { seconds: 0 } },
    trajectory: { incumbent: [], centres: [], distances: [] },
    wallSeconds: 0,
  }));
const untested = (all: readonly StoredRun[]) => all.map(({ result: { seed, best } }) => run(seed, best.score));

const EDGES: readonly (readonly [string, ...(readonly StoredRun[])[]])[] = [
  ["one run of one cell", [run(1, 84, 94)]],
  ["one run beside many", runs(4, 94), [run(2, 83, 93)]],
  ["equal runs", [run(1, 84, 94), run(2, 84, 94)], [run(1, 84, 94), run(2, 84, 94)]],
  ["runs that are all shifted by the same", [run(1, 84, 94), run(2, 85, 95)], [run(1, 83, 93), run(2, 84, 94)]],
  ["a cell without runs", runs(3, 94), []],
  ["cells without a seed in common", [run(1, 84, 94), run(2, 85, 95)], [run(3, 83, 93), run(4, 84, 94)]],
  ["runs without a query", idle(runs(3, 94)), idle(runs(3, 93))],
  ["runs without tests", untested(runs(3, 94)), untested(runs(3, 93))],
  ["three cells of equal runs", ...[1, 2, 3].map(() => [run(1, 84, 94), run(2, 84, 94)])],
  ["three cells without a seed in common", [run(1, 84, 94)], [run(2, 83, 93)], [run(3, 83, 92)]],
  ["one run with a front", [runWithFronts(1, 84)], [runWithFronts(1, 83)]],
];
for (const [what, ...cells] of EDGES) {
  test(`no file of a report on ${what} has a number that is not finite`, async () => {
    const files = await filesOf(...cells);
    for (const [path, file] of files) {
      const content = readable(path, file);
      assert.not.match(content, /\b(?:NaN|Infinity|undefined)\b/, path);
      if (!path.endsWith(".json")) assert.not.match(content, /\bnull\b/, path);
    }
    JSON.parse(files.get("statistics.json")!, (key, value) => {
      if (typeof value === "number") assert.ok(Number.isFinite(value), key);
      return value;
    });
  });
}

test("a report on one run of each cell shows no interval, no deviation and no standard error", async () => {
  const files = await filesOf([run(1, 84, 94)], [run(1, 83, 93)]);
  for (const path of ["terminal", "table.tex", "report.md", "report.html"]) {
    // Axes go from here to there; a heading stays; and the differences by distance are of candidates, not of runs.
    const shown = files.get(path)!.replaceAll(/mean (?:±|\$\\pm\$) (?:std|standard deviation over 12 candidates)|values from \S+ to/g, "");
    assert.not.match(shown, /±|\$\\pm\$|\.\d+ to /, path);
  }
  for (const [path, figure] of files)
    if (/(?<!distance)\.vl\.json$/.test(path)) assert.not.match(figure, /"(?:low|high)"|±|interval|mean of/, path);
  const [head, ...rows] = files
    .get("statistics.csv")!
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const spread = head!.flatMap((name, column) => (/_(?:standard_error|low|high)$/.test(name) ? [column] : []));
  assert.ok(spread.length > 10);
  for (const row of rows) for (const column of spread) assert.is(row[column], "", head![column]);
});

test("a report on two runs of each cell shows all of these", async () => {
  const files = await filesOf(runs(2, 94), runs(2, 93));
  for (const path of ["terminal", "report.md"]) assert.match(files.get(path)!, /\d ± \d.*[ −]\d+\.\d+ to −?\d/, path);
  assert.match(files.get("table.tex")!, /\d \$\\pm\$ \d/);
  for (const name of ["comparison", "incumbent", "subspaces", "axis-count"])
    assert.match(files.get(`figures/${name}.vl.json`)!, '"low"', name);
});

/** What makes a kept run a damaged one, and what the error says of it. */
const DAMAGE: readonly (readonly [string, (run: StoredRun) => object, RegExp])[] = [
  [
    "a score that was no number",
    (run) => ({ ...run, result: { ...run.result, best: { ...run.result.best, score: null } } }),
    /\/result\/best\/score: must be a number; found null/,
  ],
  [
    "a test that was no number",
    (run) => ({ ...run, result: { ...run.result, best: { ...run.result.best, test: null } } }),
    /\/result\/best\/test: must be a number; found null/,
  ],
  [
    "an infinite score",
    (run) => ({ ...run, result: { ...run.result, best: { ...run.result.best, score: Number.POSITIVE_INFINITY } } }),
    /\/result\/best\/score: must be a number/,
  ],
  ["no queries", (run) => ({ ...run, result: { ...run.result, queries: undefined } }), /"queries" is missing/],
  [
    "a course with a gap",
    (run) => ({ ...run, trajectory: { ...run.trajectory, incumbent: [{ queries: 1, seconds: null, score: 80 }] } }),
    /\/trajectory\/incumbent\/0\/seconds: must be a number; found null/,
  ],
  ["something else", () => ({ rows: 3 }), /"result" is missing/],
];
for (const [what, damage, problem] of DAMAGE) {
  test(`a kept run with ${what} is named as damaged, with its file, cell and seed`, () => {
    const given = damage(run(3, 84, 94)) as StoredRun;
    const [error] = [undefined].map(() => {
      try {
        return aggregate({
          ...{
            name: "made-up",
            folder: "results/made-up",
            file: "results/runs.sqlite",
            evoke: "0.0.0",
            seeds: { first: 1, count: 1 },
            axes: [],
          },
          ...{ cells: [cell("base")], runs: () => [given], withLogs: (_, reasons) => reasons, close: () => {} },
        });
      } catch (error) {
        return error;
      }
    });
    assert.instance(error, EvokeError);
    assert.is((error as EvokeError).code, "STORE_DAMAGED");
    assert.match((error as EvokeError).message, /results\/runs\.sqlite: .*the cell "base" is damaged/);
    assert.match((error as EvokeError).message, problem);
  });
}

test.run();
