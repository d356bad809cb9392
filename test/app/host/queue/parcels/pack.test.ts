/** What is packed of experiments of one's own, and that it is all that another machine needs. */
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { cellFile, loadMatrix, openExperiment } from "../../../../../app/host/experiment.ts";
import { packExperiment } from "../../../../../app/host/queue/parcels/pack.ts";
import type { Sources } from "../../../../../app/host/queue/parcels/tree.ts";
import { planMatrix } from "../../../../../app/host/run/plan.ts";
import { OWN_FOLDER } from "../../../../../app/host/tables/own-folder.ts";
import { filesIn, packedFile, sentTo, withHome } from "../../../../support/parcels.ts";
import { root, Scratch, toy, toyEvaluator } from "../../../cli/command.ts";

const scratch = new Scratch();
let homes = 0;
const emptyHome = () => join(scratch.folder, `home-${++homes}`);
const packed = (file: string) => packedFile({ file, changes: [] });

/** A manifest with an evaluator of its own, in a folder of its own. */
function written(folder: string, evaluator: object | string, more: object = {}): string {
  return scratch.write(`${folder}/manifests/m.json`, { ...toy, plugins: [], evaluator, budget: { queries: 2 }, ...more });
}

test("a plugin travels with all that it imports, in packages as well, and with what says how that is loaded", async () => {
  scratch.write("code/package.json", { type: "module", imports: { "#inner": "./lib/inner.js" } });
  scratch.write(
    "code/lib/plugin.js",
    `import { two } from "./typed.ts"; import outer from "outer";\n${toyEvaluator.replace("seconds: 1", "seconds: two + outer")}`,
  );
  scratch.write("code/lib/typed.ts", 'export * from "#inner"; export const two = 2 as number;');
  scratch.write("code/lib/inner.js", "export const inner = 1;");
  scratch.write("code/lib/unused.js", "");
  scratch.write("code/node_modules/outer/package.json", { name: "outer", version: "1.0.0", exports: "./lib/main.js" });
  scratch.write("code/node_modules/outer/lib/main.js", 'module.exports = require("./part").part;');
  scratch.write("code/node_modules/outer/lib/part/package.json", { main: "it.js" });
  scratch.write("code/node_modules/outer/lib/part/it.js", "exports.part = 1;");
  const sent = await packed(written("code", "toy", { plugins: ["../lib/plugin.js"] }));
  const code = [
    ...["lib/inner.js", "lib/plugin.js", "lib/typed.ts", "node_modules/outer/lib/main.js", "node_modules/outer/lib/part/it.js"],
    ...["node_modules/outer/lib/part/package.json", "node_modules/outer/package.json", "package.json"],
  ];
  assert.equal(filesIn(sent), Object.fromEntries(code.map((path) => [path, "code"])));
  const { source } = await sentTo(emptyHome(), sent);
  assert.ok(source.file.endsWith(join("root", "manifests", "manifest.json")));
});

test("packages that a manager has linked are found through their links", async () => {
  scratch.write("linked/store/outer@1/node_modules/outer/package.json", { name: "outer", version: "1.0.0", main: "main.js" });
  scratch.write("linked/store/outer@1/node_modules/outer/main.js", 'module.exports = require("inner");');
  scratch.write("linked/store/inner@1/node_modules/inner/package.json", { name: "inner", version: "1.0.0" });
  scratch.write("linked/store/inner@1/node_modules/inner/index.js", "module.exports = 1;");
  const modules = join(scratch.folder, "linked/node_modules");
  mkdirSync(modules);
  symlinkSync("../store/outer@1/node_modules/outer", join(modules, "outer"));
  symlinkSync("../../inner@1/node_modules/inner", join(modules, "../store/outer@1/node_modules/inner"));
  scratch.write("linked/plugin.mjs", `import one from "outer";\n${toyEvaluator.replace("seconds: 1", "seconds: one")}`);
  symlinkSync("../plugin.mjs", join(dirname(written("linked", "toy", { plugins: ["./also.mjs"] })), "also.mjs"));
  await sentTo(emptyHome(), await packed(join(scratch.folder, "linked/manifests/m.json")));
});

test("a plugin that is a package, and a file that lies beside it, are found", async () => {
  const reads = toyEvaluator
    .replace('needs: ["seed"]', 'needs: ["seed", "files"]')
    .replace(
      "create: ({ milliseconds, failSeed }, { seed }) => ({",
      'create: async ({ milliseconds, failSeed }, { seed, files }) => (await files.read(new URL("./weights.bin", import.meta.url)), {',
    );
  scratch.write("package/node_modules/toys/package.json", { name: "toys", version: "2.0.0", exports: "./index.mjs" });
  scratch.write("package/node_modules/toys/index.mjs", reads);
  scratch.write("package/node_modules/toys/weights.bin", "123");
  const sent = await packed(written("package", "toy", { plugins: ["toys"] }));
  assert.is(filesIn(sent)["node_modules/toys/weights.bin"], "data");
  await sentTo(emptyHome(), sent);
});

