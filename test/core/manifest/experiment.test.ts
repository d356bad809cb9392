import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import type { Change } from "../../../core/manifest/changes.ts";
import { readManifest } from "../../../core/manifest/experiment.ts";
import { listed, read, small, testCatalogue } from "../../experiments.ts";

const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error("it was taken");
    },
    (error: EvokeError) => error,
  );
const messageOf = async (manifest: object | string) => (await refused(read(manifest))).message;
const changed = (changes: readonly Change[], manifest: object = small) =>
  readManifest({
    file: "test.json",
    text: JSON.stringify(manifest),
    changes,
    catalogue: testCatalogue.map(listed),
    importModule: () => Promise.reject(new Error("tests import nothing")),
  });

test("defaults are filled in, and the result is frozen", async () => {
  const experiment = await read(small);
  assert.equal(experiment.resolved, {
    name: "small",
    plugins: [],
    space: { use: "tiny", options: {} },
    distance: { use: "hamming", options: {} },
    evaluator: { use: "separable", options: {} },
    failures: { retries: 0, remedy: "stop" },
    evaluations: "own",
    order: "as-proposed",
    subspaces: { count: 3, radius: 2, initial: { use: "random", options: {} }, accept: [{ use: "improvement", options: {} }] },
    controller: { use: "uniform", options: {} },
    middleware: [],
    reward: [{ use: "improvement", options: {} }],
    budget: { queries: 20, cost: { initial: "free", repeats: "charged", overshoot: true } },
    seeds: { first: 1, count: 1 },
    observers: [],
  });
  assert.throws(() => ((experiment.resolved as { name: string }).name = "x"), /read only/);
  assert.throws(() => ((experiment.failures as { retries: number }).retries = 1), /read only/);
});

test("constraints are slots of acceptance rules; left out, the resolved manifest has none", async () => {
  const { constraints, resolved } = await read({ ...small, constraints: ["never"] });
  assert.equal(
    constraints.map(({ pointer, plugin }) => [pointer, plugin.name]),
    [["/constraints/0", "never"]],
  );
  assert.equal((resolved as { constraints: unknown }).constraints, [{ use: "never", options: {} }]);
  assert.match(await messageOf({ ...small, constraints: ["nevr"] }), /acceptance "nevr" at \/constraints\/0.*\n.*Did you mean "never"/);
});

test("a search of the whole space learns from the absolute reward by default", async () => {
  const { rewards } = await read({ ...small, subspaces: undefined, controller: "random" });
  assert.equal(
    rewards.map(({ plugin }) => plugin.name),
    ["absolute"],
  );
});

test("a mistyped plugin name is told with its pointer and the name that was meant", async () => {
  assert.is(
    await messageOf({ ...small, controller: "gnn-lsmt" }),
    'Cannot load controller "gnn-lsmt" at /controller of test.json: no plugin has that name.\n  Did you mean "gnn-lstm"?  See all with: evoke plugins',
  );
});

test("every problem of the envelope is told at once, each with its pointer", async () => {
  const message = await messageOf({ ...small, budgett: 1, budget: { queries: -5 }, seeds: { first: 1.5 }, name: "Not A Name" });
  for (const line of [
    '/: unknown property "budgett". Did you mean "budget"?',
    "/budget/queries: must be >= 0; found -5",
    "/seeds/first: must be an integer; found 1.5",
    '/name: must match pattern "^[a-z0-9]+([-.][a-z0-9]+)*$"; found "Not A Name"',
  ]) {
    assert.ok(message.includes(`\n  ${line}`), `${line}\n is not in\n${message}`);
  }
  assert.match(message, "4 problems");
});

test("a missing slot, an empty budget, a slot of the wrong type and an unknown cost model are told", async () => {
  assert.match(await messageOf({ ...small, space: undefined }), 'the property "space" is missing');
  assert.match(await messageOf({ ...small, budget: {} }), '/budget: must be given "queries", or given "seconds"');
  assert.match(await messageOf({ ...small, controller: 7 }), '/controller: must be a string, or an object with "use"; found 7');
  assert.match(
    await messageOf({ ...small, budget: { queries: 1, cost: "oficial" } }),
    "/budget/cost: must be one of official, every-query, distinct",
  );
});

