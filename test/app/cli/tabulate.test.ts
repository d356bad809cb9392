import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import { readTable } from "../../../core/table/table-file.ts";
import { root, Scratch } from "./command.ts";

const scratch = new Scratch();

/** 27 architectures, 9 functions: a digit counts modulo 3, and the order of the first two does not. */
scratch.write(
  "space.js",
  `
const base = 3;
/** Private members throw where a method is called without its object. */
class Digits {
  #width;
  length = 3;
  operations = ["a", "b", "c"];
  size = 27n;
  constructor(width) { this.#width = width; }
  sample(rng) { return [rng.below(base), rng.below(base), rng.below(base)]; }
  contains(architecture) {
    return this.#width > 0 && architecture.length === 3 && architecture.every((digit) => Number.isInteger(digit) && digit >= 0 && digit < base);
  }
  modify(architecture, all) {
    return all.reduce((changed, { component, operation }) => changed.with(component, operation), architecture);
  }
  neighbours(architecture) {
    return architecture.flatMap((digit, place) => [1, 2].map((more) => architecture.with(place, (digit + more) % base)));
  }
  encode(architecture) { return this.contains(architecture) ? architecture.join("-") : "none"; }
  decode(text) { return text.split("-").map(Number); }
  functionKey([a, b, c]) { return [(a + b) % base, c].join(); }
  cost(architecture) { return { madds: this.#width * (1 + architecture[0]), parameters: 10 + architecture[1] }; }
  /** As many convolutions as the first digit says. */
  network([first]) {
    return {
      layers: [
        { kind: "image", shape: [8, 8, 1], inputs: [] },
        ...Array.from({ length: first }, (_, i) => ({ kind: "convolution", kernel: 3, stride: 1, channels: this.#width && 1, inputs: [i] })),
        { kind: "global-average-pool", inputs: [first] },
        { kind: "linear", outputs: 10, inputs: [first + 1] },
      ],
    };
  }
}
export default {
  kind: "space",
  name: "digits-of-three",
  summary: "Three numbers below 3",
  options: { type: "object", additionalProperties: false, properties: { width: { type: "integer", default: 1 }, depth: { type: "integer", default: 1 } } },
  needs: [],
  create: ({ width }) => new Digits(width),
};
`,
);
const manifest = {
  name: "tiny-table",
  description: "Nine functions of three digits",
  plugins: ["./space.js"],
  space: { use: "digits-of-three", options: { width: 2 } },
  dataset: { name: "digits" },
  fidelities: [{ epochs: 1 }, { epochs: 3, seeds: [1, 2] }],
  backend: "cpu",
};
const file = scratch.write("tiny.json", manifest);

/**
 * Tabulates by a trainer that trains nothing: its numbers follow from the key. It says a line for each training
 * that begins, and one for each that is reported as over.
 */
const program = scratch.write(
  "tabulate.mjs",
  `
import { loadTabulation } from ${JSON.stringify(pathToFileURL(join(root, "dist/app/host/experiment.js")).href)};
import { tabulate } from ${JSON.stringify(pathToFileURL(join(root, "dist/app/host/tabulate/tabulate.js")).href)};

const key = ({ architecture, epochs, seed }) => architecture + " " + epochs + " " + seed;
export async function tabulated(say, file, out, milliseconds, workers, failing) {
const done = await tabulate({
  tabulation: await loadTabulation({ file, changes: [] }),
  out,
  trainer: {
    workers: Number(workers),
    inputs: { fake: "1" },
    async train(request) {
      say("begin " + key(request));
      const value = [...key(request)].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 9973, 7);
      await new Promise((resolve) => setTimeout(resolve, Number(milliseconds) * (0.5 + (value % 10) / 10)));
      if (key(request) === failing) throw new Error("it diverged");
      const curve = Array.from({ length: request.epochs }, (_, i) => [i + 1, (value % 89) + i / 3, (value % 97) + i / 7]);
      return { curve, seconds: value / 1000 };
    },
  },
  listener: { trained: (trained) => say("trained " + key(trained)), began: (plan) => say("plan " + JSON.stringify(plan)) },
});
say("done " + JSON.stringify({ ...done, made: undefined }));
}
`,
);
const { tabulated } = await import(pathToFileURL(program).href);
/** In this process. @returns what it has said, and the error that it has ended with */
async function run(out: string, milliseconds: number, workers: number, failing?: string, manifest = file) {
  let stdout = "";
  const say = (line: string) => {
    stdout += `${line}\n`;
  };
  const error: EvokeError | undefined = await tabulated(say, manifest, join(scratch.folder, out), milliseconds, workers, failing).then(
    () => undefined,
    (thrown: EvokeError) => thrown,
  );
  return { stdout, error };
}
const tableFolder = (out: string) => join(scratch.folder, out, readdirSync(join(scratch.folder, out))[0]!);
const tableBytes = (out: string, name = "tiny-table") => readFileSync(join(tableFolder(out), `${name}.arrow.gz`));
const told = (stdout: string, what: string) =>
  stdout
    .split("\n")
    .filter((line) => line.startsWith(`${what} `))
    .map((line) => line.slice(what.length + 1));

