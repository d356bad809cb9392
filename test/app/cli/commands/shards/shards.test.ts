import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MatrixSummary } from "../../../../../app/host/documents/matrix-summary.ts";
import type { RunDocument } from "../../../../../app/host/documents/run-document.ts";
import type { Merged } from "../../../../../app/host/shards/merge.ts";
import { RunStore } from "../../../../../app/host/store/run-store.ts";
import { Scratch, toy, toyEvaluator } from "../../command.ts";
import { documentOf, keptCount, toyMatrix } from "../../toy-matrix.ts";
import { contentsOf } from "./contents.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const experiment = scratch.write("toy.json", toy);
const matrix = scratch.write("toy-matrix.json", toyMatrix);
const store = (out: string) => join(scratch.folder, out, "runs.sqlite");
const ok = async (...args: string[]) => {
  const called = await scratch.evoke(...args);
  assert.is(called.status, 0, called.stderr + called.stdout);
  return called;
};
const merged = async (...args: string[]) => JSON.parse((await scratch.evoke("merge", "--json", ...args)).stdout) as Merged;
/** By another process: to close a file drops the locks that SQLite has on it in this one. */
const copied = (from: string, to: string) => {
  execFileSync("cp", ["-r", from, to], { cwd: scratch.folder });
  return to;
};

await ok("matrix", matrix, "--out", "whole");
for (const i of [1, 2, 3, 4]) await ok("matrix", matrix, "--out", "parts", "--shard", `${i}/4`);

test("each shard does its part into a store of its own, some of every cell, and no run is left out or done twice", async () => {
  assert.equal(readdirSync(join(scratch.folder, "parts")).sort(), ["shard-1-of-4", "shard-2-of-4", "shard-3-of-4", "shard-4-of-4"]);
  const runs = new Set<string>();
  for (const i of [1, 2, 3, 4]) {
    const out = `parts/shard-${i}-of-4`;
    const { runs: its } = await contentsOf(store(out));
    assert.is(its.length, 5);
    for (const run of its) runs.add(run);
    assert.equal(documentOf(scratch, out), documentOf(scratch, "whole"), "the cells and the seeds are the whole matrix's");
    const opened = await RunStore.open(store(out), "read");
    for (const { digest } of documentOf(scratch, out).cells) assert.ok(opened.seeds(digest).size > 0);
    opened.close();
  }
  assert.is(runs.size, 20);
});

test("a shard says what it did, what is left to others, and how to merge; --dry-run tells its part", async () => {
  const text = (await ok("matrix", matrix, "--out", "parts", "--shard", "2/4")).stdout;
  assert.match(text, /^toy-matrix · 4 cells · 5 runs, 0 of them done in this call\n/);
  const last =
    "\nshard 2 of 4: 5 of its 5 runs finished; of the 20 in all, other shards do 15\nwhen all shards are done: evoke merge parts\n";
  assert.is(text.slice(-last.length), last);
  assert.not.match(text, "evoke report");
  const { shard } = JSON.parse((await ok("matrix", matrix, "--json", "--out", "parts", "--shard", "2/4")).stdout) as MatrixSummary;
  assert.equal(shard, { number: 2, of: 4, runs: 5, others: 15 });
  const dry = await ok("matrix", matrix, "--out", "dry", "--dry-run", "--shard", "2/4");
  assert.match(dry.stdout, /\ntoy-matrix: shard 2 of 4, with 5 of 20 runs: 4 cells, 5 runs, 0 of them in dry.shard-2-of-4.runs\.sqlite;/);
  assert.not(existsSync(join(scratch.folder, "dry")));
});

test("evoke run has shards as well, and one may have nothing to do", async () => {
  const { stdout } = await ok("run", experiment, "--out", "run", "--shard", "3/9", "--json");
  const { runs, shard } = JSON.parse(stdout) as RunDocument;
  assert.equal([runs.map(({ seed }) => seed), shard], [[2], { number: 3, of: 9, runs: 1, others: 5 }]);
  const none = await ok("run", experiment, "--out", "run", "--shard", "9/9");
  assert.match(none.stdout, "toy: no run finished.\nshard 9 of 9: 0 of its 0 runs finished; of the 6 in all, other shards do 6\n");
});

