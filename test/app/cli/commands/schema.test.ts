import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join, relative } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { glanceAt } from "../../../../core/manifest/parse.ts";
import { KINDS } from "../../../../core/plugin/plugin.ts";
import { builtInPlugins } from "../../../../plugins/catalogue.ts";
import { EditedFile } from "../../../support/language-server.ts";
import { root, Scratch, toy, toyEvaluator } from "../command.ts";

const scratch = new Scratch();
const FILE = "core/schemas/evoke.schema.json";
const plugins = await builtInPlugins();
const slots = {
  ...{ space: "space", distance: "distance", evaluator: "evaluator", controller: "controller", middleware: "middleware[]" },
  ...{ reward: "reward[]", acceptance: "constraints[]", initial: "subspaces.initial", observer: "observers[]" },
} as const;

/** A text with "¦" where the cursor is, in a file of a clone. */
function edited(text: string, $schema = FILE, folder = root): [file: EditedFile, offset: number] {
  const whole = text.replace("{", `{ "$schema": ${JSON.stringify($schema)}, `);
  return [new EditedFile(join(folder, "edited.json"), whole.replace("¦", "")), whole.indexOf("¦")];
}

async function offered(...[text, $schema, folder]: Parameters<typeof edited>) {
  const [file, offset] = edited(text, $schema, folder);
  return file.completions(offset);
}

async function shown(text: string): Promise<string> {
  const [file, offset] = edited(text);
  return file.hover(offset);
}

async function marked(...[text, $schema, folder]: Parameters<typeof edited>): Promise<string[]> {
  return (await edited(text, $schema, folder)[0].marks()).map(({ message }) => message);
}

/** An experiment that has this in the slots of a kind. */
function inSlot(kind: keyof typeof slots, slot: string): string {
  const [place, member] = slots[kind].replace("[]", "").split(".") as [string, string?];
  const value = slots[kind].endsWith("[]") ? `[${slot}]` : slot;
  return `{ "${place}": ${member === undefined ? value : `{ "${member}": ${value} }`} }`;
}

test("it is a JSON Schema, and in a language server it finds nothing wrong with any manifest of the repository that names no plugins of its own", async () => {
  const schema = JSON.parse(readFileSync(join(root, FILE), "utf8"));
  assert.ok(new Ajv2020().validateSchema(schema));
  const wrong: string[] = [];
  let looked = 0;
  for (const folder of ["manifests", "examples", "tables"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      const path = join(root, folder, name);
      const text = path.endsWith(".json") ? readFileSync(path, "utf8") : "";
      // A schema that knows plugins of one's own is written by evoke schema.
      if (glanceAt(text).kind === undefined || text.includes('"plugins": [')) continue;
      looked++;
      if (!text.includes(`"$schema": "${relative(dirname(path), join(root, FILE))}"`)) wrong.push(`${path} does not name it`);
      for (const { message } of await new EditedFile(path, text).marks()) wrong.push(`${path}: ${message}`);
    }
  }
  assert.is(wrong.join("\n"), "");
  assert.ok(looked > 50);
});