test("Evoke itself does not travel: a plugin finds the worker's", async () => {
  mkdirSync(join(scratch.folder, "own/node_modules"), { recursive: true });
  symlinkSync(root, join(scratch.folder, "own/node_modules/evoke-nas"));
  scratch.write("own/plugin.mjs", `import { plugin } from "evoke-nas";\nif (!plugin) throw new Error();\n${toyEvaluator}`);
  const sent = await packed(written("own", "toy", { plugins: ["../plugin.mjs"] }));
  assert.equal(filesIn(sent), { "plugin.mjs": "code" });
  await sentTo(emptyHome(), sent);
});

const metric = { name: "accuracy", dataset: "toy", epochs: 1, unit: "percent" };

test("the files that a command names travel, and stay programs", async () => {
  scratch.write("script/tools/train.sh", "#!/bin/sh\n");
  chmodSync(join(scratch.folder, "script/tools/train.sh"), 0o755);
  scratch.write("script/manifests/settings.yaml", "a: 1");
  scratch.write("script/manifests/latency.json", "{}");
  const file = written("script", { use: "command", options: { command: ["../tools/train.sh", "settings.yaml", "--fast"], metric } });
  const sent = await packed(file);
  assert.ok(sent.parcel.command);
  assert.equal(filesIn(sent), { "manifests/settings.yaml": "command", "tools/train.sh": "command" });
  const { source } = await sentTo(emptyHome(), sent);
  const { composition } = await openExperiment(source);
  await composition.prepare!(); // which looks whether it may be executed
});

test("a predictor and a table of latencies travel as data", async () => {
  const file = join(root, "manifests/paper/ase-nas-supernet.json");
  const sent = await packed(file);
  for (const [path, use] of Object.entries(filesIn(sent))) assert.is(use, "data", path);
});

test("tables travel, by their paths and by their names", async () => {
  const from = join(OWN_FOLDER, "digits-201.arrow.gz");
  const home = emptyHome();
  for (const to of [join(scratch.folder, "table/tables/own.arrow.gz"), join(home, "tables/my-digits.arrow")]) {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  }
  const options = { dataset: "digits" };
  const space = { use: "nas-bench-201" };
  const sent = await packed(written("table", { use: "benchmark", options: { ...options, table: "../tables/own.arrow.gz" } }, { space }));
  assert.equal(filesIn(sent), { "tables/own.arrow.gz": "data" });
  await sentTo(emptyHome(), sent, { trust: false });
  await withHome(home, async () => {
    const named = await packed(written("table-by-name", { use: "benchmark", options: { ...options, table: "my-digits" } }, { space }));
    assert.equal([Object.keys(named.parcel.tables), filesIn(named)], [["my-digits"], {}]);
    await sentTo(emptyHome(), named, { trust: false });
  });
  const embedded = await packed(written("table-embedded", { use: "benchmark", options: { ...options, table: "digits-201" } }, { space }));
  assert.equal(embedded.parcel.tables, {});
});

/** MNIST's format: so many images of 8 × 8 pixels of three classes. */
function idx(count: number): [images: Uint8Array, labels: Uint8Array] {
  const pixels = Uint8Array.from({ length: count * 64 }, (_, i) => (i * 7) % 256);
  const classes = Uint8Array.from({ length: count }, (_, i) => i % 3);
  return [
    Uint8Array.from([0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 8, 0, 0, 0, 8, ...pixels]),
    Uint8Array.from([0, 0, 8, 1, 0, 0, 0, count, ...classes]),
  ];
}

const small = {
  use: "nas-bench-201",
  options: { channels: 4, cellsPerStage: 1, stages: 2, reduction: "pool", imageSize: 8, imageChannels: 1, classes: 3 },
};
const training = (dataset: object) => ({ use: "training", options: { dataset, training: { epochs: 1, batchSize: 4 }, backend: "cpu" } });

test("datasets travel: files, folders, and folders of images by class; what is not read of a folder stays", async () => {
  const [images, labels] = idx(60);
  const folder = join(scratch.folder, "data/digits");
  mkdirSync(folder, { recursive: true });
  for (const part of ["train", "t10k"]) {
    writeFileSync(join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(images));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), labels);
  }
  writeFileSync(join(folder, "readme.txt"), "");
  const inFolder = await packed(written("data", training({ name: "idx", folder: "../digits" }), { space: small }));
  const names = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"];
  assert.equal(
    Object.keys(filesIn(inFolder)),
    names.map((name) => `digits/${name}`),
  );
  await sentTo(emptyHome(), inFolder, { trust: false });
  const train = ["../digits/train-images-idx3-ubyte.gz", "../digits/train-labels-idx1-ubyte"];
  const named = await packed(written("data", training({ name: "idx", files: { train } }), { space: small }));
  assert.is(Object.keys(filesIn(named)).length, 2);
  await sentTo(emptyHome(), named, { trust: false });

  const { default: sharp } = await import("sharp");
  for (const [i, name] of ["a", "b", "c"].entries())
    for (let n = 0; n < 4; n++) {
      mkdirSync(join(scratch.folder, `data/pictures/${name}`), { recursive: true });
      await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 80 * i, g: n, b: 0 } } }).toFile(
        join(scratch.folder, `data/pictures/${name}/${n}.png`),
      );
    }
  const colours = { ...small, options: { ...small.options, imageChannels: 3 } };
  const pictures = await packed(written("data", training({ name: "images", folder: "../pictures" }), { space: colours }));
  assert.is(Object.keys(filesIn(pictures)).length, 12);
  await sentTo(emptyHome(), pictures, { trust: false });
});