test("--shard is I/N with I from 1 to N", async () => {
  for (const text of ["0/4", "5/4", "1/0", "x", "1", "1/4/2", "-1/4", "1.5/4"]) {
    const { status, stderr } = await scratch.evoke("matrix", matrix, `--shard=${text}`);
    assert.is(status, 2);
    assert.is(stderr, `Cannot use --shard "${text}": expected I/N, the shard I of N, such as 2/4, with I from 1 to N.\n`);
  }
});

test("four shards and a merge are equal to one call, byte for byte but for seconds; a second merge changes nothing", async () => {
  const { stdout } = await ok("merge", "parts");
  assert.is(
    stdout,
    "parts/runs.sqlite: 20 runs of 4 stores\n\ntoy-matrix · 4 cells · 20 of 20 runs\nstatistics and figures: evoke report parts/toy-matrix\n",
  );
  assert.equal(await contentsOf(store("parts")), await contentsOf(store("whole")));
  const document = (out: string) => readFileSync(join(scratch.folder, out, "toy-matrix/matrix.json"), "utf8");
  assert.is(document("parts"), document("whole"));
  const table = async (out: string) => (await ok("report", join(out, "toy-matrix"))).stdout.split("report: ")[0];
  assert.is(await table("parts"), await table("whole"));
  const again = await ok("merge", "parts");
  assert.match(again.stdout, "parts/runs.sqlite: 0 runs of 4 stores, 20 were there already\n");
  assert.equal(await contentsOf(store("parts")), await contentsOf(store("whole")));
  const { stderr } = await ok("matrix", matrix, "--out", "parts");
  assert.match(stderr, "20 of them there already", "a call finds everything");
});

test("other folders than shards are merged with --out; the seeds of both are wanted, and the same run twice is fine", async () => {
  await ok("matrix", matrix, "--out", "few", "--seeds", "2");
  const { stores, matrices } = await merged("few", "parts", "--out", "all");
  assert.equal(
    stores.map(({ file, runs, known }) => [file, runs, known]),
    [["few/runs.sqlite", 8, 0], ["parts/runs.sqlite", 12, 8], ...[1, 2, 3, 4].map((i) => [`parts/shard-${i}-of-4/runs.sqlite`, 0, 5])],
  );
  assert.equal(matrices[0]!.missing, []);
  assert.equal(documentOf(scratch, "all"), documentOf(scratch, "whole"));
  assert.equal(await contentsOf(store("all")), await contentsOf(store("whole")));
});

test("what is missing is told with the calls that do it, and the status is 1", async () => {
  const out = copied("parts", "lacking");
  for (const gone of ["runs.sqlite", "toy-matrix", "shard-3-of-4"]) rmSync(join(scratch.folder, out, gone), { recursive: true });
  const { status, stdout } = await scratch.evoke("merge", out);
  assert.is(status, 1);
  const lines = stdout.split("\n").slice(2, 6);
  assert.equal(lines, [
    "toy-matrix · 4 cells · 15 of 20 runs",
    "5 runs are missing; these calls do them, with the other options as before:",
    "  evoke matrix MANIFEST … --shard 3/4 --out lacking      (it has no store yet)",
    "  evoke merge lacking",
  ]);
  await ok("matrix", matrix, "--out", out, "--shard", "3/4");
  assert.equal((await merged(out)).matrices[0]!.missing, []);
  assert.equal(await contentsOf(store(out)), await contentsOf(store("whole")));
});

test("a shard that is killed and called again, and a merge, are equal to one call", async () => {
  const base = { ...toy, evaluator: { use: "toy", options: { milliseconds: 4 } } };
  const slow = scratch.write("slow-matrix.json", { ...toyMatrix, base });
  await ok("matrix", slow, "--out", "slow-whole");
  await ok("matrix", slow, "--out", "slow", "--shard", "2/2");
  let enough = false;
  const watching = setInterval(async () => (enough ||= (await keptCount(scratch, "slow/shard-1-of-2")) >= 2), 20);
  await scratch.interrupt("SIGKILL", () => enough, "matrix", slow, "--out", "slow", "--shard", "1/2", "--workers", "1");
  clearInterval(watching);
  const [before] = (await merged("slow")).matrices;
  const lacking = before!.missing.reduce((sum, { seeds }) => sum + seeds.length, 0);
  assert.ok(lacking > 0 && lacking <= 8, `${lacking} runs were missing`);
  assert.equal(before!.shards, [{ number: 1, of: 2, out: "slow", begun: true }]);
  await ok("matrix", slow, "--out", "slow", "--shard", "1/2");
  await ok("merge", "slow");
  assert.equal((await contentsOf(store("slow"))).runs, (await contentsOf(store("slow-whole"))).runs);
});

