import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { reportCommand } from "../../../app/cli/commands/report.ts";
import { EvokeError } from "../../../core/errors/index.ts";
import { Scratch, toy, toyEvaluator } from "../cli/command.ts";
import { readable } from "./made-up-cells.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const experiment = scratch.write("toy.json", toy);
const matrix = scratch.write("matrix.json", {
  name: "small-matrix",
  question: "Does 100 % of it help?",
  base: "toy.json",
  design: "one-factor",
  variants: { "absolute-reward": { reward: ["absolute"] } },
  axes: { "/subspaces/count": [2] },
  targets: { score: 6 },
  seeds: { first: 1, count: 3 },
});
const done = await scratch.evoke("matrix", matrix, "--out", "results", "--workers", "1", "--quiet");
const folder = join(scratch.folder, "results/small-matrix");
const report = (...args: string[]) => scratch.evoke("report", folder, ...args);
const files = (out: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(scratch.folder, out), { recursive: true, encoding: "utf8" })
      .filter((path) => path.includes("."))
      .sort()
      .map((path) => [path, readFileSync(join(scratch.folder, out, path), "utf8")]),
  );
function whole(written: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(written)) assert.not.match(readable(path, content), /NaN|undefined|Infinity/, path);
}
const changed = (name: string, change: (document: { cells: { digest: string }[]; seeds: object; store: string }) => void) => {
  const document = JSON.parse(readFileSync(join(folder, "matrix.json"), "utf8"));
  change(document);
  mkdirSync(join(scratch.folder, "results", name), { recursive: true });
  writeFileSync(join(scratch.folder, "results", name, "matrix.json"), JSON.stringify(document));
  return join(scratch.folder, "results", name);
};

test("report writes all formats beside the matrix, and prints the table", async () => {
  assert.is(done.status, 0, done.stderr);
  const { status, stdout, stderr } = await report();
  assert.is(status, 0, stderr);
  assert.match(stdout, /^By test convolutions, toy, none of 2 cells compared with base differs significantly from it\.\n/);
  assert.match(stdout, /cell +n +mean ± std +difference +95 % CI +p \(Holm\) +Cliff’s δ +win rate\nbase +3 /);
  assert.match(stdout, "report.md, report.html, statistics.json, statistics.csv, runs.csv, table.tex, pairs.csv, pairs.tex, overhead.csv");
  const written = files("results/small-matrix/report");
  const figures = Object.keys(written).filter((path) => path.endsWith(".svg"));
  assert.ok(figures.length >= 7, figures.join());
  const [best] = figures.filter((path) => path.startsWith("figures/best-"));
  assert.match(written[best!]!, /<desc>.*nor_conv_3x3/);
  for (const figure of figures.filter((path) => !path.includes("best-"))) assert.ok(written[figure.replace(/\.svg$/, ".vl.json")], figure);
  whole(written);
  for (const figure of figures) assert.match(written[figure.replace(/\.svg$/, ".pdf")]!, /^%PDF-1\.7\n/);
  assert.match(written["table.tex"]!, "absolute-reward & ");
  assert.match(written["report.md"]!, "Does 100 % of it help?");
  assert.is(written["runs.csv"]!.trim().split("\n").length, 1 + 3 * 3);
  assert.is(written["statistics.csv"]!.trim().split("\n").length, 1 + 3);
});

test("the same results give the same bytes, wherever they are written; --json prints statistics.json; progress is on stderr", async () => {
  const { status, stdout, stderr } = await report("--json", "--out", "again");
  assert.is(status, 0, stderr);
  assert.equal(files("again"), files("results/small-matrix/report"));
  assert.match(stderr, /^(?:small-matrix: [^\n]* of \d+\n)*small-matrix: 3 cells in [\d.]+ s\n$/);
  assert.is(stdout, files("again")["statistics.json"]);
  const document = JSON.parse(stdout);
  assert.equal([document.name, document.panels[0].cells.length, document.panels[0].measure], ["small-matrix", 3, "test"]);
  assert.not.match(stdout, "wallSeconds");
});

test("what was done on a clock is in overhead.csv alone", () => {
  const [head, ...rows] = files("again")["overhead.csv"]!.trim().split("\n");
  assert.is(head, "panel,cell,n,wall_seconds_mean,wall_seconds_std,milliseconds_per_query_mean,milliseconds_per_query_std");
  assert.is(rows.length, 3);
});

