/**
 * What `evoke new` makes is what it says: plugins whose tests pass at once, and fail where the plugin is spoilt; packages that
 * build, pack and install; manifests that run.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { composed, namesOf } from "../../../../app/cli/commands/new/composed.ts";
import { pluginTexts } from "../../../../app/cli/commands/new/plugin-template.ts";
import { asking } from "../../../../app/cli/commands/new/questions.ts";
import { schemaReference } from "../../../../app/cli/commands/new/schema-reference.ts";
import { validateExperiment } from "../../../../app/host/validate.ts";
import { KINDS } from "../../../../core/plugin/plugin.ts";
import { root, Scratch } from "../command.ts";

const scratch = new Scratch();
const read = (path: string) => readFileSync(join(scratch.folder, path), "utf8");
const packages = join(root, "node_modules");

const SHORT = ["--seeds", "1", "--set", "/budget/queries=3"];

/** For each kind something in its example that is then another. */
const SPOILT: Readonly<Record<(typeof KINDS)[number], readonly [string, string]>> = {
  space: ["free.contains(architecture)", "architecture.length === layers"],
  distance: ["Math.abs(choice - other)", "(choice - other)"],
  controller: ["?? best }", "?? best, subspace: 0 }"],
  middleware: ["concurrency: controller.concurrency", "concurrency: 8"],
  reward: ["reward - penalty", "Math.sqrt(-1) - penalty"],
  acceptance: ["score > centre.score + margin", "score - centre.score - margin"],
  initial: ["centres.length < count", "centres.length <= count"],
  evaluator: ["seconds: 0", "seconds: -1"],
  observer: ["files.set(event.seed, begun)", "files.set(0, begun)"],
};

test("a plugin of each kind is made in JavaScript, and its tests pass at once, the suite of its kind among them", async () => {
  scratch.write("package.json", { type: "module" });
  mkdirSync(join(scratch.folder, "node_modules"));
  symlinkSync(root, join(scratch.folder, "node_modules/evoke-nas"));
  symlinkSync(join(packages, "fast-check"), join(scratch.folder, "node_modules/fast-check"));
  for (const kind of KINDS) {
    const { status, stdout, stderr } = await scratch.evoke("new", kind, `my-${kind}`, "--javascript");
    assert.is(status, 0, stderr);
    const files = [`my-${kind}.js`, `my-${kind}.test.js`, `my-${kind}.json`];
    for (const file of files) assert.ok(stdout.includes(`  ${file} `) && existsSync(join(scratch.folder, file)), file);
    assert.ok(stdout.endsWith(`\nNext: node --test my-${kind}.test.js && evoke run my-${kind}.json\n`), stdout);
  }
  const file = scratch.write("all.js", KINDS.map((kind) => `import "./my-${kind}.test.js";\n`).join(""));
  const { status, stdout, stderr } = scratch.call(process.execPath, ["--test-reporter=tap", file]);
  assert.is(status, 0, stdout + stderr);
  for (const kind of KINDS) assert.match(stdout, new RegExp(`^ok \\d+ - my-${kind} `, "m"));
});

test("spoilt in one place, a plugin of each kind is found by evoke doctor, which names it", async () => {
  for (const kind of KINDS) {
    const [found, other] = SPOILT[kind];
    const text = read(`my-${kind}.js`);
    assert.is(text.split(found).length, 2, `${kind}: ${found}`);
    scratch.write(`spoilt-${kind}.js`, text.replace(found, other).replaceAll(`my-${kind}`, `spoilt-${kind}`));
    const { status, stdout, stderr } = await scratch.evoke("doctor", `spoilt-${kind}.js`);
    assert.is(status, 1, `${kind}: ${stdout}${stderr}`);
    assert.match(stdout, new RegExp(`^${kind} "spoilt-${kind}": .* broken\n {2}✘ `));
  }
});

test("the manifest that comes with each plugin runs it", async () => {
  for (const kind of KINDS) {
    const { status, stdout, stderr } = await scratch.evoke("run", `my-${kind}.json`, "--json", ...SHORT);
    assert.is(status, 0, stderr);
    assert.is(JSON.parse(stdout).runs.length, 1);
  }
});

