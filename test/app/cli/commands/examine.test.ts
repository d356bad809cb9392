import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Examined } from "../../../../app/cli/commands/examine/examine.ts";
import { root, Scratch } from "../command.ts";

const test = suite("app/cli/commands/examine");
const scratch = new Scratch();
const doctor = async (...args: string[]) => {
  const { status, stdout, stderr } = await scratch.evoke("doctor", ...args);
  return { status, stdout, stderr };
};
const schema = 'options: { type: "object", additionalProperties: false }, needs: []';
/** The beginning of a create() that waits for a file. */
const READS = 'create: async (_, { files }) => ({ read: await files.read(new URL("words.txt", import.meta.url)),';
/** One of each kind, whole. */
const WHOLE = `
import { architectureInvalid } from ${JSON.stringify(pathToFileURL(join(root, "dist/core/index.js")).href)};
const found = (split) => ({ name: "accuracy", dataset: "digits", split, epochs: 1, trainedOn: "train", unit: "percent" });
const choices = Array(3).fill(["a", "b"]);
export default [
  { kind: "space", name: "bits", summary: "Three bits", ${schema}, create: () => ({
    length: 3, operations: ["a", "b"], choices, size: 8n,
    sample: (rng) => choices.map(() => rng.below(2)),
    contains: (bits) => bits.length === 3 && bits.every((bit) => bit === 0 || bit === 1),
    modify(bits, modifications) { const next = [...bits]; for (const { component, operation } of modifications) next[component] = operation; return next; },
    neighbours: (bits) => bits.map((_, i) => bits.map((bit, j) => (i === j ? 1 - bit : bit))),
    encode: (bits) => bits.join(""),
    functionKey: (bits) => bits.join(""),
    decode(text) { if (!/^[01]{3}$/.test(text)) throw architectureInvalid("bits", text, "three bits"); return [...text].map(Number); },
  }) },
  { kind: "controller", name: "by-chance", summary: "Draws", options: { type: "object", additionalProperties: false }, wholeSpace: true, needs: ["space", "rng"],
    create: (_, { space, rng }) => ({ propose: () => ({ architecture: space.sample(rng) }), observe() {} }) },
  { kind: "reward", name: "halved", summary: "Half of it", ${schema}, create: () => ({ shape: (reward) => reward / 2 }) },
  { kind: "acceptance", name: "any", summary: "Takes all", ${schema}, create: () => ({ accepts: () => true }) },
  { kind: "observer", name: "deaf", summary: "Hears nothing", ${schema}, create: () => ({ next() {} }) },
  { kind: "distance", name: "differences", summary: "Differences", ${schema}, create: () => ({ between: (a, b) => a.filter((one, i) => one !== b[i]).length }) },
  { kind: "initial", name: "drawn", summary: "Draws", options: { type: "object", additionalProperties: false }, needs: ["space", "rng"],
    create: (_, { space, rng }) => ({ centres: (count) => Array.from({ length: count }, () => space.sample(rng)) }) },
  { kind: "evaluator", name: "by-place", summary: "Adds", ${schema}, create: () => ({
    metric: found("validation"),
    evaluate: (architecture) => ({ score: architecture.reduce((sum, one, i) => sum + one * i, 0), seconds: 1 }),
    test: () => ({ metric: found("test"), value: 1 }),
  }) },
];
`;

test("plugins of a file are examined each by the suite of its kind, as they are placed in an experiment", async () => {
  const { status, stdout, stderr } = await doctor(scratch.write("whole.mjs", WHOLE), "--json");
  assert.is(stderr, "");
  const examined = JSON.parse(stdout) as Examined[];
  assert.equal(
    examined.map(({ name, broken }) => [name, broken]),
    ["bits", "by-chance", "halved", "any", "deaf", "differences", "drawn", "by-place"].map((name) => [name, []]),
  );
  assert.ok(examined.every(({ kept }) => kept >= 3));
  assert.is(status, 0);
});

