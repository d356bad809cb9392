/**
 * `evoke ask` and `evoke tell`, each call a process of its own for what it knows: all is in the store.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { claimRun, openRun } from "../../../../../app/host/ask/open.ts";
import { openExperiment } from "../../../../../app/host/experiment.ts";
import type { Measurement } from "../../../../../core/plugin/evaluator.ts";
import { OUTSIDE_A_RUN } from "../../../../../core/search/evaluations.ts";
import { type Called, root, Scratch } from "../../command.ts";

const scratch = new Scratch();
const aseNas = join(root, "manifests/ase-nas.json");
const told = {
  name: "told",
  space: "nas-bench-201",
  evaluator: { use: "told", options: { metric: { name: "accuracy", dataset: "mine", epochs: 9, unit: "percent" }, concurrency: 3 } },
  controller: "random",
  budget: { queries: 5 },
  seeds: { first: 1, count: 2 },
};
const manifest = scratch.write("told.json", told);
let outs = 0;
const newOut = () => `out-${++outs}`;

/** Calls `ask` or `tell` on a store. */
const on = (out: string, file = manifest) => {
  const call =
    (command: string) =>
    (...args: string[]) =>
      scratch.evoke(command, file, ...args, "--out", out);
  return { ask: call("ask"), tell: call("tell") };
};
/** A process of its own, beside others. */
async function beside(...args: string[]): Promise<Called> {
  const child = spawn(process.execPath, [scratch.command, ...args], { cwd: scratch.folder, env: scratch.env });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  const [status] = await once(child, "close");
  return { status, stdout, stderr };
}
const queryOf = ({ stdout, stderr }: Called): number => {
  assert.ok(stdout.endsWith("}\n"), stderr);
  return JSON.parse(stdout).query;
};

test("a look-up that is asked and told by calls finds what `evoke run` finds, and the run is kept as that one", async () => {
  const changes = ["--set", "/budget/queries=6", "--set", "/seeds/count=1"];
  const { composition } = await openExperiment({ file: aseNas, changes: [] });
  const { run } = await composition.run(1);
  const { ask, tell } = on("look-up", aseNas);
  const asked: number[] = [];
  for (let called = await ask(...changes); called.status === 0; called = await ask(...changes)) {
    const { query, components } = JSON.parse(called.stdout);
    asked.push(query);
    const { score, seconds } = run.evaluator.evaluate(components, undefined, OUTSIDE_A_RUN) as Measurement;
    const { status, stdout, stderr } = await tell(called.stdout, "--score", `${score}`, "--seconds", `${seconds}`, ...changes);
    assert.equal([status, stdout], [0, ""], stderr);
    assert.is(stderr.startsWith("The search of seed 1 is over"), query === 5);
  }
  assert.equal(asked, [-1, -2, -3, -4, 0, 1, 2, 3, 4, 5]);
  assert.ok(existsSync(join(scratch.folder, "look-up/ase-nas/matrix.json")));
  const runs = async (out: string) => {
    const { stdout, stderr } = await scratch.evoke("run", aseNas, "--json", "--out", out, ...changes);
    return { stderr, runs: JSON.parse(stdout).runs.map(({ wallSeconds: _, ...run }: { wallSeconds: number }) => run) };
  };
  const [told, looked] = [await runs("look-up"), await runs("undisturbed")];
  assert.equal(told.runs, looked.runs);
  assert.match(told.stderr, "1 of them there already");
  assert.is((await scratch.evoke("report", "look-up/ase-nas", "--quiet")).status, 0);
});

test("`ask` prints one line, the same that the evaluator `command` hands to its program, with the query", async () => {
  const out = newOut();
  const { status, stdout, stderr } = await on(out).ask();
  assert.equal([status, stderr, stdout.split("\n").length], [0, "", 2]);
  const { architecture, components, choices, named, operations, folder, ...rest } = JSON.parse(stdout);
  assert.equal(rest, { evoke: 1, query: 0, fidelity: 9, seed: 1, attempt: 1, previous: null });
  assert.equal(Object.values(named), choices);
  assert.equal(
    choices,
    components.map((one: number) => operations[one]),
  );
  assert.is(architecture.split("~").length, 7);
  assert.ok(folder.startsWith(join(scratch.folder, out)) && existsSync(folder));
});

