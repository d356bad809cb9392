import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changesOf, count } from "../../../app/cli/arguments.ts";
import { loadExperiment, loadMatrix, loadTabulation, openExperiment } from "../../../app/host/experiment.ts";
import { EvokeError } from "../../../core/errors/index.ts";
import { shortRun } from "../../contracts/index.ts";
import { root, Scratch, toy, toyEvaluator } from "./command.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const manifest = scratch.write("toy.json", toy);

/** Exit status 2, one message that matches, and no stack trace. */
async function refused(message: RegExp, ...args: string[]): Promise<void> {
  const { status, stdout, stderr } = await scratch.evoke(...args);
  assert.is(status, 2, `${args.join(" ")}\n${stdout}${stderr}`);
  assert.match(stderr, message);
  assert.not.match(stderr, /^\s+at /m);
  assert.is(stdout, "");
}

/** The same error without a process: what the command would say. */
async function thrown(message: RegExp, act: () => unknown): Promise<void> {
  const error = await (async () => act())().then(
    () => undefined,
    (error) => error,
  );
  assert.instance(error, EvokeError);
  assert.match(`${error.message}\n`, message);
}

/** Ways to spoil a right manifest. */
const wrong = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant([1]),
  fc.constant({ a: 1 }),
  fc.constant(""),
);
const slots = ["space", "distance", "evaluator", "controller"] as const;
const text = (value: unknown) => JSON.stringify(value);
const spoilt: fc.Arbitrary<string> = fc.oneof(
  // wrong types
  fc
    .tuple(fc.constantFrom(...slots, "budget", "subspaces", "reward", "observers", "name", "plugins"), wrong)
    .filter(
      ([key, value]) =>
        !(["reward", "observers", "plugins"].includes(key) && Array.isArray(value) && value.length === 0 && key !== "reward"),
    )
    .map(([key, value]) => text({ ...toy, [key]: value })),
  // unknown names and options
  fc.tuple(fc.constantFrom(...slots), fc.stringMatching(/^[a-z]{3,12}$/)).map(([key, name]) => text({ ...toy, [key]: `no-${name}` })),
  fc.stringMatching(/^[a-z]{3,12}$/).map((option) => text({ ...toy, controller: { use: "gnn-lstm", options: { [`${option}X`]: 1 } } })),
  fc.stringMatching(/^[a-z]{3,12}$/).map((property) => text({ ...toy, [`${property}X`]: 1 })),
  // missing slots
  fc
    .constantFrom("name", "space", "evaluator", "controller", "budget", "subspaces", "plugins")
    .map((key) => text({ ...toy, [key]: undefined })),
  // test metrics
  fc
    .constantFrom({ split: "test" }, { split: "tst" }, { split: ["test"] })
    .map((options) => text({ ...toy, evaluator: { use: "benchmark", options: { table: "t", dataset: "cifar10", ...options } } })),
  // negative, zero, fractional and huge numbers
  fc
    .tuple(fc.constantFrom("queries", "seconds"), fc.constantFrom(-1, 0, -1e30, "1e999", "NaN", 1e300))
    .map(([key, value]) => text({ ...toy, budget: { [key]: "HERE" } }).replace('"HERE"', String(value))),
  fc
    .tuple(fc.constantFrom("count", "radius"), fc.constantFrom(0, -4, 2.5, 1e9, "1e999"))
    .map(([key, value]) => text({ ...toy, subspaces: { ...toy.subspaces, [key]: "HERE" } }).replace('"HERE"', String(value))),
  fc
    .tuple(fc.constantFrom("first", "count"), fc.constantFrom(-1, 0.5, 1e20, '"many"'))
    .map(([key, value]) => text({ ...toy, seeds: { [key]: "HERE" } }).replace('"HERE"', String(value))),
  // not JSON
  fc.nat(text(toy).length - 1).map((length) => text(toy).slice(0, length)),
  fc.constantFrom("", "null", "[]", "7", '"text"', "{,}", "\u0000", `${text(toy)}}`),
);

