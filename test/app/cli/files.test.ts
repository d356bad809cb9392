import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openExperiment } from "../../../app/host/experiment.ts";
import { when } from "../../when.ts";
import { DENO, Scratch } from "./command.ts";

/** An evaluator outside the repository: its file says, in a character for each operation, what that is worth. */
const worths = `
const metric = { name: "worth", dataset: "toy", split: "validation", epochs: 0, trainedOn: "nothing", unit: "points" };
export default {
  kind: "evaluator",
  name: "worths",
  summary: "For tests",
  options: { type: "object", additionalProperties: false, required: ["file"], properties: { file: { type: "string" } } },
  needs: ["files"],
  create: async ({ file }, { files }) => {
    const worths = await files.read(file);
    return { metric, evaluate: (cell) => ({ score: cell.reduce((sum, op) => sum + worths[op] - 48, 0), seconds: 1 }) };
  },
};
`;

const scratch = new Scratch();
scratch.write("manifests/worths.js", worths);
scratch.write("given/worths.txt", "01230");
const manifest = scratch.write("manifests/files.json", {
  name: "files",
  plugins: ["./worths.js"],
  space: "nas-bench-201",
  evaluator: { use: "worths", options: { file: "../given/worths.txt" } },
  controller: "random",
  budget: { queries: 8 },
  seeds: { first: 1, count: 6 },
});
const open = () => openExperiment({ file: manifest, changes: [] });

test("a file that a plugin reads is found from the manifest, and its content belongs to the digest", async () => {
  const { composition, inputs } = await open();
  assert.equal(
    [...inputs],
    [["file ../given/worths.txt", "0eb34fcc0ebc5e21a299913f8a0c7bd244cf2719c826755ff0d0869dbed7a185"]], // sha256sum
  );
  scratch.write("given/worths.txt", "01231");
  assert.is.not((await open()).composition.digest, composition.digest);
  scratch.write("given/worths.txt", "01230");
  assert.is((await open()).composition.digest, composition.digest);
});

test("a file that is not there is an error that says where it was looked for, and who asked", async () => {
  const change = { pointer: "/evaluator/options/file", value: "absent.txt" };
  const error = await openExperiment({ file: manifest, changes: [change] }).then(
    () => assert.unreachable("it was opened"),
    (thrown) => thrown,
  );
  assert.is(error.code, "CANNOT_READ");
  const [first, second] = error.message.split("\n");
  assert.is(first, `Cannot read the file ${join(scratch.folder, "manifests/absent.txt")}: there is no such file.`);
  assert.is(second, `  (evaluator "worths" (${join(scratch.folder, "manifests/worths.js")}) at /evaluator of ${manifest})`);
});

const one = await scratch.evoke("run", manifest, "--json");
const runs = (stdout: string) => JSON.parse(stdout).runs.map(({ best }: { best: object }) => best);

test("worker threads read the file as well", async () => {
  const two = await scratch.evoke("run", manifest, "--json", "--workers", "2");
  assert.is(one.status, 0, one.stderr);
  assert.is(two.status, 0, two.stderr);
  assert.equal(runs(two.stdout), runs(one.stdout));
});

when(
  test,
  existsSync(DENO),
  "the npm package deno is not installed",
)("Deno reads the file as well", () => {
  const out = join(scratch.folder, "deno");
  const call = () => scratch.evokeOnDeno("run", manifest, "--json", "--workers", "2", "--out", out);
  const refused = call();
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /worths\.txt: this Deno may not read it\.\n {2}Allow it: name its folder in EVOKE_READ/);
  process.env.EVOKE_READ = join(scratch.folder, "given");
  const { status, stdout, stderr } = call();
  delete process.env.EVOKE_READ;
  assert.is(status, 0, stderr);
  assert.equal(runs(stdout), runs(one.stdout));
});

test.run();