test("in a slot every plugin is offered, with its options where these must be given; in its options each of these with its description", async () => {
  for (const kind of KINDS) {
    const there = plugins.filter((plugin) => plugin.kind === kind);
    const names = (await offered(inSlot(kind, " ¦ "))).map(({ label }) => label.replaceAll('"', ""));
    for (const { name } of there) assert.ok(names.includes(name), `${kind} ${name}`);
    for (const { name, options } of there) {
      const { properties = {} } = options as { readonly properties?: Record<string, { readonly description?: string }> };
      const proposals = await offered(inSlot(kind, `{ "use": "${name}", "options": { ¦ } }`));
      const expected = Object.entries(properties).map(([option, { description = "" }]) => [option, description.replaceAll("\\", "")]);
      assert.equal(proposals.map(({ label, documentation }) => [label, documentation]).sort(), expected.sort(), `${kind} ${name}`);
    }
  }
  const evaluators = await offered('{ "evaluator": ¦ }');
  assert.match(evaluators.find(({ label }) => label === "benchmark")!.inserted, /"use": "benchmark",\s+"options": {\s+"table": /);
  const nested = await offered('{ "evaluator": { "use": "training", "options": { "training": { ¦ } } } }');
  assert.is(nested.find(({ label }) => label === "momentum")!.documentation, "of sgd; of adam, β1");
});

test("a document that is begun may become any; variants, tasks and axes of a matrix are completed as experiments are", async () => {
  const labels = async (text: string) => (await offered(text)).map(({ label }) => label);
  const begun = await labels("{ ¦ }");
  for (const member of ["controller", "base", "pairs", "fidelities", "architecture"]) assert.ok(begun.includes(member), member);
  const matrix = (rest: string) => `{ "base": "x.json", ${rest} }`;
  assert.ok((await labels(matrix("¦"))).includes("design"));
  assert.not.ok((await labels(matrix("¦"))).includes("controller"));
  const variant = (patch: string) => labels(matrix(`"variants": { "a": ${patch} }`));
  assert.ok((await variant('{ "subspaces": { ¦ } }')).includes("radius"));
  assert.not.ok((await variant("{ ¦ }")).includes("seeds"));
  assert.equal(
    await variant('{ "controller": { "use": "hyperband", "options": { ¦ } } }'),
    await labels(inSlot("controller", '{ "use": "hyperband", "options": { ¦ } }')),
  );
  assert.ok((await variant('{ "controller": { "options": { ¦ } } }')).includes("learningRate"));
  const pointers = await labels(matrix('"axes": { ¦ }'));
  for (const pointer of ["/controller", "/budget/queries", "/evaluator/options/training/momentum"]) assert.ok(pointers.includes(pointer));
  assert.ok((await labels(matrix('"axes": { "/controller": [¦] }'))).includes('"bohb"'));
});

test("what stands in a document is explained, and what it does not allow is marked in words", async () => {
  assert.match(await shown('{ "con¦troller": "darts" }'), /Proposes architectures.*`darts`: All operations of an edge/s);
  assert.match(await shown('{ "evaluator": { "use": "training", "options": { "training": { "momen¦tum": 0.9 } } } }'), /of sgd; of adam/);
  const experiment = (rest: string) => `{ "name": "a", "space": "darts", "budget": { "queries": 1 }, "controller": "random", ${rest} }`;
  const options = '"options": { "function": "nk", "order": 2 }';
  assert.equal(await marked(experiment(`"evaluator": { "use": "landscape", ${options} }`)), []);
  assert.equal(await marked(experiment('"evaluator": "landscape"')), [
    'This evaluator has options that must be given: { "use": …, "options": … }.',
  ]);
  assert.match(
    (await marked(experiment('"evaluator": "landskape"')))[0]!,
    /knows no evaluator of this name. It knows benchmark, predictor/,
  );
  assert.equal(await marked(experiment(`"evaluator": { "use": "landscape", "optoins": {} }`)), [
    'Missing property "options".',
    "Property optoins is not allowed.",
  ]);
  const matrix = (rest: string) => `{ "name": "a", "base": "x.json", "design": "factorial", ${rest} }`;
  assert.equal(await marked(matrix('"axes": { "/controler": ["random"] }')), ["There is no such place in an experiment."]);
  assert.equal(await marked(matrix('"variants": { "a": { "controller": { "options": { "learningRat": 1 } } } }')), [
    "No controller has an option of this name.",
  ]);
});

test("it is found in a clone, in node_modules and at a URL; evoke schema writes one that has plugins of a manifest as well", async () => {
  scratch.write("toy.js", toyEvaluator);
  const manifest = scratch.write("toy.json", toy);
  const text = JSON.stringify(toy);
  mkdirSync(join(scratch.folder, "node_modules"));
  symlinkSync(root, join(scratch.folder, "node_modules/evoke-nas"));
  const server = createServer((_, response) => response.end(readFileSync(join(root, FILE)))).listen(0);
  try {
    const { port } = server.address() as AddressInfo;
    for (const place of [
      relative(scratch.folder, join(root, FILE)),
      `./node_modules/evoke-nas/${FILE}`,
      `http://localhost:${port}/evoke.json`,
    ])
      assert.match((await marked(text, place, scratch.folder)).join("\n"), /^This schema knows no evaluator of this name.[^\n]*$/, place);
  } finally {
    server.close();
  }
  const { status, stdout, stderr } = await scratch.evoke("schema", manifest, "toy.js", "--out", "own/evoke.schema.json");
  assert.equal([status, stdout, stderr], [0, "", ""]);
  const own = "./own/evoke.schema.json";
  assert.equal(await marked(text, own, scratch.folder), []);
  const begun = '{ "evaluator": { "use": "toy", "options": { ¦ } } }';
  assert.equal(
    (await offered(begun, own, scratch.folder)).map(({ label }) => label),
    ["milliseconds", "failSeed"],
  );
  const mistyped = text.replace('"evaluator":"toy"', '"evaluator":{"use":"toy","options":{"miliseconds":1}}');
  assert.equal(await marked(mistyped, own, scratch.folder), ["Property miliseconds is not allowed."]);
  assert.match((await scratch.evoke("validate", scratch.write("mistyped.json", mistyped))).stderr, /Did you mean "milliseconds"/);
  assert.ok(
    (await scratch.evoke("schema")).stdout === readFileSync(join(root, FILE), "utf8"),
    "the one of the package is that without others",
  );
});

test("evoke plugins lists those of a file, a package or a manifest, with the options of their options", async () => {
  const listed = async (name: string) => (await scratch.evoke("plugins", name)).stdout;
  const own = await listed("toy.js");
  assert.match(own, /^evaluator\n {2}toy .*\n {6}milliseconds: number = 0\n {6}failSeed: integer = -1\n/);
  assert.is(await listed("toy.json"), own);
  scratch.write("node_modules/evoke-nas-toy/package.json", { name: "evoke-nas-toy", type: "module", exports: "./index.js" });
  scratch.write("node_modules/evoke-nas-toy/index.js", toyEvaluator);
  assert.is(await listed("evoke-nas-toy"), own);
  scratch.write("matrix.json", { name: "m", base: "toy.json", design: "one-factor" });
  assert.is(await listed("matrix.json"), own);
  assert.match(await listed("training"), /\n {6}training.momentum: number ≥ 0 and < 1 = 0\.9 {3}of sgd; of adam, β1\n/);
  assert.match(await listed("choices"), /\n {6}components\[\]\.name: string\n/);
  const refused = async (name: string) => (await scratch.evoke("plugins", name)).stderr;
  assert.match(await refused("nowhere.js"), /Cannot import "nowhere\.js": there is no such file/);
  assert.match(await refused(join(root, "manifests/ase-nas.json")), /names no modules under \/plugins/);
  assert.match(await refused("no-such-package"), /no package has this name/);
  const env = { ...scratch.env, EVOKE_TRUST: "" };
  const { stderr } = spawnSync(process.execPath, [scratch.command, "plugins", "toy.js"], { cwd: scratch.folder, env, encoding: "utf8" });
  assert.match(stderr, /Cannot use toy\.js: it would run the module \.\/toy\.js, and you have not said that you trust its folder/);
});

test.run();