test("packages of all kinds build, pass, are packed, and are used by their manifests where they are installed", async () => {
  for (const kind of KINDS) {
    const language = kind === "reward" ? ["--javascript"] : [];
    const { status, stdout, stderr } = await scratch.evoke("new", kind, `its-${kind}`, "--package", ...language);
    assert.is(status, 0, stderr);
    assert.ok(stdout.endsWith(`Next: cd its-${kind} && npm install && npm test && npx evoke run its-${kind}.json\n`), stdout);
  }
  const typed = KINDS.filter((kind) => kind !== "reward");
  symlinkSync(join(packages, "@types"), join(scratch.folder, "node_modules/@types"));
  const run = (program: string, args: readonly string[], cwd = scratch.folder) => {
    const { status, stdout, stderr } = scratch.call(program, args, cwd);
    assert.is(status, 0, stdout + stderr);
  };
  // One program for all, with the options that each has, in a fraction of the time.
  const include = typed.map((kind) => `its-${kind}/*.ts`);
  scratch.write("tsconfig.json", { extends: "./its-space/tsconfig.json", compilerOptions: { rootDir: ".", outDir: "built" }, include });
  run(process.execPath, [join(packages, "typescript/bin/tsc"), "--project", "."]);
  for (const kind of typed) {
    renameSync(join(scratch.folder, `built/its-${kind}`), join(scratch.folder, `its-${kind}/dist`));
    assert.match(read(`its-${kind}/dist/its-${kind}.d.ts`), /from "evoke-nas|import\("evoke-nas/);
  }
  const tests = [...typed.map((kind) => `./its-${kind}/dist/its-${kind}.test.js`), "./its-reward/its-reward.test.js"];
  scratch.write("built.js", tests.map((file) => `import "${file}";\n`).join(""));
  run(process.execPath, ["built.js"]);

  // What `prepare` builds is built.
  run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", ".", ...KINDS.map((kind) => `./its-${kind}`)]);
  const packed = readdirSync(scratch.folder).filter((file) => file.endsWith(".tgz"));
  assert.is(packed.length, KINDS.length);
  const elsewhere = join(scratch.folder, "elsewhere");
  scratch.write("elsewhere/package.json", { type: "module" });
  const install = ["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", root];
  run("npm", [...install, ...packed.map((file) => join(scratch.folder, file))], elsewhere);
  for (const kind of KINDS) {
    const installed = `elsewhere/node_modules/its-${kind}`;
    assert.equal(
      readdirSync(join(scratch.folder, installed, kind === "reward" ? "" : "dist")).filter((file) => file.includes("test")),
      [],
    );
    scratch.write(`elsewhere/${kind}.json`, read(`${installed}/its-${kind}.json`));
    const { status, stderr } = await scratch.evoke("run", `elsewhere/${kind}.json`, "--quiet", ...SHORT);
    assert.is(status, 0, stderr);
  }
});

test("the guide shows what evoke new makes", () => {
  const guide = readFileSync(join(root, "docs/plugin-guide.md"), "utf8");
  const shown = (file: string) => guide.split(` file=${file}\n`)[1]!.split("```")[0];
  const { plugin, test, manifest } = pluginTexts("reward", "convolution-penalty", "./convolution-penalty.js");
  assert.is(shown("convolution-penalty.js"), plugin);
  assert.is(shown("convolution-penalty.test.js"), test);
  assert.is(shown("convolution-penalty.json"), manifest);
});

test("nothing is written over, and names are checked, with what they could be", async () => {
  const before = read("my-reward.js");
  for (const [args, message] of [
    [
      ["reward", "my-reward", "--javascript"],
      /my-reward\.js, my-reward\.test\.js, my-reward\.json are there already, and nothing is written over/,
    ],
    [["space", "its-space", "--package"], /its-space\/its-space\.ts, .* are there already/],
    [["reward", "x".repeat(101)], /joined by hyphens, of at most 100 characters\.\n {2}Call it x{100}, for/],
    [["reward", "MyReward"], /"MyReward": names are lower-case words joined by hyphens\.\n {2}Call it my-reward/],
    [["reward", "improvement"], /Evoke has a reward of that name\.\n {2}Call it my-improvement/],
    [["observer", "fast-check", "--package"], /it needs a package of that name/],
    [["rewrad", "mine"], /unknown command 'rewrad'\n\(Did you mean reward\?\)/],
    [["reward", "mine", "--javascript", "--typescript"], /Cannot use --typescript here/],
    [["experiment", "mine", "--space", "nas-bench-210"], /no plugin has that name\.\n {2}Did you mean "nas-bench-201"/],
    [["experiment", "mine", "--table", "digits-202"], /digits-202/],
    [["experiment", "mine", "--evaluator", "landscap"], /Did you mean "landscape"/],
    [["experiment", "mine", "--controller", "random", "--controller", "darts"], /an experiment has one/],
    [["matrix", "mine", "--controller", "random"], /a matrix compares several/],
    [
      ["experiment", "mine", "--controller", "bohb", "--evaluator", "landscape"],
      /needs an evaluator that also measures after fewer epochs/,
    ],
  ] as const) {
    const { status, stderr } = await scratch.evoke("new", ...args);
    assert.is(status, 2, args.join(" "));
    assert.match(stderr, message);
  }
  assert.is(read("my-reward.js"), before);
  assert.not(readdirSync(scratch.folder).some((file) => file.startsWith("mine")));
});