test("what breaks a promise is told with the input that shows it, the smallest, and once for all promises", async () => {
  const file = scratch.write(
    "broken.mjs",
    WHOLE.replace("next[component] = operation", "next[component] = operation && 1 - bits[0]").replace("reward / 2", "-reward"),
  );
  const { status, stdout } = await doctor(file);
  assert.is(status, 1);
  assert.match(stdout, /space "bits": \d+ promises kept, [1-9]\d* broken/);
  assert.match(stdout, /✘ halved never prefers the worse of two candidates of one centre\n {6}this does not hold/);
  assert.match(stdout, /✘ bits changes nothing by no modification, or by choosing the present operation\n {6}with \[1,/);
  assert.match(stdout, /What this kind has to do is in docs\/plugin-guide\/reward\.md\./);
});

const broken = join(root, "test/fixtures/broken-plugins");
for (const name of readdirSync(broken).filter((name) => name.endsWith(".js")))
  test(`${name} of the broken plugins is found, without a stack trace`, async () => {
    scratch.write("broken-plugins/package.json", { type: "module" });
    const file = join(scratch.folder, "broken-plugins", name);
    copyFileSync(join(broken, name), file);
    const { status, stdout, stderr } = await doctor(file);
    assert.ok(status === 1 || status === 2, `${status}\n${stdout}${stderr}`);
    assert.match(stdout + stderr, /✘|Cannot/);
    assert.not.match(stdout + stderr, /\n\s+at .*:\d+:\d+/);
  });

test("of a manifest the plugins that are not built in are examined, with its options", async () => {
  scratch.write(
    "picky.mjs",
    `export default { kind: "reward", name: "times", summary: "Times", needs: [],
      options: { type: "object", additionalProperties: false, required: ["by"], properties: { by: { type: "number" } } },
      create: ({ by }) => ({ shape: (reward) => by * reward }) };`,
  );
  const manifest = (by: number) =>
    scratch.write(`times-${by}.json`, {
      name: "times",
      plugins: ["./picky.mjs"],
      space: "nas-bench-201",
      evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
      subspaces: { count: 2, radius: 2 },
      controller: "uniform",
      reward: ["improvement", { use: "times", options: { by } }],
      budget: { queries: 4 },
    });
  assert.is((await doctor(manifest(2))).status, 0);
  assert.is((await doctor(manifest(-2))).status, 1);
  const alone = await doctor(join(scratch.folder, "picky.mjs"));
  assert.is(alone.status, 2);
  assert.match(alone.stderr, /the property "by" is missing/);
});

test("plugins that are created later, and those that read files, are examined as others are", async () => {
  scratch.write("later/words.txt", "ab");
  const file = scratch.write(
    "later/later.mjs",
    WHOLE.replace("create: () => ({ shape: (reward) => reward / 2 })", "create: async () => ({ shape: (reward) => reward / 2 })")
      .replace("create: () => ({ accepts: () => true })", "create: async () => ({ accepts: () => true })")
      .replace(`"Three bits", ${schema}, create: () => ({`, `"Three bits", ${schema.replace("[]", '["files"]')}, ${READS}`),
  );
  const text = readFileSync(file, "utf8");
  assert.is(text.split("async").length, 4, "three of them wait");
  const { stdout, stderr } = await doctor(file, "--json");
  assert.is(stderr, "");
  for (const { name, broken } of JSON.parse(stdout) as Examined[]) assert.equal(broken, [], name);
});

test("a plugin, a queue and a store are not looked at in one call", async () => {
  for (const args of [
    ["absent.mjs", "--store", "."],
    ["--queue", "redis://localhost", "--store", "."],
  ]) {
    const { status, stderr } = await doctor(...args);
    assert.is(status, 2);
    assert.match(stderr, /Cannot use --(store|queue) here: a call looks at one thing/);
  }
});

test("what is not there, or no plugin, is one error", async () => {
  for (const [args, said] of [
    [["absent.mjs"], /Cannot import "absent\.mjs": there is no such file/],
    [[join(root, "manifests/ase-nas.json")], /it names no plugin of a file or a package/],
    [[scratch.write("nothing.mjs", "export const x = 1;")], /Cannot use|no plugin/],
  ] as const) {
    const { status, stderr } = await doctor(...args);
    assert.is(status, 2, stderr);
    assert.match(stderr, said);
  }
});

test.run();
