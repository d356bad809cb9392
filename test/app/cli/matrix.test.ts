import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MatrixSummary } from "../../../app/host/documents/matrix-summary.ts";
import { when } from "../../when.ts";
import { DENO, Scratch, toy, toyEvaluator } from "./command.ts";
import { documentOf, kept as keptIn, toyMatrix } from "./toy-matrix.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
scratch.write("toy.json", toy);
const manifest = scratch.write("toy-matrix.json", toyMatrix);
const CELLS = ["base", "absolute-reward", "uniform", "count=2"];

const json = (stdout: string) => JSON.parse(stdout) as MatrixSummary;
const counts = (stdout: string) => json(stdout).cells.map(({ computed, known, failed }) => [computed, known, failed.length]);
const kept = (out: string) => keptIn(scratch, out);

test("--dry-run lists the cells, what differs in each, and what it costs, and makes nothing", async () => {
  const { status, stdout, stderr } = await scratch.evoke("matrix", manifest, "--dry-run", "--out", "dry");
  assert.is(status, 0, stderr);
  assert.match(stdout, /^cell +runs +there +queries a run +differs from the base\nbase +5 +0 +12\n/);
  assert.match(stdout, /absolute-reward +5 +0 +12 +\/reward: improvement → absolute\n/);
  assert.match(stdout, /uniform +5 +0 +12 +\/controller: gnn-lstm → uniform\n/);
  assert.match(stdout, /count=2 +5 +0 +12 +\/subspaces\/count: 3 → 2\n/);
  assert.match(stdout, /toy-matrix: 4 cells, 20 runs, 0 of them in .*runs\.sqlite; to do: 240 queries\n$/);
  assert.not(existsSync(join(scratch.folder, "dry")));
});

test("a reference is kept for the report; one of a metric that no cell has is refused", async () => {
  const withReference = (reference: object) => scratch.write("reference.json", { ...toyMatrix, reference });
  const good = await scratch.evoke("matrix", withReference({ convolutions: 1 }), "--seeds", "1", "--out", "reference");
  assert.is(good.status, 0, good.stderr);
  assert.equal(documentOf(scratch, "reference").reference, { convolutions: 1 });
  const { status, stderr } = await scratch.evoke("matrix", withReference({ convolution: 1 }), "--dry-run");
  assert.is(status, 2);
  assert.match(stderr, /"convolution", at \/reference of .*reference\.json,.*\n.*Did you mean "convolutions"/);
});

test("--dry-run has nothing prepared; a matrix has it done before its first run, where there are runs to do", async () => {
  const said = 'async prepare() { process.stderr.write("prepares\\n"); }, evaluate:';
  scratch.write("prepared/toy.js", toyEvaluator.replace("evaluate:", said));
  scratch.write("prepared/toy.json", toy);
  const prepared = scratch.write("prepared/toy-matrix.json", { ...toyMatrix, seeds: { first: 1, count: 1 } });
  const times = async (...args: string[]) => {
    const { status, stderr } = await scratch.evoke("matrix", prepared, "--out", "prepared-runs", "--workers", "1", ...args);
    assert.is(status, 0, stderr);
    return stderr.split("prepares\n").length - 1;
  };
  assert.is(await times("--dry-run"), 0);
  assert.ok((await times()) >= CELLS.length);
  assert.is(await times(), 0, "all runs are there");
});

test("a matrix runs all its cells, keeps them, and prints a table; a second call computes nothing", async () => {
  const first = await scratch.evoke("matrix", manifest, "--json", "--out", "whole", "--workers", "1");
  assert.is(first.status, 0, first.stderr);
  const { matrix, cells } = json(first.stdout);
  assert.is(matrix, "toy-matrix");
  assert.equal(
    cells.map(({ name }) => name),
    CELLS,
  );
  assert.equal(counts(first.stdout), [
    [5, 0, 0],
    [5, 0, 0],
    [5, 0, 0],
    [5, 0, 0],
  ]);
  for (const { summary, difference, name } of cells) {
    assert.is(summary.score!.n, 5);
    assert.is(summary.test!.mean, 6);
    assert.is(difference === undefined, name === "base");
  }
  const [base, absolute] = cells;
  const means = absolute!.summary.score!.mean - base!.summary.score!.mean;
  assert.ok(Math.abs(absolute!.difference!.score! - means) < 1e-12);

  const before = readFileSync(join(scratch.folder, "whole/toy-matrix/matrix.json"), "utf8");
  const second = await scratch.evoke("matrix", manifest, "--out", "whole");
  assert.is(second.status, 0, second.stderr);
  assert.match(second.stdout, /^toy-matrix · 4 cells · 20 runs, 0 of them done in this call\n/);
  assert.match(second.stdout, /\nbase +5 +\d\.\d{3} ± \d\.\d{3} +baseline +6\.000 ± 0\.000\n/);
  assert.match(second.stdout, /\nstatistics and figures: evoke report .*toy-matrix\n$/);
  assert.match(second.stderr, "20 of them there already");
  assert.is(readFileSync(join(scratch.folder, "whole/toy-matrix/matrix.json"), "utf8"), before);
});