test("a call waits while another one is at the run", async () => {
  const out = newOut();
  const run = await openRun({ file: manifest, changes: [] }, { out: join(scratch.folder, out) });
  const release = await claimRun(run);
  const asking = [1, 2].map(() => beside("ask", manifest, "--out", out));
  await new Promise((resolve) => setTimeout(resolve, 3000)); // by then they are there
  assert.equal(run.store.asked.of(run.digest, run.seed), []);
  release();
  assert.equal((await Promise.all(asking)).map(queryOf).sort(), [0, 1]);
  run.store.close();
});

test("calls at once get different evaluations, and each of the outcomes that are told at once counts", async () => {
  const out = newOut();
  const asked = await Promise.all([1, 2, 3].map(() => beside("ask", manifest, "--out", out)));
  const queries = asked.map(queryOf);
  assert.equal(queries.sort(), [0, 1, 2]);
  const tells = await Promise.all(queries.map((query) => beside("tell", manifest, `${query}`, "--score", "1", "--out", out)));
  assert.equal(
    tells.map(({ status }) => status),
    [0, 0, 0],
    tells.map(({ stderr }) => stderr).join(""),
  );
  assert.is(queryOf(await on(out).ask()), 3);
});

test("`ask` ends with status 3 while all that may be under way is, and with 4 when the search is over", async () => {
  const { ask, tell } = on(newOut());
  for (const query of [0, 1, 2]) assert.is(queryOf(await ask()), query);
  const { status, stdout, stderr } = await ask();
  assert.equal([status, stdout, stderr.split("\n").length], [3, "", 2]);
  assert.match(stderr, "queries 0, 1, 2");
  await tell("1", "--score", "1");
  assert.is((await ask()).status, 3, "what is learned from first is not told yet");
  for (const query of [0, 2]) await tell(`${query}`, "--score", `${query}`);
  assert.equal([queryOf(await ask()), queryOf(await ask())], [3, 4]);
  await tell("3", "--score", "3");
  assert.match((await tell("4", "--score", "-3.5e1")).stderr, /^The search of seed 1 is over: 3 after 5 queries/);
  const over = await ask();
  assert.equal([over.status, over.stdout], [4, ""]);
  assert.match(over.stderr, "evoke report");
});

test("`ask --again` gives out what has been under way longest, each in turn", async () => {
  const { ask, tell } = on(newOut());
  assert.is((await ask("--again")).status, 3, "nothing is under way");
  const [first] = [await ask(), await ask()];
  const again = await ask("--again");
  assert.is(again.stdout, first.stdout);
  assert.is(queryOf(await ask("--again")), 1);
  assert.is(queryOf(await ask("--again")), 0);
  assert.is(queryOf(await ask()), 2, "those that were given out again are no new ones");
  await tell("0", "--score", "1");
  assert.is((await tell("0", "--score", "2")).status, 2);
});

test("`ask --wait` waits until something is told", async () => {
  const out = newOut();
  const { ask, tell } = on(out);
  for (const _ of [0, 1, 2]) await ask();
  assert.is((await ask("--wait", "0.1")).status, 3);
  const waiting = beside("ask", manifest, "--wait", "--out", out);
  await tell("2", "--failed", "it was moved to another machine");
  const { stdout } = await waiting;
  assert.equal([JSON.parse(stdout).query, JSON.parse(stdout).attempt], [2, 2]);
});

test("what has failed is asked for again, and then rejected", async () => {
  const { ask, tell } = on(newOut());
  const first = await ask();
  const failed = await tell(first.stdout, "--failed", "out of memory");
  assert.equal([failed.status, failed.stdout], [0, ""]);
  assert.match(failed.stderr, "attempt 2");
  const stale = await tell(first.stdout, "--score", "3");
  assert.is(stale.status, 2);
  assert.match(stale.stderr, "told already");
  const next = [await ask(), await ask(), await ask()].map(({ stdout }) => JSON.parse(stdout));
  assert.equal(next.map(({ query, attempt }) => `${query} ${attempt}`).sort(), ["0 2", "1 1", "2 1"]);
  const rejected = await tell("0", "--failed", "out of memory again");
  assert.equal([rejected.status, rejected.stderr], [0, ""]);
  assert.is(queryOf(await ask()), 3);
});