test("where files count as CommonJS a plugin is a .mjs; one that is not is an error that says what to do", async () => {
  const commonJs = new Scratch();
  commonJs.write("package.json", { type: "commonjs" });
  symlinkSync(packages, join(commonJs.folder, "node_modules"));
  const { stdout } = await commonJs.evoke("new", "acceptance", "mine", "--javascript");
  assert.match(stdout, /\n {2}mine\.mjs .*\n {2}mine\.test\.mjs /);
  commonJs.write("mine.js", readFileSync(join(commonJs.folder, "mine.mjs"), "utf8"));
  commonJs.write("js.json", readFileSync(join(commonJs.folder, "mine.json"), "utf8").replace("mine.mjs", "mine.js"));
  const { status, stderr } = await commonJs.evoke("validate", "js.json");
  assert.is(status, 2);
  assert.match(stderr, /write "type": "module" into the nearest package\.json, or let its name end in \.mjs/);
});

test("an experiment and a matrix that are made by options run at once", async () => {
  const made = await scratch.evoke("new", "experiment", "first", "--space", "nas-bench-201", "--controller", "random", "--queries", "10");
  assert.is(made.status, 0, made.stderr);
  assert.ok(made.stdout.endsWith("Next: evoke run first.json\n"), made.stdout);
  const { $schema, evaluator } = JSON.parse(read("first.json"));
  assert.is(evaluator.options.table, "digits-201");
  assert.is(JSON.parse(readFileSync(join(scratch.folder, $schema), "utf8")).title, "Evoke");
  const first = await scratch.evoke("run", "first.json", "--json");
  assert.is(JSON.parse(first.stdout).runs.length, 3);
  const compared = await scratch.evoke("new", "matrix", "compared", "--queries", "20");
  assert.is(compared.status, 0, compared.stderr);
  const dry = await scratch.evoke("matrix", "compared.json", "--dry-run");
  assert.match(dry.stdout, /^gnn-lstm .*\nregularized-evolution .*\nrandom /m);
});

test("$schema names the schema that is nearest: of the installed package, of the clone, or the published one", () => {
  const folder = new Scratch().folder;
  assert.is(schemaReference(folder), "https://unpkg.com/evoke-nas/core/schemas/evoke.schema.json");
  assert.is(schemaReference(join(root, "manifests", "paper")), "../../core/schemas/evoke.schema.json");
  assert.is(schemaReference(root), "./core/schemas/evoke.schema.json");
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "evoke-nas"));
  mkdirSync(join(folder, "manifests"));
  assert.is(schemaReference(join(folder, "manifests")), "../node_modules/evoke-nas/core/schemas/evoke.schema.json");
});

test("every controller makes an experiment on digits-201 that can be run", async () => {
  const all = await composed({ space: "nas-bench-201", measure: "digits-201", controllers: namesOf("controller") });
  for (const experiment of all) {
    const text = JSON.stringify({ name: "any", ...experiment });
    await validateExperiment({ file: "any.json", changes: [], inline: { title: "any.json", text } });
  }
});

test("a question is asked again until the answer is one, and an empty line takes what is usual", async () => {
  const input = new PassThrough();
  let said = "";
  const { ask, close } = asking(input, (text) => (said += text));
  input.end("lanscape\nlandscape\n\nrandom, bohb random\n");
  assert.equal(await ask({ text: "What measures?", choices: ["digits-201", "landscape"], usual: ["digits-201"] }), ["landscape"]);
  assert.match(said, /"lanscape" is none of them\. Did you mean "landscape"\?/);
  assert.equal(await ask({ text: "Which space?", choices: ["darts", "enas"], usual: ["enas"] }), ["enas"]);
  const several = { text: "Which controllers?", choices: ["random", "bohb"], usual: ["random"], several: true };
  assert.equal(await ask(several), ["random", "bohb"]);
  assert.equal(await ask(several), ["random"], "the input has ended");
  close();
});

test.run();