test("matrix.json says what the cells are, and each run is what `evoke run` gives for the same manifest", async () => {
  const { question, store, design, axes, cells } = documentOf(scratch, "whole");
  assert.equal([question, store, design], [toyMatrix.question, "../runs.sqlite", "one-factor"]);
  assert.equal(axes, [{ pointer: "/subspaces/count", label: "count", values: [2, 3] }]);
  for (const { metric, budget, space, baseline } of cells) {
    assert.equal([metric.split, budget, space, baseline], ["validation", { queries: 12 }, "nas-bench-201", "base"]);
  }
  await scratch.evoke("run", "toy.json", "--out", "single", "--seeds", "5");
  const [single] = await keptIn(scratch, "single", "toy");
  const [base] = await kept("whole");
  assert.equal([single!.digest, single!.runs], [base!.digest, base!.runs]);
});

test("any number of workers keeps the same runs and courses", async () => {
  for (const workers of ["2"]) {
    const { status, stderr } = await scratch.evoke("matrix", manifest, "--out", `workers-${workers}`, "--workers", workers);
    assert.is(status, 0, stderr);
    assert.equal(await kept(`workers-${workers}`), await kept("whole"));
  }
});

test("an edited matrix, another matrix with equal cells, and more seeds compute only what is new", async () => {
  await scratch.evoke("matrix", manifest, "--out", "edited");
  const edited = scratch.write("edited.json", { ...toyMatrix, axes: { "/subspaces/count": [2, 3, 4] } });
  const [status, stdout] = [await scratch.evoke("matrix", edited, "--json", "--out", "edited"), ""];
  assert.equal(counts(status.stdout + stdout), [...CELLS.map(() => [0, 5, 0]), [5, 0, 0]]);
  const other = scratch.write("other.json", {
    ...{ name: "other", base: "toy.json", baseName: "ase", design: "factorial", seeds: { count: 6 } },
    variants: { uniform: { controller: "uniform" } },
    axes: { "/subspaces/count": [3, 4] },
  });
  assert.equal(counts((await scratch.evoke("matrix", other, "--json", "--out", "edited")).stdout), [
    [1, 5, 0],
    [1, 5, 0],
    [1, 5, 0],
    [6, 0, 0],
  ]);
  assert.match((await scratch.evoke("matrix", other, "--dry-run", "--out", "edited", "--seeds", "7")).stdout, "28 runs, 24 of them in");
});

const fragile = toyEvaluator
  .replace('name: "toy"', 'name: "fragile"')
  .replace("const metric", 'import { existsSync } from "node:fs";\nconst metric')
  .replace(
    "const score",
    'if (architecture.includes(1) && existsSync("broken")) throw new Error("the cluster is down");\n      const score',
  );

test("a failing cell leaves the others, is named, and exits 1; when the cause is fixed only its runs are done", async () => {
  scratch.write("fragile.js", fragile);
  const failing = scratch.write("failing.json", {
    ...toyMatrix,
    base: { ...toy, plugins: ["./toy.js", "./fragile.js"] },
    variants: { uniform: { controller: "uniform" }, fragile: { evaluator: "fragile" } },
  });
  scratch.write("broken", "");
  for (const workers of ["1", "2"]) {
    const out = `failing-${workers}`;
    const { status, stdout, stderr } = await scratch.evoke("matrix", failing, "--json", "--out", out, "--workers", workers);
    assert.is(status, 1, stderr);
    const failed = json(stdout).cells[2]!.failed;
    assert.is(failed.length, 5);
    assert.match(
      failed[0]!.reason,
      /evaluator "fragile" \(fragile\.js\) at \/evaluator of the cell "fragile" of .*: the cluster is down\n/,
    );
    assert.equal(
      counts(stdout).filter((_, i) => i !== 2),
      [
        [5, 0, 0],
        [5, 0, 0],
        [5, 0, 0],
      ],
    );
    assert.match(
      stderr,
      /The run of each of the seeds 1, 2, 3, 4, 5 of "fragile" failed: .*: the cluster is down\n {2}Thrown at fragile\.js:/,
    );
  }
  scratch.call("rm", ["broken"]);
  const { status, stdout } = await scratch.evoke("matrix", failing, "--json", "--out", "failing-2");
  assert.is(status, 0);
  assert.equal(counts(stdout), [
    [0, 5, 0],
    [0, 5, 0],
    [5, 0, 0],
    [0, 5, 0],
  ]);
});

