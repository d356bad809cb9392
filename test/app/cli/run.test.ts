import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Scratch, toy, toyEvaluator } from "./command.ts";
import { documentOf, keptCount as keptCountIn, kept as keptIn } from "./toy-matrix.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const manifest = scratch.write("toy.json", toy);

/** The JSON document without what never repeats. */
const results = (stdout: string) => {
  const { runs, ...document } = JSON.parse(stdout);
  return { ...document, runs: runs.map(({ wallSeconds: _, ...run }: { wallSeconds: number }) => run) };
};
/** The runs that are kept of an experiment, but for their wall seconds. */
const runsIn = async (out: string, name = "toy") => (await keptIn(scratch, out, name))[0]!.runs;

test("run --json prints the document of the contract, and nothing else on stdout", async () => {
  const { status, stdout, stderr } = scratch.evokeAlone("run", manifest, "--json", "--seeds", "2");
  assert.is(status, 0, stderr);
  const document = JSON.parse(stdout);
  assert.equal(Object.keys(document), ["experiment", "digest", "metric", "runs", "summary"]);
  assert.is(document.experiment, "toy");
  assert.match(document.digest, /^[0-9a-f]{64}$/);
  assert.is(document.runs.length, 2);
  const [run] = document.runs;
  assert.equal(Object.keys(run).sort(), ["best", "cost", "distinct", "queries", "seed", "updates", "wallSeconds"]);
  assert.equal(Object.keys(run.best), ["architecture", "score", "test"]);
  assert.is(run.queries, 12);
  assert.is(run.cost.seconds, 12);
  assert.is(run.best.test, 6);
  assert.equal(Object.keys(document.summary.score), ["mean", "std", "n"]);
  assert.is(document.summary.test.n, 2);
});

test("run prints a table for people", async () => {
  const { stdout } = await scratch.evoke("run", manifest, "--seeds", "2");
  assert.match(stdout, /^toy · 2 runs · digest [0-9a-f]{12}\n/);
  assert.match(stdout, /seed {2}score/);
  assert.match(stdout, /mean\s+std\s+std\. error\s+n/);
});

test("any number of workers gives the same architectures and accuracies, seed by seed", async () => {
  const args = ["run", manifest, "--json", "--seeds", "9"];
  const [one, three] = [await scratch.evoke(...args, "--workers", "1"), await scratch.evoke(...args, "--workers", "3")];
  assert.equal(results(three.stdout), results(one.stdout));
});

test("where no number of workers is asked for, the runs that take longer go to workers, with the same results", async () => {
  // 8 × 12 × 10 ms are longer than the half second after which the workers take over.
  const args = ["run", manifest, "--json", "--seeds", "8", "--set", "/evaluator/options/milliseconds=10"];
  const { status, stdout, stderr } = scratch.evokeAlone(...args);
  assert.is(status, 0, stderr);
  assert.equal(results(stdout), results((await scratch.evoke(...args)).stdout));
});

test("--set changes the manifest and with it the digest; --seeds and --workers change no digest", async () => {
  const digest = async (...args: string[]) =>
    JSON.parse((await scratch.evoke("run", manifest, "--json", "--seeds", "1", ...args)).stdout).digest;
  const base = await digest();
  assert.is(await digest("--workers", "2"), base);
  assert.is.not(await digest("--set", "/budget/queries=5"), base);
  assert.is.not(await digest("--set", "/controller/options/learningRate=0.5"), base);
});

test("runs are kept; a second call does none again, and a longer one only what is new", async () => {
  const first = await scratch.evoke("run", manifest, "--json", "--out", "kept");
  const runs = await runsIn("kept");
  const again = await scratch.evoke("run", manifest, "--json", "--out", "kept");
  assert.is(again.stdout, first.stdout, "even the wall seconds are those of the runs that were done");
  assert.is(again.stderr, "toy: 6 runs, 6 of them there already\n");
  assert.equal(await runsIn("kept"), runs);
  const longer = await scratch.evoke("run", manifest, "--json", "--out", "kept", "--seeds", "8");
  assert.match(longer.stderr, /^toy: 8 runs, 6 of them there already\n/);
  assert.equal(results(longer.stdout).runs.slice(0, 6), results(first.stdout).runs);
});

test("without --out the runs are kept in the folder results", () => {
  assert.ok(existsSync(join(scratch.folder, "results/runs.sqlite")));
  assert.is(documentOf(scratch, "results", "toy").cells.length, 1);
});

test("matrix.json describes an experiment as a matrix of one cell, without a design", async () => {
  const { matrix, design, seeds, cells, base } = documentOf(scratch, "kept", "toy");
  assert.equal([matrix, design, seeds], ["toy", undefined, { first: 1, count: 8 }]);
  const [{ name, baseline, differs, metric, budget }] = cells as [(typeof cells)[number]];
  assert.equal([name, baseline, differs, metric.split, budget], ["toy", "toy", [], "validation", { queries: 12 }]);
  assert.is((base as { controller: { use: string } }).controller.use, "gnn-lstm");
});

