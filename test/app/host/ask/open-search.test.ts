/**
 * Searches that a program drives. What they find is compared with what `runExperiment` finds where the outcomes that are
 * told are those of the look-up.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openExperiment } from "../../../../app/host/experiment.ts";
import { type Asked, openSearch, runExperiment, type Search } from "../../../../app/host/index.ts";
import type { Measurement } from "../../../../core/plugin/evaluator.ts";
import type { SearchEvent } from "../../../../core/record/events.ts";
import { OUTSIDE_A_RUN } from "../../../../core/search/evaluations.ts";
import { root, Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const aseNas = join(root, "manifests/ase-nas.json");
const set = { "/budget/queries": 30, "/seeds/count": 2 };
let outs = 0;
const newOut = () => join(scratch.folder, `out-${++outs}`);

/** The look-up of a manifest. */
async function lookUpOf(file: string): Promise<(asked: Asked) => Measurement> {
  const { composition } = await openExperiment({ file, changes: [] });
  const { run } = await composition.run(1);
  return ({ components }) => run.evaluator.evaluate(components, undefined, OUTSIDE_A_RUN) as Measurement;
}
const lookUp = await lookUpOf(aseNas);

/** A search without any evaluator of its own. */
const told = {
  name: "told",
  space: "nas-bench-201",
  evaluator: { use: "told", options: { metric: { name: "accuracy", dataset: "mine", epochs: 9, unit: "percent" }, concurrency: 3 } },
  controller: "random",
  budget: { queries: 6 },
  seeds: { first: 1, count: 1 },
};
/** Follows from the architecture alone. */
const scoreOf = ({ components }: Asked) => components.reduce((sum, operation, i) => sum + operation * (i + 1), 0);

async function drive(search: Search, tell: (asked: Asked) => void): Promise<number[]> {
  const queries: number[] = [];
  for (let asked = await search.ask(); asked; asked = await search.ask()) {
    queries.push(asked.query);
    tell(asked);
  }
  return queries;
}
/** Asks for all that may be under way. */
async function askAll(search: Search, count: number): Promise<Asked[]> {
  const all: Asked[] = [];
  for (let i = 0; i < count; i++) all.push((await search.ask())!);
  return all;
}
async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
    return "nothing is thrown";
  } catch (error) {
    return (error as { code: string }).code;
  }
}
const withoutWall = <T extends { wallSeconds: number }>({ wallSeconds: _, ...run }: T) => run;

test("a look-up that is told finds what it finds by itself, first centres included, and is kept as the same run", async () => {
  const out = newOut();
  const expected = (await runExperiment(aseNas, { set, workers: 1 })).runs;
  const found = [];
  for (const seed of [1, 2]) {
    const search = await openSearch(aseNas, { set, out, seed });
    const queries = await drive(search, (asked) => search.tell(asked.query, lookUp(asked)));
    assert.equal(queries, [-1, -2, -3, -4, ...Array.from({ length: 30 }, (_, i) => i)]);
    found.push(await search.finish());
  }
  assert.equal(found.map(withoutWall), expected.map(withoutWall));
  const kept = await runExperiment(aseNas, { set, out, workers: 1 });
  assert.equal(kept.runs, found, "the runs are found, with their seconds");
  assert.ok(existsSync(join(out, "ase-nas", "matrix.json")));
});

test("a search that is finished has nothing to ask for, and gives its run again", async () => {
  const out = newOut();
  const first = await openSearch(told, { out });
  await drive(first, (asked) => first.tell(asked.query, { score: scoreOf(asked), seconds: 1 }));
  const run = await first.finish();
  const second = await openSearch(told, { out });
  assert.is(await second.ask(), undefined);
  assert.is(await codeOf(() => second.tell(2, { score: 1 })), "TOLD_ALREADY");
  assert.is(await codeOf(() => second.tell(6, { score: 1 })), "SEARCH_OVER");
  assert.equal(await second.finish(), run);
});

test("ask() says what is to be evaluated; a folder is there where results are kept", async () => {
  const search = await openSearch(told);
  const { signal, progress: _, ...asked } = (await search.ask())!;
  assert.not.ok(signal.aborted);
  const { architecture, components, choices, named, operations, ...rest } = asked;
  assert.equal(rest, { evoke: 1, query: 0, fidelity: 9, seed: 1, attempt: 1, folder: null, previous: null });
  assert.equal(operations, ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]);
  assert.equal(
    choices,
    components.map((one) => operations![one]),
  );
  assert.is(named["0 → 1"], choices[0]);
  assert.is(architecture.split("~").length, 7);
  await search.close();
  assert.ok(signal.aborted);
  const kept = await openSearch(told, { out: newOut() });
  assert.ok(existsSync((await kept.ask())!.folder!));
  await kept.close();
});