test("one architecture of each function is trained, that with the fewest convolutions, and all others have its numbers", async () => {
  const { stdout, error } = await run("whole", 0, 2);
  assert.is(error, undefined);
  const trained = told(stdout, "trained");
  assert.is(trained.length, 27);
  // Functions are (a + b) mod 3 and c; with a = 0 there is no convolution.
  assert.ok(trained.every((key) => key.startsWith("0-")));
  const table = await readTable(tableBytes("whole"), "tiny-table.arrow.gz");
  assert.is(table.rows, 27);
  assert.ok(table.description.complete);
  const values = table.values("digits_validation_3");
  const rowOf = new Map(Array.from({ length: 27 }, (_, row) => [table.text(row), row]));
  for (const [text, row] of rowOf) {
    const [a, b, c] = text.split("-").map(Number) as [number, number, number];
    assert.is(values[row], values[rowOf.get(`0-${(a + b) % 3}-${c}`)!]);
  }
});

test("the table has the ends and the curves of all fidelities, seconds, costs, and says how it was made", async () => {
  const table = await readTable(tableBytes("whole"), "tiny-table.arrow.gz");
  assert.equal(Object.keys(table.description.columns), [
    ...["digits_validation_1", "digits_test_1", "train_seconds_1"],
    ...["digits_validation_3", "digits_test_3"],
    ...["digits_validation_1_of_3", "digits_test_1_of_3", "digits_validation_2_of_3", "digits_test_2_of_3", "train_seconds_3"],
    ...["madds", "parameters", "code"],
  ]);
  const at = { name: "accuracy", dataset: "digits", split: "validation" } as const;
  assert.equal(table.metric({ ...at, epochs: 3 }).seeds, [2, 2]);
  assert.is(table.metric({ ...at, epochs: 2, scheduled: 3 }).column, "digits_validation_2_of_3");
  assert.equal(table.description.fidelity, { search: { name: "accuracy", epochs: 1 }, report: { name: "accuracy", epochs: 3 } });
  assert.equal(table.description.space, { use: "digits-of-three", options: { width: 2 } }, "options of the default value are left out");
  assert.equal([...table.values("madds")].slice(0, 3), [2, 2, 2]);
  const { provenance } = table.description as unknown as { provenance: Record<string, Record<string, unknown>> };
  assert.equal(provenance.inputs, { fake: "1" });
  assert.equal(provenance.reproducible!.measured, ["train_seconds_1", "train_seconds_3"]);
  assert.match(String(provenance.reproducible!.sha256), /^[0-9a-f]{64}$/);
  assert.match(JSON.stringify(provenance.machines), /"processor"/);
});

test("the numbers do not depend on the number of workers", async () => {
  await run("eight", 3, 8);
  assert.equal(tableBytes("eight"), tableBytes("whole"));
});

test("a last line that was cut off is dropped, and its training done again", async () => {
  const journal = join(tableFolder("whole"), "journal.jsonl");
  const text = readFileSync(journal, "utf8");
  const table = tableBytes("whole");
  for (const cut of [1, 20, 60]) {
    writeFileSync(journal, text.slice(0, -cut));
    assert.is(told((await run("whole", 0, 1)).stdout, "trained").length, 1);
    assert.equal(tableBytes("whole"), table);
  }
});

test("a damaged line in the middle is refused, and nothing is changed", async () => {
  const journal = join(tableFolder("whole"), "journal.jsonl");
  const text = readFileSync(journal, "utf8");
  writeFileSync(journal, text.replace('"epochs":3', '"epochs":'));
  const { error } = await run("whole", 0, 1);
  assert.is(error?.code, "RESULTS_DAMAGED");
  const locks = readdirSync(tableFolder("whole")).filter((name) => name.startsWith(".lock-"));
  assert.equal(locks, [], "the folder is let go of");
  assert.is(readFileSync(journal, "utf8"), text.replace('"epochs":3', '"epochs":'));
  writeFileSync(journal, text);
});