const slow = ["--set", "/evaluator/options/milliseconds=8"];
await scratch.evoke("run", manifest, ...slow, "--out", "undisturbed");

/** Watches how many runs a call has kept. */
const watched = (out: string, least: number) => {
  let enough = false;
  const watching = setInterval(async () => (enough ||= (await keptCountIn(scratch, out, "toy")) >= least), 20);
  return { enough: () => enough, end: () => clearInterval(watching) };
};
test("SIGKILL costs no run that was over; the same call ends as if undisturbed", async () => {
  const args = ["run", manifest, ...slow, "--out", "killed", "--workers", "1"];
  const { enough, end } = watched("killed", 2);
  await scratch.interrupt("SIGKILL", enough, ...args);
  end();
  const before = await keptCountIn(scratch, "killed", "toy");
  assert.ok(before >= 2 && before < 6, `${before} runs were kept`);
  assert.match((await scratch.evoke(...args)).stderr, `6 runs, ${before} of them there already`);
  assert.equal(await runsIn("killed"), await runsIn("undisturbed"));
});

test("a run that fails is named, the others are finished and kept, and the exit status is 1; then only it runs again", async () => {
  const failing = ["run", manifest, "--out", "failing", "--set", "/evaluator/options/failSeed=3", "--json"];
  const { status, stdout, stderr } = await scratch.evoke(...failing);
  assert.is(status, 1);
  const told = 'evaluator "toy" (toy.js) at /evaluator of ';
  assert.match(stderr, `The run of seed 3 failed: Cannot go on with ${told}`);
  assert.match(stderr, /its evaluate\(\) threw: the toy is broken\n {2}Thrown at toy\.js:\d+:\d+\. Fix the plugin/);
  const document = JSON.parse(stdout);
  assert.equal(
    document.runs.map(({ seed }: { seed: number }) => seed),
    [1, 2, 4, 5, 6],
  );
  assert.equal(
    document.failed.map(({ seed, reason }: { seed: number; reason: string }) => [seed, reason.includes(told)]),
    [[3, true]],
  );
  assert.match((await scratch.evoke(...failing)).stderr, "6 runs, 5 of them there already");
});

test("the recorder's record of each run replays to its result, for any number of workers", async () => {
  for (const workers of ["1", "2"]) {
    const out = `recorded-${workers}`;
    const { status, stderr } = await scratch.evoke("run", manifest, "--out", out, "--workers", workers, "--set", '/observers=["recorder"]');
    assert.is(status, 0, stderr);
    const folder = join(scratch.folder, out, "toy", documentOf(scratch, out, "toy").cells[0]!.digest.slice(0, 12));
    const records = [1, 2, 3, 4, 5, 6].map((seed) => join(folder, `events/${seed}.jsonl.gz`));
    const lines = (await runsIn(out)).map(({ result }) => `${JSON.stringify(result)}\n`);
    assert.is((await scratch.evoke("replay", ...records)).stdout, lines.join(""));
  }
});

test("a worker thread that is far ahead of the recorder waits for it, and the record is the same", async () => {
  const record = async (workers: string) => {
    const out = `long-${workers}`;
    const long = ["--seeds", "1", "--set", "/budget/queries=8000", "--set", '/observers=["recorder"]'];
    const { status, stderr } = await scratch.evoke("run", manifest, "--out", out, "--workers", workers, ...long);
    assert.is(status, 0, stderr);
    const folder = join(scratch.folder, out, "toy", documentOf(scratch, out, "toy").cells[0]!.digest.slice(0, 12));
    return gunzipSync(readFileSync(join(folder, "events/1.jsonl.gz"))).toString();
  };
  const expected = await record("1");
  assert.ok(expected.split("\n").length > 24_000);
  assert.ok((await record("2")) === expected);
});

test("a run whose record cannot be written is not done, and the same command does it again", async () => {
  for (const workers of ["1", "2"]) {
    const out = `unrecorded-${workers}`;
    await scratch.evoke("run", manifest, "--out", out, "--seeds", "2");
    const folder = join(scratch.folder, out, "toy", documentOf(scratch, out, "toy").cells[0]!.digest.slice(0, 12));
    mkdirSync(folder);
    writeFileSync(join(folder, "events"), "in the way");
    const recorded = ["run", manifest, "--out", out, "--workers", workers, "--set", '/observers=["recorder"]'];
    const failed = await scratch.evoke(...recorded);
    assert.equal([failed.status, failed.stdout], [2, ""]);
    assert.match(failed.stderr, /^Cannot write .*events\/\d\.jsonl\.gz: E(EXIST|NOTDIR).*\n {2}What was written before is kept\..*\n$/m);
    assert.is((await runsIn(out)).length, 2);
    rmSync(join(folder, "events"));
    assert.match((await scratch.evoke(...recorded)).stderr, "toy: 6 runs, 2 of them there already");
    assert.equal(readdirSync(join(folder, "events")), ["3.jsonl.gz", "4.jsonl.gz", "5.jsonl.gz", "6.jsonl.gz"]);
  }
});