test("ask() waits while all that may be under way is, and goes on when something is told", async () => {
  const search = await openSearch(told);
  const [first] = await askAll(search, 3);
  let fourth: Asked | undefined;
  const asking = search.ask().then((asked) => (fourth = asked));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is(fourth, undefined);
  search.tell(first!.query, { score: 1 });
  await asking;
  assert.is(fourth?.query, 3);
  await search.close();
});

test("all first centres, and then a whole batch of the controller, can be asked for at once, whatever the evaluator", async () => {
  const search = await openSearch(aseNas, { set: { ...set, "/controller/options/batch": 5 } });
  const centres = await askAll(search, 4);
  for (const asked of centres.reverse()) search.tell(asked.query, lookUp(asked));
  const batch = await askAll(search, 5);
  assert.equal(
    batch.map(({ query }) => query),
    [0, 1, 2, 3, 4],
  );
  const tells = batch.map((asked) => search.tell(asked.query, lookUp(asked)));
  assert.is((await search.ask())!.query, tells.length);
  await search.close();
});

test("outcomes that are told out of order are learned from in the order of the proposals", async () => {
  const learned: number[] = [];
  const onEvent = (event: SearchEvent) => event.type === "policy.updated" && learned.push(event.query);
  const search = await openSearch(told, { types: ["policy.updated"], onEvent });
  const [a, b, c] = await askAll(search, 3);
  search.tell(c!.query, { score: 3 });
  search.tell(b!.query, { score: 2 });
  await new Promise(setImmediate);
  assert.equal(learned, []);
  search.tell(a!.query, { score: 1 });
  await search.ask();
  assert.equal(learned, [0, 1, 2]);
  await search.close();
});

test('with "order": "as-finished" the order of the tells counts, also when the search is opened again', async () => {
  const out = newOut();
  const learned: number[] = [];
  const onEvent = (event: SearchEvent) => event.type === "policy.updated" && learned.push(event.query);
  const options = { set: { "/order": "as-finished" }, types: ["policy.updated"] as const, onEvent, out };
  const search = await openSearch(told, options);
  const [a, b, c] = await askAll(search, 3);
  for (const asked of [c, a]) search.tell(asked!.query, { score: scoreOf(asked!) });
  const next = await askAll(search, 2);
  assert.equal(
    next.map(({ query }) => query),
    [3, 4],
  );
  search.tell(4, { score: 4 });
  search.tell(b!.query, { score: 2 });
  await new Promise(setImmediate);
  assert.equal(learned, [2, 0, 4, 1]);
  await search.close();
  learned.length = 0;
  const again = await openSearch(told, options);
  assert.equal(
    (await askAll(again, 2)).map(({ query }) => query),
    [3, 5],
  );
  assert.equal(learned, [2, 0, 4, 1]);
  await again.close();
});

test("what was told before a kill is never asked for again, and the result is that of an undisturbed search", async () => {
  const out = newOut();
  const log = scratch.write("told.log", "");
  const evaluator = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };
  const lookedUp = { ...told, evaluator }; // cheap evaluations are kept in portions where they are not told
  // Tells in one go, and is gone in the same moment: nothing of it has reached the search.
  const program = scratch.write(
    "program.mjs",
    `import { appendFileSync } from "node:fs";
    import { openSearch } from ${JSON.stringify(pathToFileURL(join(root, "dist/app/host/index.js")).href)};
    const search = await openSearch(${JSON.stringify(lookedUp)}, { out: ${JSON.stringify(out)} });
    let tells = 0;
    for (let asked = await search.ask(); asked; asked = await search.ask()) {
      search.tell(asked.query, { score: asked.components.reduce((sum, operation, i) => sum + operation * (i + 1), 0), seconds: 1 });
      appendFileSync(${JSON.stringify(log)}, asked.query + " ");
      if (++tells === 2) process.kill(process.pid, "SIGKILL");
    }
    console.log(JSON.stringify(await search.finish()));`,
  );
  const calls = [1, 2, 3, 4].map(() => scratch.call(process.execPath, [program]));
  assert.equal(
    calls.map(({ stdout }) => stdout !== ""),
    [false, false, false, true],
    calls.at(-1)!.stderr,
  );
  assert.is(readFileSync(log, "utf8"), "0 1 2 3 4 5 ");
  const undisturbed = await openSearch(lookedUp);
  await drive(undisturbed, (asked) => undisturbed.tell(asked.query, { score: scoreOf(asked), seconds: 1 }));
  assert.equal(withoutWall(JSON.parse(calls[3]!.stdout)), withoutWall(await undisturbed.finish()));
});