test("a training that fails is told and tried again by the next call; until then its function has no rows", async () => {
  const failed = await run("failing", 0, 2, "0-1-2 3 2");
  const done = JSON.parse(told(failed.stdout, "done")[0]!);
  assert.equal(done.failed, [{ architecture: "0-1-2", epochs: 3, seed: 2, reason: "it diverged" }]);
  assert.ok(existsSync(join(tableFolder("failing"), "tiny-table-sample.arrow.gz")));
  const table = await readTable(tableBytes("failing", "tiny-table-sample"), "sample");
  assert.is(table.rows, 24);
  assert.not.ok(table.description.complete);
  const { stdout } = await run("failing", 0, 2);
  assert.equal(told(stdout, "trained"), ["0-1-2 3 2"]);
  assert.equal(tableBytes("failing"), tableBytes("whole"));
});

test("another manifest, another folder: its trainings are others", async () => {
  const other = scratch.write("other.json", { ...manifest, dataset: { name: "digits", copies: 2 } });
  await run("whole", 0, 1, undefined, other);
  assert.is(readdirSync(join(scratch.folder, "whole")).length, 2);
});

test("a wrong manifest is refused with the place of each problem", async () => {
  const refused = async (changes: object, ...says: RegExp[]) => {
    const wrong = scratch.write("wrong.json", { ...manifest, ...changes });
    const { status, stderr } = await scratch.evoke("tabulate", wrong);
    assert.is(status, 2, stderr);
    for (const pattern of says) assert.match(stderr, pattern);
  };
  await refused({ dataset: { name: "mnist" } }, /\/dataset\/name: must be one of digits, idx/);
  await refused({ fidelities: [{ epochs: 3 }, { epochs: 3 }] }, /\/fidelities\/1\/epochs: 3 is there already/);
  await refused({ fidelities: [] }, /\/fidelities/);
  await refused({ space: "nas-bench-202" }, /Did you mean "nas-bench-201"/);
  await refused({ backend: "webgl" }, /\/backend: must be one of/);
});

test("evoke validate takes manifests of tables as well", async () => {
  const shipped = join(root, "manifests/tabulate/digits-201.json");
  const wrong = scratch.write("half.json", { name: "half", fidelities: [{ epochs: 0 }] });
  const { status, stdout, stderr } = await scratch.evoke("validate", shipped, wrong);
  assert.is(status, 2);
  assert.match(stdout, /digits-201\.json: right, a table of 2 fidelities/);
  assert.match(stderr, /half\.json.*\/fidelities\/0\/epochs/s);
});

// --- The command, with TensorFlow.js

const small = {
  name: "small",
  description: "Cells in a network of one channel",
  space: {
    use: "nas-bench-201",
    options: { channels: 1, cellsPerStage: 1, stages: 1, reduction: "pool", imageSize: 8, imageChannels: 1 },
  },
  dataset: { name: "digits", split: { train: 60, validation: 20, test: 20 }, augmentation: { shift: 1, noise: 0.4 } },
  training: { batchSize: 20, validateEvery: 4 },
  fidelities: [{ epochs: 4 }, { epochs: 12 }],
};
const smallFile = scratch.write("small.json", small);
test("the numbers are compared with those of a table, and a difference is told", async () => {
  const whole = JSON.parse((await scratch.evoke("tabulate", smallFile, "--sample", "5", "--out", "at-once", "--json")).stdout);
  assert.equal([whole.trained, whole.functions, whole.complete], [10, 5, false]);
  const table = join(tableFolder("at-once"), "small-sample.arrow.gz");
  const only = scratch.write("cells.txt", "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|\n");
  // This cell computes nothing, as many others do; it is not among the first five functions.
  const none = await scratch.evoke("tabulate", smallFile, "--only", only, "--compare", table);
  assert.is(none.status, 1);
  assert.match(none.stdout, /No architecture in common/);
  const same = await scratch.evoke("tabulate", smallFile, "--sample", "2", "--out", "again", "--compare", table);
  assert.is(same.status, 0, same.stdout);
  assert.match(same.stdout, /\d+ architectures and \d+ columns in common with .*: all values are equal\./);
  const other = await scratch.evoke("tabulate", smallFile, "--sample", "2", "--compare", table, "--set", "/fidelities/1/seeds=[2]");
  assert.is(other.status, 1);
  assert.match(other.stdout, /values differ\.\n {2}digits_\w+ of \|.* is [\d.]+ here and [\d.]+ there/);
});

test("a network that is not for the dataset's images, and an invalid architecture, are refused before anything is trained", async () => {
  const misfit = await scratch.evoke("tabulate", smallFile, "--set", "/space/options/imageSize=16");
  assert.is(misfit.status, 2);
  assert.match(misfit.stderr, /8 × 8 × 1.*16 × 16 × 1/s);
  const wrong = await scratch.evoke("tabulate", smallFile, "--only", scratch.write("wrong.txt", "\n|none~0|\n"));
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /^Cannot use line 2 of .*wrong\.txt: Cannot read "\|none~0\|"/m);
});

test.run();
