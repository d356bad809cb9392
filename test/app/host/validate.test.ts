import { readdirSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { validateExperiment, validateFit, validateMatrix, validateTabulation } from "../../../app/host/validate.ts";
import type { ErrorCode, EvokeError } from "../../../core/errors/index.ts";
import { Scratch, toy, toyEvaluator } from "../cli/command.ts";

const scratch = new Scratch();
process.env.EVOKE_HOME = scratch.env.EVOKE_HOME;
scratch.write("toy.js", toyEvaluator);
let count = 0;
const file = (manifest: object) => ({ file: scratch.write(`manifest-${++count}.json`, manifest), changes: [] });
const digits = { name: "digits" };
const trained = { use: "training", options: { dataset: digits } };
const spaceOfDigits = { use: "nas-bench-201", options: { imageSize: 8, imageChannels: 1 } };

async function refused(validating: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  const error = (await validating.then(
    () => assert.unreachable("it was found right"),
    (error) => error,
  )) as EvokeError;
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
}
const experiment = (changes: object) => validateExperiment(file({ ...toy, ...changes }));

test("an experiment is found wrong where it would not compose: tables, files, options that do not go together, other experiments", async () => {
  const benchmark = (table: string) => ({ evaluator: { use: "benchmark", options: { table, dataset: "cifar10" } } });
  await refused(experiment(benchmark("nowhere")), "TABLE_MISSING", /\(evaluator "benchmark" \(built in\) at \/evaluator of .*\)/);
  await refused(experiment(benchmark("digits-201")), "METRIC_UNKNOWN", /Cannot find dataset "cifar10"/);
  await refused(
    experiment({ evaluator: { use: "predictor", options: { file: "none.npz" } } }),
    "CANNOT_READ",
    /none\.npz: there is no such file/,
  );
  const initial = { use: "from-run", options: { experiment: "nowhere.json" } };
  await refused(experiment({ subspaces: { count: 2, radius: 1, initial } }), "CANNOT_READ", /nowhere\.json/);
  await refused(experiment({ subspaces: undefined, controller: "hyperband" }), "FIDELITIES_MISSING", /controller "hyperband"/);
  await refused(experiment({ evaluator: trained }), "NETWORK_MISFIT", /its images are 8 × 8 × 1/);
  const absent = { use: "training", options: { dataset: { name: "idx", files: { train: ["none-images", "none-labels"] } } } };
  await refused(experiment({ evaluator: absent }), "CANNOT_READ", /none-(images|labels)/);
});

test("of an experiment in which several things are absent the error has the codes of all", async () => {
  const absent = {
    evaluator: { use: "predictor", options: { file: "none.npz" } },
    subspaces: { count: 2, radius: 1, accept: [{ use: "latency-limit", options: { milliseconds: 9, table: "nowhere.json" } }] },
    space: "mobilenet",
  };
  const error = (await experiment(absent).catch((error) => error)) as EvokeError;
  assert.is(error.code, "MANIFEST_INVALID", error.message);
  assert.equal(error.codes, ["CANNOT_READ", "CANNOT_READ"]);
});

test("an experiment is right where all that it has can be composed; observers that write into results need no --out", async () => {
  assert.is((await experiment({ observers: ["recorder"] })).name, "toy");
  scratch.write(
    "odd.js",
    'export default { kind: "observer", name: "odd", summary: "", options: { type: "object" }, needs: [], create: () => ({}) };',
  );
  const observers = { plugins: ["./toy.js", "./odd.js"], observers: ["odd"] };
  await refused(
    experiment(observers),
    "PLUGIN_INSTANCE_INVALID",
    /observer "odd" \(.*odd\.js\) at \/observers\/0 of .*: it has no method "next"/,
  );
});

test("to validate trains nothing, starts no thread and writes no file", async () => {
  let threads = 0;
  const hear = () => void threads++;
  process.on("worker", hear);
  const files = () => readdirSync(scratch.folder, { recursive: true }).length;
  const before = files();
  const supernet = { use: "supernet", options: { dataset: digits, training: { epochs: 1000 } } };
  const names = ["a", "b"].map((name) =>
    scratch.write(`${name}.json`, { ...toy, name, space: spaceOfDigits, evaluator: name === "a" ? trained : supernet }),
  );
  for (const file of names) await validateExperiment({ file, changes: [] });
  process.off("worker", hear);
  assert.is(files(), before + 2, "the two manifests");
  assert.is(threads, 0);
});

test("each cell of a matrix is composed; what is wrong is told with the cell", async () => {
  const base = { ...toy, seeds: undefined };
  const matrix = { name: "m", base, design: "one-factor", variants: { trained: { evaluator: trained } }, seeds: { count: 2 } };
  await refused(validateMatrix(file(matrix)), "NETWORK_MISFIT", /at \/evaluator of the cell "trained" of .*manifest/);
  const right = { ...matrix, variants: { uniform: { controller: "uniform" } } };
  assert.is((await validateMatrix(file(right))).cells.length, 2);
  await refused(validateMatrix(file({ ...right, reference: { latancy: 1 } })), "METRIC_UNNAMED", /"latancy", at \/reference of .*manifest/);
});

test("a table that is to be made is found wrong where its space cannot be trained on its dataset", async () => {
  const table = { name: "t", description: "t", space: spaceOfDigits, dataset: digits, fidelities: [{ epochs: 1 }] };
  assert.is((await validateTabulation(file(table))).name, "t");
  await refused(validateTabulation(file({ ...table, space: "nas-bench-201" })), "NETWORK_MISFIT", /its images are 8 × 8 × 1/);
  await refused(validateTabulation(file({ ...table, space: "mobilenet" })), "MANIFEST_INVALID", /too many to train each of them/);
});

test("a predictor that is to be made is found wrong where its sample or its records are", async () => {
  const fit = { name: "f", plugins: ["./toy.js"], space: "nas-bench-201" };
  assert.is((await validateFit(file({ ...fit, pairs: { evaluator: "toy", sample: 20 } }))).name, "f");
  await refused(validateFit(file({ ...fit, pairs: { evaluator: "toy", sample: 20_000 } })), "PAIRS_FEW", /asks for 20000/);
  await refused(validateFit(file({ ...fit, pairs: { evaluator: trained, sample: 20 } })), "NETWORK_MISFIT", /at \/pairs\/evaluator of/);
  await refused(validateFit(file({ ...fit, pairs: { run: "none.jsonl" } })), "CANNOT_READ", /none\.jsonl/);
});

test.run();