test("unknown and wrong options of a plugin are told with the pointer of the option", async () => {
  const message = await messageOf({ ...small, controller: { use: "gnn-lstm", options: { learningRte: 1, hidden: "many" } } });
  assert.match(message, '/controller/options: unknown property "learningRte". Did you mean "learningRate"?');
  assert.match(message, "/controller/options/hidden: must be an integer");
});

test("what is not JSON is told with line and column", async () => {
  assert.is(
    await messageOf('{\n  "name": "x",\n  nope\n}'),
    "Cannot read test.json as JSON: invalid symbol at line 3, column 3.\n" +
      "  Names and texts stand in double quotes; comments and a comma after the last member are allowed.",
  );
  assert.match(await messageOf("\uFFFD\uFFFD{\0}\0"), "Save it as UTF-8.");
  assert.match(await messageOf(""), "it is empty");
  assert.match(await messageOf("[]"), "/: must be an object");
  assert.match(await messageOf("null"), "/: must be an object");
});

test("a byte-order mark, CRLF, comments and trailing commas are read over", async () => {
  const text = JSON.stringify(small, null, 2).replaceAll("\n", "\r\n");
  const commented = `\uFEFF// small\r\n${text.replace('"budget"', '/* how long: */ "budget"').replace(/\r\n}$/, ",\r\n}")}\r\n`;
  assert.equal((await read(commented)).resolved, (await read(small)).resolved);
});

test("a member that is there twice is told with both places", async () => {
  const text = '{\r\n  "name": "x",\r\n  "budget": { "queries": 1, /* or */ "queries": 2 },\r\n  "name": "y", "name": "z"\r\n}';
  const twice = (pointer: string, first: string, again: string) =>
    `  ${pointer}: is there twice, at ${first} and at ${again}. Rename one of them, or take it out`;
  assert.is(
    await messageOf(text),
    [
      "Cannot use the manifest test.json: 3 problems.",
      twice("/budget/queries", "line 3, column 15", "line 3, column 38"),
      twice("/name", "line 2, column 3", "line 4, column 3"),
      twice("/name", "line 2, column 3", "line 4, column 16"),
    ].join("\n"),
  );
});

test("a plugin that needs subspaces is refused where the manifest has none", async () => {
  const error = await refused(read({ ...small, subspaces: undefined }));
  assert.is(error.code, "DEPENDENCY_MISSING");
  assert.match(error.message, /controller "uniform" \(built in\) at \/controller of test\.json: it needs "subspaces"/);
});

test("a budget of 0 queries is refused without subspaces, and where the first centres are charged", async () => {
  assert.is(
    await messageOf({ ...small, subspaces: undefined, controller: "random", budget: { queries: 0 } }),
    "Cannot use the manifest test.json: 1 problem.\n  /budget/queries: 0 evaluates the first centres only, and the manifest has no /subspaces. Take at least 1",
  );
  for (const cost of ["every-query", "distinct", { initial: "charged", repeats: "charged", overshoot: true }])
    assert.match(
      await messageOf({ ...small, budget: { queries: 0, cost } }),
      '/budget/queries: 0 evaluates the first centres only, and the cost model charges them. Take at least 1, or the cost model "official"',
    );
  assert.match(await messageOf({ ...small, budget: { queries: -1 } }), "/budget/queries");
  assert.is((await read({ ...small, budget: { queries: 0 } })).budget.queries, 0);
});