test("an unfinished matrix is reported with what is there, and the report says what is missing", async () => {
  const unfinished = changed("unfinished", (document) => {
    document.seeds = { first: 1, count: 5 };
    document.cells[2]!.digest = "0".repeat(64);
  });
  const { status, stdout, stderr } = await scratch.evoke("report", unfinished, "--quiet");
  assert.equal([status, stderr], [0, ""]);
  assert.match(stdout, "base: 3 of 5 runs are finished\n");
  assert.match(stdout, /: 0 of 5 runs are finished\n/);
  assert.match(readFileSync(join(unfinished, "report/report.md"), "utf8"), "Not all runs are finished.");
});

test("a factorial tells its effects, and adjusts over all panels where its manifest says so", async () => {
  const factorial = {
    name: "small-factorial",
    base: "toy.json",
    design: "factorial",
    variants: { "absolute-reward": { reward: ["absolute"] } },
    axes: { "/subspaces/count": [1, 2] },
    family: "matrix",
    seeds: { first: 1, count: 3 },
  };
  const manifest = scratch.write("factorial.json", factorial);
  assert.is((await scratch.evoke("matrix", manifest, "--out", "results", "--workers", "1", "--quiet")).status, 0);
  const { status, stdout, stderr } = await scratch.evoke("report", manifest, "--quiet");
  assert.is(status, 0, stderr);
  assert.match(stdout, /^count=1\. By test .*\ncount=2\. By test /);
  assert.match(stdout, "wins.csv, effects.csv, levels.csv, effects.tex");
  const written = files("results/small-factorial/report");
  const { family, panels, effects } = JSON.parse(written["statistics.json"]!);
  assert.equal([family, panels.map((panel: { family: number }) => panel.family), effects.length], ["matrix", [2, 2], 1]);
  for (const said of [
    "Holm, over the comparisons of all panels with their baselines",
    "### Main effects and interactions",
    "variant × count",
  ])
    assert.match(written["report.md"]!, said);
  whole(written);
});

test("one experiment is reported without comparisons, by its folder, its matrix.json, or its manifest", async () => {
  assert.is((await scratch.evoke("run", experiment, "--seeds", "3", "--out", "results", "--quiet")).status, 0);
  const { status, stdout, stderr } = await scratch.evoke("report", "results/toy");
  assert.is(status, 0, stderr);
  assert.match(stdout, /^Test convolutions, toy: toy has mean 6\.00/);
  const written = files("results/toy/report");
  assert.match(written["figures/incumbent.svg"]!, "validation convolutions, toy (operations)");
  assert.not.match(written["report.md"]!, "Holm");
  for (const named of ["results/toy/matrix.json", experiment]) {
    const again = await scratch.evoke("report", named);
    assert.equal([again.status, again.stdout], [0, stdout], again.stderr);
  }
});

/** Calls that must fail, with what the error says. */
const refused: [string, () => string, RegExp][] = [
  [
    "a folder that is not there",
    () => join(scratch.folder, "nowhere"),
    /Cannot report on .*nowhere: there is no such folder\.\n.*evoke matrix/,
  ],
  ["a folder of folders", () => join(scratch.folder, "results"), /it holds no matrix\.json\.\n.*results\/small-matrix/],
  [
    "a matrix without its store",
    () =>
      changed("storeless", (document) => {
        document.store = "../other.sqlite";
      }),
    /the runs should be in .*other\.sqlite, and there is no such file/,
  ],
  [
    "a matrix without a run",
    () =>
      changed("empty", ({ cells }) => {
        for (const cell of cells) cell.digest = "0".repeat(64);
      }),
    /Cannot report on .*empty: none of its runs is finished\./,
  ],
  [
    "a matrix.json of something else",
    () => join(scratch.write("foreign/matrix.json", { rows: 3 }), ".."),
    /Cannot use .*matrix\.json: it is not as evoke run and evoke matrix write it\.\n.*"matrix" is missing/,
  ],
  [
    "a matrix.json that is not JSON",
    () => join(scratch.write("torn/matrix.json", '{ "matrix": '), ".."),
    /matrix\.json: it is not as evoke run and evoke matrix write it/,
  ],
];
for (const [what, path, message] of refused) {
  test(`${what} is refused, and nothing is written`, async () => {
    const given = path();
    const error = await reportCommand(given, { quiet: true }).catch((error) => error);
    assert.instance(error, EvokeError);
    assert.match(error.message, message);
    assert.not.ok(existsSync(join(given, "report")));
  });
}

test("where the report cannot be written, the error says so", async () => {
  scratch.write("occupied", "a file");
  const { status, stderr } = await report("--out", "occupied");
  rmSync(join(scratch.folder, "occupied"));
  assert.is(status, 2);
  assert.match(stderr, /Cannot write occupied/);
});

test.run();