const subspaces = { count: 2, radius: 2 };

test("an experiment that it begins with travels, with its plugins and all that it names", async () => {
  scratch.write("chain/first/toy.mjs", toyEvaluator);
  scratch.write("chain/first/first.json", {
    ...toy,
    plugins: ["./toy.mjs"],
    evaluator: "toy",
    subspaces,
    controller: "uniform",
    budget: { queries: 2 },
  });
  const initial = { use: "from-run", options: { experiment: "../first/first.json" } };
  const evaluator = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };
  const sent = await packed(written("chain", evaluator, { subspaces: { ...subspaces, initial }, controller: "uniform" }));
  assert.equal(filesIn(sent), { "first/first.json": "data", "first/toy.mjs": "code" });
  await sentTo(emptyHome(), sent);
});

test("what is named by an absolute path does not travel", async () => {
  const plugin = scratch.write("absolute/elsewhere/toy.mjs", toyEvaluator);
  for (const specifier of [plugin, pathToFileURL(plugin).href]) {
    const sent = await packed(written("absolute", "toy", { plugins: [specifier] }));
    assert.equal(filesIn(sent), {});
    await sentTo(emptyHome(), sent); // which has the same there: it is the same machine
  }
});

test("nothing of where it lies is in a parcel, whether links lead there or not", async () => {
  scratch.write("place/real/lib/plugin.mjs", toyEvaluator);
  const file = written("place/real", "toy", { plugins: ["../lib/plugin.mjs"] });
  symlinkSync(join(scratch.folder, "place/real"), join(scratch.folder, "place/link"));
  const direct = await packed(file);
  const byLink = await packed(join(scratch.folder, "place/link/manifests/m.json"));
  for (const { sources } of [direct, byLink])
    for (const source of sources.values())
      if (source instanceof Uint8Array) assert.not.match(new TextDecoder().decode(source), scratch.folder);
  assert.is(byLink.sha256, direct.sha256);
  await sentTo(emptyHome(), byLink);
});

test("the cells of a matrix share their files, and each has little of its own", async () => {
  scratch.write("matrix/toy.mjs", toyEvaluator);
  const file = scratch.write("matrix/m.json", {
    name: "many",
    base: { ...toy, plugins: ["./toy.mjs"], evaluator: "toy", controller: "random", budget: { queries: 2 } },
    design: "factorial",
    axes: { "/evaluator/options/milliseconds": Array.from({ length: 300 }, (_, i) => i) },
    seeds: { first: 1, count: 1 },
  });
  const plan = await planMatrix({ file, changes: [] });
  assert.is(plan.cells.length, 300);
  assert.is(new Set(plan.cells.map(({ files }) => files)).size, 1);
  const all = new Map<string, Sources extends ReadonlyMap<string, infer S> ? S : never>();
  for (const cell of plan.cells) for (const [sha256, source] of (await packExperiment(cell)).sources) all.set(sha256, source);
  assert.is(all.size, 300 + 1 + 1, "a parcel for each cell, one list of files, one file");
});

test("a parcel of section 5 has a few kilobytes", async () => {
  const matrix = await loadMatrix({ file: join(root, "manifests/paper/section-5-digits-201.json"), changes: [] });
  const { sources } = await packedFile(cellFile(matrix, matrix.cells[0]!));
  const bytes = [...sources.values()].reduce((sum, source) => sum + (source instanceof Uint8Array ? source.length : source.bytes), 0);
  assert.ok(bytes < 8_000, `${bytes} bytes`);
});

test("a file that is gone by the time it is packed is an error", async () => {
  const file = written("gone", { use: "command", options: { command: ["sh", "script.sh"], metric } });
  scratch.write("gone/manifests/script.sh", "");
  const { composition, inputs, files } = await openExperiment({ file, changes: [] });
  rmSync(join(scratch.folder, "gone/manifests/script.sh"));
  const error = await packExperiment({ ...composition, inputs, files }).catch((thrown) => thrown);
  assert.is(error.code, "CANNOT_READ");
});

test.run();