test("what was asked and not told is asked again when the search is opened again", async () => {
  const out = newOut();
  const first = await openSearch(told, { out });
  const [a] = await askAll(first, 3);
  first.tell(a!.query, { score: 1, metrics: { latency: 3 } });
  assert.is((await first.ask())!.query, 3);
  await first.close();
  const measured: unknown[] = [];
  const onEvent = (event: SearchEvent) => event.type === "architecture.evaluated" && measured.push([event.score, event.metrics]);
  const second = await openSearch(told, { out, types: ["architecture.evaluated"], onEvent });
  assert.equal(
    (await askAll(second, 3)).map(({ query }) => query),
    [1, 2, 3],
  );
  assert.equal(measured, [[1, { latency: 3 }]]);
  await second.close();
});

test("an evaluation that has failed is tried again, then rejected, as the manifest says; its tries outlast the process", async () => {
  const out = newOut();
  const first = await openSearch(told, { out });
  assert.is((await first.ask())!.query, 0);
  first.tell(0, { failed: "out of memory", log: "…" });
  const tries = [(await first.ask())!, (await first.ask())!, (await first.ask())!];
  assert.equal(tries.map(({ query, attempt }) => `${query} ${attempt}`).sort(), ["0 2", "1 1", "2 1"]);
  await first.close();
  const failures: unknown[] = [];
  const onEvent = (event: SearchEvent) =>
    event.type === "evaluation.failed" && failures.push([event.query, event.attempt, event.reason, event.remedy]);
  const second = await openSearch(told, { out, types: ["evaluation.failed"], onEvent });
  const asked: string[] = [];
  await drive(second, (one) => {
    asked.push(`${one.query} ${one.attempt}`);
    second.tell(one.query, one.query === 0 ? { failed: "again" } : { score: 1 });
  });
  assert.ok(asked.includes("0 2") && !asked.includes("0 1"), asked.join(", "));
  const { queries, failed } = await second.finish();
  assert.equal([queries, failed], [6, 1]);
  assert.equal(failures, [
    [0, 1, "out of memory", "retry"],
    [0, 2, "again", "reject"],
  ]);
});

test('with "remedy": "stop" a failure ends the search with its reason; opened again, it asks for that evaluation again', async () => {
  const out = newOut();
  const options = { out, set: { "/failures": { retries: 1, remedy: "stop" } } };
  const first = await openSearch(told, options);
  first.tell((await first.ask())!.query, { score: 1 });
  const [one, other] = await askAll(first, 2);
  first.tell(one!.query, { failed: "boom" });
  await new Promise(setImmediate);
  first.tell((await first.ask())!.query, { score: 3 });
  const retried = (await first.ask())!;
  assert.is(retried.attempt + retried.query, 3);
  first.tell(retried.query, { failed: "boom again" });
  assert.is(await first.ask(), undefined);
  first.tell(other!.query, { score: 2 }); // whoever was at it has done nothing wrong
  const error = await first.finish().catch((error) => error);
  assert.is(error.code, "SEARCH_STOPPED");
  assert.match(error.message, /query 1 failed.*boom again/s);
  const second = await openSearch(told, options);
  const { query, attempt } = (await second.ask())!;
  assert.equal([query, attempt], [1, 1]);
  await second.close();
});

test("a first centre that is rejected is replaced by another, which is asked for", async () => {
  const search = await openSearch(aseNas, { set: { ...set, "/budget/queries": 5, "/failures": { retries: 0, remedy: "reject" } } });
  const queries = await drive(search, (asked) => search.tell(asked.query, asked.query === -2 ? { failed: "unlucky" } : lookUp(asked)));
  assert.equal(queries, [-1, -2, -3, -4, -5, 0, 1, 2, 3, 4]);
  const { failed } = await search.finish();
  assert.is(failed, 1);
});

test("what comes after the budget is spent is dropped, if it was asked for", async () => {
  const search = await openSearch(told, { out: newOut(), set: { "/budget": { seconds: 10, cost: "distinct" } } });
  const [a, b, c] = await askAll(search, 3);
  search.tell(a!.query, { score: 1, seconds: 5 });
  search.tell(b!.query, { score: 2, seconds: 20 });
  await search.ask();
  assert.is(await search.ask(), undefined);
  assert.ok(c!.signal.aborted);
  search.tell(c!.query, { score: 3 });
  assert.is(await codeOf(() => search.tell(9, { score: 2 })), "SEARCH_OVER");
  assert.equal((await search.finish()).best.score, 1);
});