test("changes are put where their pointers say, before anything is checked", async () => {
  const { budget, controller, subspaces, seeds, rewards } = await changed([
    { pointer: "/budget/queries", value: 7 },
    { pointer: "/controller/use", value: "gnn-lstm" },
    { pointer: "/controller/options/learningRate", value: 0.5 },
    { pointer: "/subspaces/count", value: 2 },
    { pointer: "/seeds/count", value: 9 },
    { pointer: "/reward", value: ["absolute"] },
    { pointer: "/reward/-", value: "improvement" },
  ]);
  assert.is(budget.queries, 7);
  assert.is((controller.options as { learningRate: number }).learningRate, 0.5);
  assert.is(subspaces!.count, 2);
  assert.is(seeds.count, 9);
  assert.equal(
    rewards.map(({ plugin }) => plugin.name),
    ["absolute", "improvement"],
  );
});

test("a pointer that leads nowhere is told", async () => {
  for (const [pointer, message] of [
    ["budget/queries", /Cannot read "budget\/queries" as a JSON pointer/],
    ["/budget/queries/x", /there is nothing at \/budget\/queries\/x/],
    ["/budgett/queries", /unknown property "budgett"\. Did you mean "budget"/],
    ["/plugins/3", /there is nothing at \/plugins\/3/],
    ["/__proto__/x", /unknown property "__proto__"/],
  ] as const) {
    assert.match((await refused(changed([{ pointer, value: 1 }], { ...small, plugins: [] }))).message, message);
  }
});

test("null takes away what is optional; what is required the schema then misses, and what is not there is told", async () => {
  const without = async (pointer: string, manifest: object = small) => (await changed([{ pointer, value: null }], manifest)).resolved;
  const whole = { ...small, controller: "random", question: "Why?", constraints: ["never", "improvement"] };
  assert.not("question" in (await without("/question", whole)));
  assert.not("subspaces" in (await without("/subspaces", whole)));
  assert.equal(((await without("/distance", { ...small, distance: { use: "odd" } })) as { distance: object }).distance, {
    use: "hamming",
    options: {},
  });
  assert.equal(((await without("/constraints/1", whole)) as { constraints: object }).constraints, [{ use: "never", options: {} }]);
  const message = async (pointer: string) => (await refused(changed([{ pointer, value: null }], whole))).message;
  assert.match(await message("/space"), 'the property "space" is missing');
  assert.match(await message("/budget/queries"), '/budget: must be given "queries", or given "seconds"');
  assert.is(
    await message("/subspaces/raduis"),
    'Cannot take /subspaces/raduis away from test.json: it is not there.\n  Did you mean "radius"?',
  );
  assert.match(await message("/nowhere/at/all"), "Cannot take /nowhere/at/all away from test.json: it is not there");
  assert.match(await message("/constraints/2"), "it is not there");
});

const importing = (exports: object) =>
  readManifest({
    file: "test.json",
    text: JSON.stringify({ ...small, plugins: ["./mine.js"], reward: ["mine"] }),
    catalogue: testCatalogue.map(listed),
    importModule: async () => ({ exports, version: "abc", module: { file: "mine.js", url: "file:///mine.js" } }),
  });
const mine = {
  kind: "reward",
  name: "mine",
  summary: "Mine",
  options: { type: "object" },
  needs: [],
  create: () => ({ shape: (r: number) => r }),
};

test("a module's default, named and listed exports are plugins", async () => {
  for (const exports of [{ default: mine }, { mine, helper: 7 }, { default: [mine] }]) {
    const { rewards } = await importing(exports);
    assert.is(rewards[0]!.plugin.name, "mine");
    assert.is(rewards[0]!.version, "abc");
  }
});

test("a module without a plugin, a malformed plugin and a second one of a name are refused with the reason and the place", async () => {
  for (const [exports, message] of [
    [{ default: () => 1 }, /^Cannot use the module "\.\/mine\.js" at \/plugins\/0 of test\.json: it exports no plugin/],
    [{ default: { ...mine, create: 1 } }, /^Cannot use reward "mine" \(\.\/mine\.js\) at \/plugins\/0 of test\.json: its "create" must be/],
    [{ default: { ...mine, name: "absolute" } }, /there is a reward of that name already/],
  ] as const) {
    assert.match((await refused(importing(exports))).message, message);
  }
});

test.run();