test('with "remedy": "stop" the call that tells of a failure ends with status 1, and the evaluation is asked for again', async () => {
  const stopping = scratch.write("stopping.json", { ...told, failures: { retries: 0, remedy: "stop" } });
  const { ask, tell } = on(newOut(), stopping);
  await ask();
  const { status, stderr } = await tell("0", "--failed", "the disk is full");
  assert.is(status, 1);
  assert.match(stderr, /query 0 failed.*the disk is full/s);
  assert.is(queryOf(await ask()), 0);
  assert.is((await tell("0", "--score", "1")).status, 0);
});

test("an outcome that comes when the search does not want it any more is dropped, and says so", async () => {
  const short = scratch.write("short.json", { ...told, budget: { seconds: 10, cost: "distinct" } });
  const { ask, tell } = on(newOut(), short);
  for (const _ of [0, 1, 2]) await ask();
  await tell("0", "--score", "1", "--seconds", "5");
  assert.match((await tell("1", "--score", "1", "--seconds", "20")).stderr, "is over");
  const late = await tell("2", "--score", "9");
  assert.is(late.status, 0);
  assert.match(late.stderr, "does not want");
  const wrong = await tell("7", "--score", "9");
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, "the search is over");
});

test("each seed is a search of its own, and the metrics that are told are kept", async () => {
  const out = newOut();
  const { ask, tell } = on(out);
  const [one, two] = [await ask(), await ask("--seed", "2")].map(({ stdout }) => JSON.parse(stdout));
  assert.equal([one.query, two.query, two.seed], [0, 0, 2]);
  assert.not.equal(one.architecture, two.architecture);
  assert.is((await tell("0", "--score", "1", "--metrics", '{"latency": 3}', "--seed", "2")).status, 0);
  assert.is((await tell("0", "--score", "1")).status, 0, "that of the first seed was not told");
});

test("every wrong call ends with status 2, says what is wrong, and changes nothing", async () => {
  const { ask, tell } = on(newOut());
  await ask();
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["0"], /--score X, or --failed REASON/],
    [["0", "--score", "good"], /--score "good": expected a finite number/],
    [["0", "--score", "NaN"], /finite number/],
    [["0", "--score", "1", "--seconds", "-1"], /from 0 as "seconds"/],
    [["0", "--score", "1", "--metrics", "latency=3"], /--metrics/],
    [["0", "--score", "1", "--metrics", '{"latency": "3 ms"}'], /metrics/],
    [["0", "--failed", "it", "--score", "1"], /Cannot use --score here/],
    [["0", "--failed", " "], /reason/],
    [["first", "--score", "1"], /QUERY "first"/],
    [['{"query": 0}', "--score", "1"], /the line that evoke ask has printed/],
    [["1", "--score", "1"], /query 1: it was not asked for.*not told: query 0/s],
    [["-1", "--score", "1"], /query -1: it was not asked for/],
    [["0", "--score", "1", "--seed", "9"], /seed "9": expected one of the manifest's seeds, 1 to 2/],
    [["0", "--score", "1", "--seed", "one"], /--seed "one"/],
  ];
  for (const [args, expected] of cases) {
    const { status, stdout, stderr } = await tell(...args);
    assert.equal([status, stdout], [2, ""], args.join(" "));
    assert.match(stderr, expected);
  }
  for (const wait of ["soon", "-1"]) assert.match((await ask("--wait", wait)).stderr, /--wait/);
  assert.is((await tell("0", "--score", "1")).status, 0);
  const { status, stderr } = await scratch.evoke("run", manifest);
  assert.is(status, 2);
  assert.match(stderr, "evoke ask and evoke tell");
});

test.run();
