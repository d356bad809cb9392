import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { when } from "../../when.ts";
import { root, Scratch, toy, toyEvaluator } from "./command.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const manifest = scratch.write("toy.json", toy);

/** The JSON document without what never repeats. */
const results = (stdout: string) => {
  const { runs, ...document } = JSON.parse(stdout);
  return { ...document, runs: runs.map(({ wallSeconds: _, ...run }: { wallSeconds: number }) => run) };
};
const resultsFolder = (out: string) => join(scratch.folder, out, readdirSync(join(scratch.folder, out))[0]!);
const filesIn = (out: string) => {
  const folder = resultsFolder(out);
  return Object.fromEntries(["experiment.json", "runs.jsonl"].map((name) => [name, readFileSync(join(folder, name), "utf8")]));
};

test("run --json prints the document of the contract, and nothing else on stdout", async () => {
  const { status, stdout, stderr } = scratch.evokeAlone("run", manifest, "--json", "--seeds", "2");
  assert.is(status, 0, stderr);
  const document = JSON.parse(stdout);
  assert.equal(Object.keys(document), ["experiment", "digest", "runs", "summary"]);
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

const deno = join(root, "node_modules/.bin/deno");
when(
  test,
  existsSync(deno),
  "the npm package deno is not installed",
)("Deno gives the same architectures and accuracies as Node", async () => {
  const permissions = ["--allow-read", "--allow-write", "--ignore-env"];
  const expected = results((await scratch.evoke("run", manifest, "--json", "--seeds", "4")).stdout);
  for (const workers of ["1", "2"]) {
    const args = ["run", ...permissions, join(root, "app/cli/evoke.ts"), "run", manifest, "--json", "--seeds", "4", "--workers", workers];
    const { status, stdout, stderr } = scratch.call(deno, args, root);
    assert.is(status, 0, stderr);
    assert.equal(results(stdout), expected);
  }
});

test("--set changes the manifest and with it the digest; --seeds and --workers change no digest", async () => {
  const digest = async (...args: string[]) =>
    JSON.parse((await scratch.evoke("run", manifest, "--json", "--seeds", "1", ...args)).stdout).digest;
  const base = await digest();
  assert.is(await digest("--workers", "2"), base);
  assert.is.not(await digest("--set", "/budget/queries=5"), base);
  assert.is.not(await digest("--set", "/controller/options/learningRate=0.5"), base);
});

test("--out keeps the runs; the second call does none again, and a longer one only what is new", async () => {
  const first = await scratch.evoke("run", manifest, "--json", "--out", "kept");
  const files = filesIn("kept");
  const again = await scratch.evoke("run", manifest, "--json", "--out", "kept");
  assert.is(again.stdout, first.stdout, "even the wall seconds are those of the runs that were done");
  assert.match(again.stderr, "6 of 6 runs are in");
  assert.equal(filesIn("kept"), files);
  const longer = await scratch.evoke("run", manifest, "--json", "--out", "kept", "--seeds", "8");
  assert.match(longer.stderr, "6 of 8 runs are in");
  assert.equal(results(longer.stdout).runs.slice(0, 6), results(first.stdout).runs);
});

/** How many runs an unfinished call has kept. */
const keptRuns = (out: string) => {
  try {
    return readFileSync(join(resultsFolder(out), "runs.partial.jsonl"), "utf8").split("\n").length - 1;
  } catch {
    return 0;
  }
};
const slow = ["--set", "/evaluator/options/milliseconds=8"];
await scratch.evoke("run", manifest, ...slow, "--out", "undisturbed");

for (const workers of ["1", "2"]) {
  test(`SIGINT keeps the finished runs of ${workers} worker(s) and exits 130; the same call ends in the same bytes`, async () => {
    const out = `interrupted-${workers}`;
    const args = ["run", manifest, ...slow, "--out", out, "--workers", workers];
    const { status, stderr } = await scratch.interrupt("SIGINT", () => keptRuns(out) >= 2, ...args);
    assert.is(status, 130, stderr);
    assert.match(stderr, /Interrupted\. [2-5] of 6 runs are kept in .*; the same command goes on from there\./);
    assert.is((await scratch.evoke(...args)).status, 0);
    assert.equal(filesIn(out), filesIn("undisturbed"));
  });

  test(`SIGKILL at any moment loses no run of ${workers} worker(s) that was done; the same call ends in the same bytes`, async () => {
    const out = `killed-${workers}`;
    const args = ["run", manifest, ...slow, "--out", out, "--workers", workers];
    for (const kept of [1, 2, 4]) await scratch.interrupt("SIGKILL", () => keptRuns(out) >= kept, ...args);
    assert.ok(keptRuns(out) >= 4 && keptRuns(out) < 6, `${keptRuns(out)} runs were kept`);
    assert.is((await scratch.evoke(...args)).status, 0);
    assert.equal(filesIn(out), filesIn("undisturbed"));
  });
}

test("a last line that a kill cut off is dropped, and its run done again", async () => {
  await scratch.evoke("run", manifest, "--out", "torn");
  const whole = filesIn("torn");
  const lines = whole["runs.jsonl"]!;
  scratch.write(join(resultsFolder("torn").slice(scratch.folder.length), "runs.jsonl"), lines.slice(0, lines.length - 40));
  const { stderr } = await scratch.evoke("run", manifest, "--out", "torn");
  assert.match(stderr, "5 of 6 runs are in");
  assert.equal(filesIn("torn"), whole);
});

test("a damaged line is told with file and line, and nothing is changed", async () => {
  await scratch.evoke("run", manifest, "--out", "damaged");
  const file = join(resultsFolder("damaged").slice(scratch.folder.length), "runs.jsonl");
  const lines = readFileSync(join(scratch.folder, file), "utf8").split("\n");
  lines[2] = "{ oops";
  scratch.write(file, lines.join("\n"));
  const { status, stderr } = await scratch.evoke("run", manifest, "--out", "damaged");
  assert.is(status, 2);
  assert.match(stderr, /runs\.jsonl, line 3: .*\n.*Nothing was changed/);
  assert.is(readFileSync(join(scratch.folder, file), "utf8"), lines.join("\n"));
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
  assert.match((await scratch.evoke(...failing)).stderr, "5 of 6 runs are in");
});

test("the recorder's record of each run replays to the very line of its result, for any number of workers", async () => {
  for (const workers of ["1", "2"]) {
    const out = `recorded-${workers}`;
    const { status, stderr } = await scratch.evoke("run", manifest, "--out", out, "--workers", workers, "--set", '/observers=["recorder"]');
    assert.is(status, 0, stderr);
    const records = [1, 2, 3, 4, 5, 6].map((seed) => join(resultsFolder(out), `events/${seed}.jsonl.gz`));
    assert.is((await scratch.evoke("replay", ...records)).stdout, filesIn(out)["runs.jsonl"]);
  }
});

test("the recorder without --out is refused, and says what to do", async () => {
  const { status, stderr } = await scratch.evoke("run", manifest, "--set", '/observers=["recorder"]');
  assert.is(status, 2);
  assert.match(stderr, /observer "recorder" \(built in\) at \/observers\/0 of .*toy\.json: it needs "output"\.\n.*--out DIR/);
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
    assert.match(
      stderr,
      /^The observer "grumpy" is detached, and the runs go on\. Cannot go on with observer "grumpy" \(grumpy\.js\) at \/observers\/0 of .*: its next\(\) threw: enough\n {2}Thrown at grumpy\.js:2:\d+\. .*\n$/,
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
  const centres = filesIn("source")
    ["runs.jsonl"]!.trim()
    .split("\n")
    .map((line) => JSON.parse(line).centres);
  const recorded = await scratch.evoke("run", transfer, "--out", "transferred", "--workers", "2", "--set", '/observers=["recorder"]');
  assert.is(recorded.status, 0, recorded.stderr);
  const runs = filesIn("transferred")
    ["runs.jsonl"]!.trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.is(runs.length, 6);
  for (const [i, { best }] of runs.entries()) {
    const count = (architecture: string) => architecture.split("nor_conv_3x3").length - 1;
    assert.ok(best.score >= Math.max(...centres[i].map(count)), "a transferred search starts from the centres of the other");
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