test("an observer that throws is reported once and detached; the results are the same", async () => {
  scratch.write(
    "grumpy.js",
    `export default { kind: "observer", name: "grumpy", summary: "Throws", options: { type: "object" }, needs: [],
      create: () => ({ next: (event) => { if (event.sequence > 20) throw new Error("enough"); } }) };`,
  );
  const expected = results((await scratch.evoke("run", manifest, "--json")).stdout);
  const grumpy = ["--set", '/plugins=["./toy.js","./grumpy.js"]', "--set", '/observers=["grumpy"]'];
  for (const workers of ["1", "2"]) {
    const { status, stdout, stderr } = await scratch.evoke("run", manifest, "--json", "--workers", workers, ...grumpy);
    assert.is(status, 0, stderr);
    assert.is(stderr.split("is detached").length - 1, 1);
    assert.match(
      stderr,
      /^The observer "grumpy" is detached, and the runs go on\. Cannot go on with observer "grumpy" \(grumpy\.js\) at \/observers\/0 of .*: its next\(\) threw: enough\n {2}Thrown at grumpy\.js:2:\d+\. /m,
    );
    assert.equal(results(stdout), expected);
  }
});

test("from-run takes the centres of the other manifest's run, on any number of workers, and follows it in the digest", async () => {
  const transfer = scratch.write("transfer.json", {
    ...toy,
    name: "transfer",
    subspaces: { ...toy.subspaces, initial: { use: "from-run", options: { experiment: "toy.json" } } },
  });
  await scratch.evoke("run", manifest, "--out", "source");
  const centres = (await runsIn("source")).map(({ result }) => result.centres);
  const recorded = await scratch.evoke("run", transfer, "--out", "transferred", "--workers", "2", "--set", '/observers=["recorder"]');
  assert.is(recorded.status, 0, recorded.stderr);
  const runs = (await runsIn("transferred", "transfer")).map(({ result }) => result);
  assert.is(runs.length, 6);
  for (const [i, { best }] of runs.entries()) {
    const count = (architecture: string) => architecture.split("nor_conv_3x3").length - 1;
    assert.ok(best.score >= Math.max(...centres[i]!.map(count)), "a transferred search starts from the centres of the other");
  }
  const wholeSpace = scratch.write("whole-space.json", { ...toy, subspaces: undefined, controller: "random" });
  const refused = await scratch.evoke("run", transfer, "--set", '/subspaces/initial/options/experiment="whole-space.json"');
  assert.is(refused.status, 2, wholeSpace);
  assert.match(refused.stderr, "whole-space.json searches the whole space and has no centres");
  const circular = scratch.write("circular.json", {
    ...toy,
    subspaces: { ...toy.subspaces, initial: { use: "from-run", options: { experiment: "circular.json" } } },
  });
  const { status, stderr } = await scratch.evoke("run", circular);
  assert.is(status, 2);
  assert.match(stderr, "lead back to themselves");
});

test("without queries a run is its first centres: a random member of the best subspace of another run, evaluated", async () => {
  const options = { experiment: "toy.json", take: "best", modifications: 1 };
  const member = scratch.write("member.json", {
    ...toy,
    name: "member",
    subspaces: { count: 1, radius: 1, initial: { use: "from-run", options } },
    controller: "uniform",
    budget: { queries: 0 },
    seeds: { first: 1, count: 30 },
  });
  const runsOf = async (...args: string[]) => {
    const { status, stdout, stderr } = await scratch.evoke("run", member, "--json", "--quiet", ...args);
    assert.is(status, 0, stderr);
    return JSON.parse(stdout).runs as { best: { score: number; test: number }; queries: number; distinct: number; updates: number }[];
  };
  const [members, centres] = [await runsOf("--workers", "2"), await runsOf("--set", "/subspaces/initial/options/modifications=0")];
  for (const [i, { best, ...rest }] of members.entries()) {
    assert.equal([rest.queries, rest.distinct, rest.updates, best.test], [0, 0, 0, 6]);
    assert.ok(Math.abs(best.score - centres[i]!.best.score) <= 1);
  }
  const mean = (runs: typeof members) => runs.reduce((sum, { best }) => sum + best.score, 0) / runs.length;
  assert.ok(mean(members) < mean(centres), "a random member is worse than its centre, on average");
  const { status, stderr } = await scratch.evoke("run", member, "--set", "/subspaces/count=2");
  assert.is(status, 2);
  assert.match(
    stderr,
    /with "take": "best" they are 1, and \/subspaces\/count is 2.*\n.*from-run" \(built in\) at \/subspaces\/initial of .*member\.json/,
  );
});

test.run();