test("the seconds since it was asked for are charged where none are told, and what progress() was told is the curve", async () => {
  let evaluated: SearchEvent | undefined;
  const onEvent = (event: SearchEvent) => (evaluated ??= event);
  const search = await openSearch(told, { types: ["architecture.evaluated"], onEvent });
  const asked = (await search.ask())!;
  assert.ok(asked.progress(1, 50));
  await new Promise((resolve) => setTimeout(resolve, 30));
  search.tell(asked.query, { score: 51 });
  await new Promise(setImmediate);
  const { charged, curve } = evaluated as SearchEvent & { type: "architecture.evaluated" };
  assert.ok(charged.seconds >= 0.02, `${charged.seconds} seconds are charged`);
  assert.equal(curve, [{ epoch: 1, value: 50 }]);
  await search.close();
});

test("evaluations that runs share are asked for once", async () => {
  const centres = ["none", "skip_connect"].map((name) => `|${name}~0|+|${name}~0|${name}~1|+|${name}~0|${name}~1|${name}~2|`);
  const subspaces = { count: 2, radius: 2, initial: { use: "given", options: { architectures: centres } } };
  const sharing = { ...told, evaluations: "shared", subspaces, controller: "uniform", seeds: { first: 1, count: 2 } };
  const out = newOut();
  const askedBy = async (seed: number) => {
    const search = await openSearch(sharing, { out, seed });
    const queries = await drive(search, (one) => {
      assert.is(one.seed, 0, "what is shared must not depend on who asks for it");
      search.tell(one.query, { score: scoreOf(one), seconds: 1 });
    });
    await search.finish();
    return queries;
  };
  assert.equal((await askedBy(1)).slice(0, 3), [-1, -2, 0]);
  assert.is((await askedBy(2))[0], 0, "its first centres are known");
});

test("what cannot be told says why, and changes nothing", async () => {
  const search = await openSearch(told);
  assert.is(await codeOf(() => search.tell(0, { score: 1 })), "NOT_ASKED");
  await search.ask();
  assert.is(await codeOf(() => search.tell(1, { score: 1 })), "NOT_ASKED");
  const wrong: unknown[] = [
    ...[{ score: Number.NaN }, { score: "90" }, {}, null, 90, { score: 1, seconds: -1 }, { score: 1, metrics: { a: "b" } }],
    ...[{ failed: "" }, { failed: 3 }, { score: 1, failed: "it" }, { score: 1, curve: [{ epoch: 1 }] }, { failed: "it", log: 3 }],
  ];
  for (const outcome of wrong) {
    const code = await codeOf(() => search.tell(0, outcome as { score: number }));
    assert.is(code, "OUTCOME_INVALID", JSON.stringify(outcome));
  }
  const unfinished = await search.finish().catch((error) => error);
  assert.is(unfinished.code, "SEARCH_UNFINISHED");
  assert.match(unfinished.message, /query 0/);
  search.tell(0, { score: 1 });
  assert.is(await codeOf(() => search.tell(0, { score: 1 })), "TOLD_ALREADY");
  await search.close();
  assert.is(await search.ask(), undefined);
  assert.is(await codeOf(() => search.tell(1, { score: 1 })), "SEARCH_OVER");
});

test("an outcome must have each further metric that the evaluator declares", async () => {
  const metrics = { latency: { unit: "ms", goal: "minimise" } };
  const evaluator = { ...told.evaluator, options: { ...told.evaluator.options, metrics } };
  const search = await openSearch({ ...told, evaluator });
  await search.ask();
  const lacking = await Promise.resolve()
    .then(() => search.tell(0, { score: 1, metrics: { energy: 2 } }))
    .catch((error) => error);
  assert.is(lacking.code, "OUTCOME_INVALID");
  assert.match(lacking.message, /"latency"/);
  search.tell(0, { score: 1, metrics: { latency: 2 } });
  await search.close();
});

test("a program that asks for more and does nothing about what it has is told so, not left to hang", () => {
  const program = scratch.write(
    "idle.mjs",
    `import { openSearch } from ${JSON.stringify(pathToFileURL(join(root, "dist/app/host/index.js")).href)};
    const search = await openSearch(${JSON.stringify(told)});
    try {
      for (;;) await search.ask();
    } catch (error) {
      console.log(error.code, error.message);
    }`,
  );
  const { status, stdout } = scratch.call(process.execPath, [program]);
  assert.is(status, 0);
  assert.match(stdout, /^OUTCOMES_UNTOLD .*queries 0, 1, 2\./s);
});

test("the evaluator told says how it is driven where a run is to be done", async () => {
  const error = await runExperiment(told).catch((error) => error);
  assert.is(error.code, "TOLD_ONLY");
  assert.match(error.message, /evoke ask/);
});

test.run();
