import { readdirSync, readFileSync } from "node:fs";
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

test.run();