/** Evaluations by a program, which are journalled one by one; its score follows from the architecture. */
scratch.write(
  "evaluate.sh",
  `
read -r request || exit 1
architecture=\${request##*'"architecture":"'}
sleep 0.05
score=$(printf %s "\${architecture%%'"'*}" | cksum)
echo "{\\"score\\": $((\${score%% *} % 10000)).5}"
`,
);
const byProgram = {
  ...{ space: "nas-bench-201", controller: "uniform", subspaces: { count: 2, radius: 1 }, budget: { queries: 4 } },
  evaluator: {
    use: "command",
    options: {
      command: ["/bin/sh", "evaluate.sh"],
      metric: { name: "accuracy", dataset: "none", epochs: 1, unit: "percent" },
      ...{ slots: 2, charge: "nothing" },
    },
  },
  seeds: { count: 4 },
};

for (const evaluations of ["own", "shared"])
  test(`journals and shared evaluations are merged too, those of a shard that was killed as well: ${evaluations} evaluations`, async () => {
    const name = `program-${evaluations}`;
    const manifest = scratch.write(`${name}.json`, { ...byProgram, name, evaluations });
    await ok("run", manifest, "--out", `${name}-whole`);
    await ok("run", manifest, "--out", name, "--shard", "1/2");
    const second = `${name}/shard-2-of-2`;
    let enough = false;
    const kept = () =>
      contentsOf(store(second)).then(
        ({ evaluations }) => evaluations.length,
        () => 0, // it is not there yet, or being made
      );
    const watching = setInterval(async () => (enough ||= (await kept()) >= 3), 10);
    await scratch.interrupt("SIGKILL", () => enough, "run", manifest, "--out", name, "--shard", "2/2");
    clearInterval(watching);
    const { journals } = (await merged(name)).stores[1]!;
    const [first, half] = [await contentsOf(store(`${name}/shard-1-of-2`)), await contentsOf(store(second))];
    assert.ok(half.runs.length < 2 && journals > 0, "it was killed on the way");
    assert.is((await contentsOf(store(name))).evaluations.length, first.evaluations.length + half.evaluations.length);
    // What is missing can be done in the merged store, or by its shard.
    const elsewhere = copied(name, `${name}-elsewhere`);
    await ok("run", manifest, "--out", elsewhere);
    await ok("run", manifest, "--out", name, "--shard", "2/2");
    await ok("merge", name);
    const whole = await contentsOf(store(`${name}-whole`));
    assert.equal(await contentsOf(store(elsewhere)), whole);
    assert.equal(await contentsOf(store(name)), whole);
    assert.is(whole.shared.length > 0, evaluations === "shared");
  });

test("folders with nothing to merge, several without --out, and other manifests of one name are refused", async () => {
  const refused = async (...args: string[]) => {
    const { status, stderr, stdout } = await scratch.evoke("merge", ...args, "--quiet");
    assert.equal([status, stdout], [2, ""], stderr);
    return stderr;
  };
  assert.match(await refused("nowhere"), "Cannot merge nowhere: there is no such folder.\n  Name folders that were --out");
  assert.match(await refused("whole"), "Cannot merge whole: it has no folder shard-I-of-N with a runs.sqlite in it.\n");
  const neither = "it has neither a runs.sqlite nor a folder shard-I-of-N with a runs.sqlite in it.\n";
  assert.match(await refused("whole/toy-matrix", "--out", "there"), `Cannot merge whole/toy-matrix: ${neither}`);
  assert.match(await refused("whole", "parts"), "Cannot merge: 2 folders are named, and none for all of it.\n  Name it with --out DIR.\n");
  const other = scratch.write("other-matrix.json", { ...toyMatrix, variants: {} });
  await ok("matrix", other, "--out", "others", "--shard", "1/2");
  await ok("matrix", matrix, "--out", "others", "--shard", "2/2");
  const documents = "others/shard-1-of-2/toy-matrix/matrix.json and others/shard-2-of-2/toy-matrix/matrix.json";
  const found = 'are of different manifests or versions: only the second has the cell "absolute-reward".\n  Nothing was merged.';
  assert.match(await refused("others"), `Cannot merge "toy-matrix": ${documents} ${found}`);
  assert.not(existsSync(store("others")));
});

test.run();