test("200 malformed manifests are each refused with one clear message that names file and place", async () => {
  const files = fc.sample(spoilt, { numRuns: 200, seed: 1 }).map((content, i) => scratch.write(`malformed/${i}.json`, content));
  const { status, stdout, stderr } = await scratch.evoke("validate", "--json", ...files);
  assert.is(status, 2);
  const verdicts: { file: string; valid: boolean; message: string }[] = JSON.parse(stdout);
  assert.is(verdicts.length, 200);
  for (const { file, valid, message } of verdicts) {
    const content = readFileSync(file, "utf8");
    assert.not.ok(valid, content);
    assert.match(message, file, content);
    assert.match(message, /^Cannot /);
    // What is not JSON has no pointer.
    if (!/as JSON/.test(message)) assert.match(message, / \/\S*/, content);
    assert.not.match(message, /undefined|\[object|^\s+at /m, content);
  }
  assert.not.match(stderr, /^\s+at /m);
  // The command that runs gives the same message; a process for each of a few.
  for (const i of [0, 40, 80, 120, 160]) {
    const { status, stderr } = await scratch.evoke("run", files[i]!);
    assert.is(status, 2);
    assert.is(stderr, `${verdicts[i]!.message}\n`);
  }
});

test("a wrong command, option, argument or value exits 2", async () => {
  await refused(/unknown command 'rnu'[\s\S]*Did you mean run/, "rnu", manifest);
  await refused(/unknown option '--sedes'[\s\S]*Did you mean --seeds/, "run", manifest, "--sedes", "3");
  await refused(/missing required argument 'manifest'/, "run");
  await refused(/Cannot use --workers "no"/, "run", manifest, "--workers", "no");
  await refused(/Cannot use --seeds "0"/, "run", manifest, "--seeds", "0");
  for (const text of ["-1", "2.5", "many", ""]) await thrown(/Cannot use --seeds/, () => count("--seeds", text));
  await refused(/Cannot use --set "\/budget\/queries"/, "run", manifest, "--set", "/budget/queries");
  await thrown(/expected JSON after the "=", for example \/controller='"random"'/, () => changesOf(["/controller=random"]));
  await thrown(/Cannot read "budget" as a JSON pointer/, () => loadExperiment({ file: manifest, changes: changesOf(["budget=1"]) }));
});

test("a manifest for another command is refused with one error that names the command", async () => {
  const matrix = scratch.write("matrix.json", { name: "m", base: "toy.json", design: "one-factor", axes: { "/subspaces/count": [2] } });
  const table = scratch.write("table.json", {
    name: "t",
    space: "nas-bench-201",
    dataset: { name: "digits" },
    fidelities: [{ epochs: 1 }],
  });
  const other = (file: string, wanted: string, found: string, command: string) =>
    new RegExp(`^Cannot use .*${file} as the manifest of ${wanted}: it is that of ${found}\\.\n  It is for: ${command} .*${file}\n$`);
  const [experiment, tabulation] = ["an experiment", "a table that is to be made"];
  await refused(other("matrix.json", experiment!, "a matrix", "evoke matrix"), "run", "matrix.json");
  await thrown(other("table.json", experiment!, tabulation!, "evoke tabulate"), () => loadExperiment({ file: table, changes: [] }));
  await thrown(other("table.json", "a matrix", tabulation!, "evoke tabulate"), () => loadMatrix({ file: table, changes: [] }));
  await thrown(other("toy.json", "a matrix", experiment!, "evoke run"), () => loadMatrix({ file: manifest, changes: [] }));
  await thrown(other("toy.json", tabulation!, experiment!, "evoke run"), () => loadTabulation({ file: manifest, changes: [] }));
  await thrown(other("matrix.json", tabulation!, "a matrix", "evoke matrix"), () => loadTabulation({ file: matrix, changes: [] }));
});

test("a missing file, a folder, and a file that is no manifest exit 2", async () => {
  await refused(/Cannot read the manifest nowhere\.json: there is no such file/, "run", "nowhere.json");
  await thrown(/it is a folder/, () => loadExperiment({ file: scratch.folder, changes: [] }));
  await thrown(/toy\.js as JSON: invalid symbol at line 2, column 1/, () =>
    loadExperiment({ file: join(scratch.folder, "toy.js"), changes: [] }),
  );
});

test("a plugin module that is missing, broken, or needs another runtime exits 2 and says so", async () => {
  const using = (module: string) => scratch.write("using.json", { ...toy, plugins: [module] });
  const refusedModule = (message: RegExp, module: string) => thrown(message, () => loadExperiment({ file: using(module), changes: [] }));
  await refused(/Cannot import "\.\/nowhere\.js" at \/plugins of .*using\.json/, "validate", using("./nowhere.js"));
  await refusedModule(/Cannot import "no-such-package"/, "no-such-package");
  scratch.write("broken.js", "export default {");
  await refusedModule(/Cannot import "\.\/broken\.js"/, "./broken.js");
  scratch.write("empty.js", "export const nothing = 1;");
  await refusedModule(/Cannot use the module "\.\/empty\.js" at \/plugins\/0 of .*: it exports no plugin/, "./empty.js");
});

test("a table that is not there exits 2 with the command that imports it", async () => {
  const benchmark = (table: string) =>
    scratch.write("benchmark.json", { ...toy, evaluator: { use: "benchmark", options: { table, dataset: "cifar10" } } });
  await refused(/Cannot open the table "nas-bench-201"[\s\S]*evoke table add/, "run", benchmark("nas-bench-201"));
  await thrown(/nowhere\.arrow: there is no such file/, () => openExperiment({ file: benchmark("./nowhere.arrow"), changes: [] }));
  scratch.write("foreign.arrow", "this is no table");
  await thrown(/foreign\.arrow/, () => openExperiment({ file: benchmark("./foreign.arrow"), changes: [] }));
});

test("results that cannot be written exit 2", async () => {
  scratch.write("file", "");
  await refused(/Cannot write file/, "run", manifest, "--out", "file");
});

test("a record that is damaged, foreign or unfinished exits 2", async () => {
  await refused(/there is no such file/, "replay", "nowhere.jsonl.gz");
  scratch.write("foreign.jsonl", "hello\n");
  await refused(/Cannot use the record foreign\.jsonl: line 1 is not JSON/, "replay", "foreign.jsonl");
  scratch.write("unfinished.jsonl", `${JSON.stringify(shortRun[0])}\n`);
  await refused(/its run did not finish/, "replay", "unfinished.jsonl");
  scratch.write("torn.jsonl.gz", "\u001f");
  await refused(/Cannot use the record/, "replay", "torn.jsonl.gz");
});

test("--version prints the version of package.json", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { status, stdout, stderr } = scratch.evokeAlone("--version");
  assert.equal([status, stdout, stderr], [0, `${version}\n`, ""]);
});

test("plugins lists kinds, names, summaries and options; --json is complete", async () => {
  const { stdout } = await scratch.evoke("plugins");
  assert.match(stdout, /controller\n/);
  assert.match(stdout, /gnn-lstm/);
  assert.match(stdout, /learningRate: number > 0 and ≤ 100 = 0\.01/);
  assert.match(stdout, /gnn-lstm[\s\S]*?under way at once: batch\n/);
  assert.match(stdout, /random [^\n]*\n {6}under way at once: 64\n/);
  const all: { kind: string; name: string; underWay?: unknown }[] = JSON.parse((await scratch.evoke("plugins", "--json")).stdout);
  assert.ok(all.some(({ kind, name }) => kind === "acceptance" && name === "never"));
  assert.is(all.find(({ name }) => name === "alphax")!.underWay, 1);
  assert.not.ok(all.some((one) => one.kind !== "controller" && "underWay" in one));
  await refused(/Did you mean "controller"/, "plugins", "controler");
});

test.run();