test("a damaged run is named and done again; a damaged store is told, with what to do", async () => {
  // In processes of their own: SQLite lets go of a file for sure when its process ends.
  const matrix = (...args: string[]) => scratch.evokeAlone("matrix", manifest, "--out", "damaged", "--workers", "1", ...args);
  matrix();
  const whole = await kept("damaged");
  const file = join(scratch.folder, "damaged/runs.sqlite");
  const bytes = readFileSync(file);
  // Its digest stands before it. What SQLite has moved is there twice, so the first place may be the one that it does not read.
  const first = bytes.indexOf('"seed":3');
  const run = bytes.toString("latin1", first - 66, first + 8);
  for (let at = bytes.indexOf(run, 0, "latin1"); at >= 0; at = bytes.indexOf(run, at, "latin1")) bytes.write('"seed":9', at + 66);
  writeFileSync(file, bytes);
  const { status, stdout, stderr } = matrix("--json");
  assert.is(status, 0, stderr);
  assert.match(stderr, /The run of seed 3 of "[^"]+" in .*runs\.sqlite was damaged, and is done again/);
  assert.is(
    counts(stdout).reduce((sum, [computed]) => sum + computed!, 0),
    1,
  );
  assert.equal(await kept("damaged"), whole);
  writeFileSync(file, readFileSync(file).fill(0, 4096, 3 * 4096));
  const broken = matrix();
  assert.is(broken.status, 2, broken.stderr);
  assert.match(broken.stderr, /Cannot use the runs in .*runs\.sqlite: .*\n.*evoke doctor --store/);
});

test("a run that begins with another takes it from the store, and puts it there", async () => {
  const transfer = {
    subspaces: { initial: { use: "from-run", options: { experiment: "toy.json" } } },
    reward: ["absolute"],
  };
  const plus = scratch.write("plus.json", { ...toyMatrix, name: "toy-matrix", variants: { plus: transfer }, axes: {} });
  for (const workers of ["1", "2"]) {
    const out = `transfer-${workers}`;
    const { status, stdout, stderr } = await scratch.evoke("matrix", plus, "--json", "--out", out, "--workers", workers);
    assert.is(status, 0, stderr);
    const totals = json(stdout).cells.map(({ computed, known }) => computed + known);
    assert.equal(totals, [5, 5]);
  }
  assert.equal(await kept("transfer-1"), await kept("transfer-2"));
  const alone = scratch.write("alone.json", {
    ...toyMatrix,
    variants: { plus: transfer },
    axes: {},
    design: "factorial",
    exclude: [{ variant: "base" }],
    baseline: "plus",
  });
  await scratch.evoke("matrix", alone, "--out", "transfer-alone", "--workers", "2");
  const { stdout } = await scratch.evoke("matrix", plus, "--json", "--out", "transfer-alone");
  assert.equal(counts(stdout), [
    [0, 5, 0],
    [0, 5, 0],
  ]);
});

test("everything that is wrong is told before anything runs, with status 2", async () => {
  const wrong = scratch.write("wrong.json", {
    ...toyMatrix,
    axes: { "/subspaces/cuont": [1] },
    variants: { a: { controller: "unifrom" } },
  });
  const { status, stderr } = await scratch.evoke("matrix", wrong, "--out", "wrong");
  assert.is(status, 2);
  assert.match(stderr, /Cannot use the manifest .*wrong\.json: 2 problems\.\n {2}\/variants\/a: cell "a": .*\n.*Did you mean "uniform"/);
  assert.match(stderr, '/axes/~1subspaces~1cuont/0: cell "cuont=1": /subspaces: unknown property "cuont". Did you mean "count"?');
  const untabled = scratch.write("untabled.json", {
    ...toyMatrix,
    variants: { table: { evaluator: { use: "benchmark", options: { table: "nowhere", dataset: "cifar10" } } } },
  });
  const missing = await scratch.evoke("matrix", untabled, "--out", "wrong");
  assert.is(missing.status, 2);
  assert.match(
    missing.stderr,
    /the table "nowhere"[\s\S]*evaluator "benchmark" \(built in\) at \/evaluator of the cell "table" of .*untabled\.json/,
  );
  assert.not(existsSync(join(scratch.folder, "wrong")));
  assert.is((await scratch.evoke("matrix", join(scratch.folder, "none.json"))).status, 2);
});

test("validate takes matrices, and tells how many cells and runs", async () => {
  assert.match((await scratch.evoke("validate", manifest)).stdout, "toy-matrix.json: right, 4 cells, 20 runs");
  const [verdict] = JSON.parse((await scratch.evoke("validate", manifest, "--json")).stdout);
  assert.equal([verdict.valid, verdict.cells, verdict.runs], [true, 4, 20]);
});

when(
  test,
  existsSync(DENO),
  "the npm package deno is not installed",
)("Deno, with the permissions of deno.json, keeps the same runs and courses as Node", async () => {
  for (const workers of ["1", "2"]) {
    const out = `deno-${workers}`;
    const { status, stderr } = scratch.evokeOnDeno("matrix", manifest, "--out", join(scratch.folder, out), "--workers", workers);
    assert.is(status, 0, stderr);
    assert.equal(await kept(out), await kept("whole"));
  }
});

test.run();
