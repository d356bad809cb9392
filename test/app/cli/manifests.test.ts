import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadExperiment, loadFit, loadMatrix, loadTableImport, loadTabulation } from "../../../app/host/experiment.ts";
import { glanceAt } from "../../../core/manifest/parse.ts";
import { root, Scratch } from "./command.ts";

const scratch = new Scratch();
const shipped = (path: string) => JSON.parse(readFileSync(join(root, "manifests", path), "utf8")) as object;
const experiment = {
  name: "plain",
  question: "Why?",
  space: "nas-bench-201",
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  subspaces: { count: 3, radius: 2 },
  controller: "random",
  budget: { queries: 12 },
};
const fit = { name: "worth", space: "nas-bench-201", pairs: { evaluator: experiment.evaluator, sample: 20 } };
const matrix = { name: "counts", base: "experiment.jsonc", design: "one-factor", axes: { "/subspaces/count": [1, 2] } };
const kinds: Readonly<Record<string, object>> = { experiment, matrix, fit, tabulate: shipped("tabulate/digits-201.json") };

/** As editors and people write it. */
function commented(manifest: object): string {
  const lines = JSON.stringify(manifest, null, 2).replaceAll(/([^,[{])\n/g, "$1, /* , */\n");
  return `\uFEFF// with\n${lines}\n// and without`.replaceAll("\n", "\r\n");
}

test("every kind of manifest may have comments, trailing commas, a byte-order mark and CRLF, whatever its file is called", async () => {
  for (const [kind, manifest] of Object.entries(kinds))
    for (const ending of ["json", "jsonc"]) scratch.write(`${kind}.${ending}`, commented(manifest));
  const files = Object.keys(kinds).flatMap((kind) => [`${kind}.json`, `${kind}.jsonc`]);
  const { status, stdout, stderr } = await scratch.evoke("validate", ...files);
  assert.equal([status, stderr], [0, ""]);
  assert.is(stdout.match(/: right, /g)!.length, files.length);
});

test("in every kind of manifest a member that is there twice is refused with both places", async () => {
  for (const [kind, manifest] of Object.entries(kinds))
    scratch.write(`twice/${kind}.json`, JSON.stringify(manifest, null, 2).replace(/}$/, ',\n  "name": "other"\n}'));
  scratch.write("twice/with-base.json", { ...matrix, base: "experiment.json" });
  const files = [...Object.keys(kinds), "with-base"].map((kind) => `twice/${kind}.json`);
  const { status, stdout } = await scratch.evoke("validate", "--json", ...files);
  assert.is(status, 2);
  for (const [i, { message }] of (JSON.parse(stdout) as { message: string }[]).entries()) {
    const named = files[i] === "twice/with-base.json" ? "twice/experiment.json" : files[i]!;
    assert.match(
      message,
      new RegExp(`^Cannot use the manifest ${named}: 1 problem\\.\n {2}/name: is there twice, at line [23], column 3 and at line`),
    );
  }
});

test("--set /pointer=null takes away what is optional", async () => {
  scratch.write("experiment.jsonc", commented(experiment));
  const whole = ["--set", "/subspaces=null", "--set", "/question=null"];
  const run = await scratch.evoke("run", "experiment.jsonc", ...whole, "--json");
  assert.is(run.status, 0, run.stderr);
  const required = await scratch.evoke("run", "experiment.jsonc", "--set", "/space=null");
  assert.is(required.status, 2);
  assert.match(required.stderr, '/: the property "space" is missing');
  const absent = await scratch.evoke("run", "experiment.jsonc", "--set", "/subspcaes=null");
  assert.is(absent.status, 2);
  assert.is(absent.stderr, 'Cannot take /subspcaes away from experiment.jsonc: it is not there.\n  Did you mean "subspaces"?\n');
});

test("every manifest that comes with Evoke is right, as far as that shows without the tables and files that it names", async () => {
  const files = readdirSync(join(root, "manifests"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".json"));
  assert.ok(files.length > 20);
  for (const path of files) {
    const file = join(root, "manifests", path);
    const load = { experiment: loadExperiment, matrix: loadMatrix, fit: loadFit, tabulation: loadTabulation, import: loadTableImport };
    const { kind } = glanceAt(readFileSync(file, "utf8"));
    await load[kind!]({ file, changes: [] });
  }
});

test("nas-bench-201-cifar10 trains cells as the benchmark did, on the batches of CIFAR-10 in the folder that it names", async () => {
  const folder = join(scratch.folder, "cifar");
  mkdirSync(folder);
  const image = (n: number) => Uint8Array.from({ length: 3073 }, (_, i) => (i === 0 ? n % 10 : (7 * i + n) % 256));
  for (const name of ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"])
    writeFileSync(join(folder, `${name}.bin`), Buffer.concat(Array.from({ length: 4 }, (_, n) => image(n))));
  const file = join(root, "manifests/nas-bench-201-cifar10.json");
  const { evaluator } = (await loadExperiment({ file, changes: [] })).resolved as { evaluator: { options: Record<string, object> } };
  const { dataset, training } = evaluator.options;
  const { split, ...as } = dataset as { split: object; normalise: object };
  assert.equal(split, { train: 25_000, validation: 25_000, seed: 0 });
  const few = scratch.write("few.json", {
    ...shipped("nas-bench-201-cifar10.json"),
    evaluator: { use: "training", options: { dataset: { ...as, folder: "cifar" }, training, seed: 777 } },
  });
  const { status, stdout, stderr } = await scratch.evoke("validate", few);
  assert.is(status, 0, stderr);
  assert.match(stdout, "few.json: right, 1 run");
  const missing = await scratch.evoke("validate", file);
  if (missing.status === 2) assert.match(missing.stderr, /^Cannot read the dataset's folder .*cifar-10-batches-py: there is no such file/m);
  else assert.is(missing.status, 0);
});

test.run();
