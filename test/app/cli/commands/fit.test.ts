import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadFit, openExperiment } from "../../../../app/host/experiment.ts";
import { type FitListener, fit } from "../../../../app/host/fit.ts";
import { EvokeError } from "../../../../core/errors/index.ts";
import type { Change } from "../../../../core/manifest/changes.ts";
import type { Goal } from "../../../../core/plugin/metric.ts";
import { readPredictor } from "../../../../core/predictor/predictor-file.ts";
import { randomStream } from "../../../../core/random/rng.ts";
import type { SearchEvent } from "../../../../core/record/events.ts";
import { OUTSIDE_A_RUN } from "../../../../core/search/evaluations.ts";
import { Scratch, toyEvaluator } from "../command.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const manifest = scratch.write("convolutions.json", {
  name: "convolutions",
  plugins: ["./toy.js"],
  space: "nas-bench-201",
  features: "choices", // what is counted stands in dead parts as well
  pairs: { evaluator: "toy", sample: 120 },
  network: { layers: 1, width: 16 },
  training: { epochs: 40, batchSize: 32 },
});

const said: string[] = [];
const listener: FitListener = {
  terminal: { interactive: false, columns: 80, write: () => {} },
  say: () => {},
  measured: () => {},
  failed: ({ reason }) => said.push(reason),
  trained: () => {},
};
const made = async (out: string, changes: Change[] = [], file = manifest) => {
  const fitted = await fit(await loadFit({ file, changes }), { out: join(scratch.folder, out) }, listener);
  return { ...fitted, bytes: readFileSync(fitted.file) };
};
async function refused(promise: Promise<unknown>, code: string, says: RegExp): Promise<void> {
  const error = await promise.then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.instance(error, EvokeError, String(error));
  assert.is(error.code, code);
  assert.match(error.message, says);
}

test("a predictor is fitted to a sample, says what it is of, and comes out the same again", async () => {
  const { bytes, learnt, heldOut, pairs, file } = await made("one");
  assert.equal((await made("two")).bytes, bytes);
  assert.equal([learnt.pairs + heldOut.pairs, heldOut.pairs >= 24, heldOut.pairs < 40], [120, true, true]);
  assert.ok(heldOut.rmse < heldOut.deviation / 2, `${heldOut.rmse}`);
  const { description } = readPredictor(bytes, file);
  assert.equal([description!.name, description!.space.use, description!.metric.dataset], ["convolutions", "nas-bench-201", "toy"]);
  const { provenance } = description! as unknown as {
    provenance: { pairs: { digest: string; sample: number }; errors: { heldOut: unknown } };
  };
  assert.equal([provenance.pairs.digest, provenance.pairs.sample, provenance.errors.heldOut], [pairs, 120, heldOut]);
  assert.not.ok(existsSync(`${file}.new`));
});

test("a predictor says whether it sees what is computed, and which features these are", async () => {
  const changes: Change[] = [{ pointer: "/features", value: "computed" }];
  const { bytes, file } = await made("computed", changes);
  const { description } = readPredictor(bytes, file);
  assert.equal([description!.version, description!.features!.shown], [2, "computed"]);
  assert.ok(description!.features!.known!.length > 20);
  assert.equal((await made("again", changes)).bytes, bytes);
  assert.equal(readPredictor((await made("seen")).bytes, "seen").description!.features, { shown: "choices" });
  await refused(made("x", [{ pointer: "/features", value: "choises" }]), "MANIFEST_INVALID", /\/features: .*"choises"/);
});

test("the evaluator predictor searches by it", async () => {
  await made("kept");
  const file = scratch.write("search.json", {
    name: "search",
    space: "nas-bench-201",
    evaluator: { use: "predictor", options: { file: "kept/convolutions.npz" } },
    controller: "random",
    budget: { queries: 10 },
  });
  const { composition, inputs } = await openExperiment({ file, changes: [] });
  assert.equal([...inputs.keys()], ["file kept/convolutions.npz"]);
  const { run, release } = await composition.run(1);
  assert.is(run.evaluator.metric.name, "predicted convolutions");
  const rng = randomStream(1, "/fit-test");
  let errors = 0;
  for (let i = 0; i < 100; i++) {
    const cell = run.space.sample(rng);
    const { score } = await run.evaluator.evaluate(cell, undefined, OUTSIDE_A_RUN);
    errors += Math.abs(score - cell.filter((operation) => operation === 3).length) / 100;
  }
  assert.ok(errors < 0.5, `mean error ${errors}`); // it counts 3 × 3 convolutions, 1.2 ± 1
  release();
});

/** The record of a run that has measured these. */
function record(name: string, measured: readonly (readonly [string, number, number?])[], dataset = "toy", goal?: Goal): string {
  const metric = {
    name: "convolutions",
    dataset,
    split: "validation",
    epochs: 3,
    trainedOn: "nothing",
    unit: "operations",
    ...(goal && { goal }),
  };
  const facts = [
    { type: "run.started", metric },
    ...measured.map(([architecture, score, fidelity], query) => ({
      ...{ type: "architecture.evaluated", query, architecture, score, charged: { queries: 1, seconds: 0 } },
      ...(fidelity && { fidelity }),
    })),
  ];
  const events = facts.map((fact, sequence) => ({ run: "r", seed: 1, sequence, ...fact })) as unknown as SearchEvent[];
  scratch.write(name, events.map((event) => JSON.stringify(event)).join("\n"));
  return name;
}
const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];
const cells = Array.from({ length: 25 }, (_, i) => {
  const [a, b] = [OPERATIONS[i % 5]!, OPERATIONS[Math.floor(i / 5)]!];
  return [`|${a}~0|+|${b}~0|nor_conv_3x3~1|+|${a}~0|nor_conv_1x1~1|${b}~2|`, i] as const;
});
const fromRuns = (run: string | string[]): Change[] => [{ pointer: "/pairs", value: { run } }];

test("pairs may come from records of runs: a repeat counts by its mean, and what was measured at a lower fidelity not at all", async () => {
  const [first, second] = [cells.slice(0, 15), cells.slice(10)];
  record("events/1.jsonl", [...first, [cells[0]![0], 2], [cells[20]![0], 77, 1]]);
  record("events/2.jsonl", second);
  const { learnt, heldOut, metric, bytes } = await made("runs", fromRuns(["events/1.jsonl", "events/2.jsonl"]));
  assert.is(learnt.pairs + heldOut.pairs, 25);
  assert.is(metric.dataset, "toy");
  record("events/mean.jsonl", [[cells[0]![0], 1], ...cells.slice(1)]);
  assert.equal(
    (await made("mean", fromRuns("events/mean.jsonl"))).pairs,
    (await made("runs", fromRuns(["events/1.jsonl", "events/2.jsonl"]))).pairs,
  );
  assert.ok(bytes.length > 0);
});

test("a predictor keeps the goal of the metric that it learns", async () => {
  const { metric } = await made("goal", fromRuns(record("events/goal.jsonl", cells, "toy", "minimise")));
  assert.is(metric.goal, "minimise");
});

test("records that do not fit are refused with what is wrong", async () => {
  record("few.jsonl", cells.slice(0, 9));
  record("other.jsonl", cells, "pears");
  record("foreign.jsonl", [["3,3:1", 1]]);
  scratch.write("empty.jsonl", "");
  await refused(made("x", fromRuns("few.jsonl")), "PAIRS_FEW", /there are 9, and at least 10 different architectures/);
  await refused(made("x", fromRuns(["few.jsonl", "other.jsonl"])), "RECORD_INVALID", /other\.jsonl: its metric is another/);
  record("down.jsonl", cells, "toy", "minimise");
  record("up.jsonl", cells);
  await refused(made("x", fromRuns(["up.jsonl", "down.jsonl"])), "RECORD_INVALID", /down\.jsonl: its metric is another/);
  await refused(made("x", fromRuns("foreign.jsonl")), "RECORD_INVALID", /not of \/space of .*convolutions\.json\. Cannot read "3,3:1"/);
  await refused(made("x", fromRuns("empty.jsonl")), "RECORD_INVALID", /its run did not begin/);
  await refused(made("x", fromRuns("absent.jsonl")), "CANNOT_READ", /the record .*absent\.jsonl: there is no such file/);
});

test("a manifest that names no source of pairs, or two, is refused at its place", async () => {
  for (const value of [{}, { evaluator: "toy" }, { sample: 20 }, { evaluator: "toy", sample: 20, run: "few.jsonl" }])
    await refused(made("x", [{ pointer: "/pairs", value }]), "MANIFEST_INVALID", /\/pairs: give either "evaluator" and "sample", or "run"/);
  await refused(
    made("x", [{ pointer: "/pairs/evaluator", value: "toi" }]),
    "PLUGIN_UNKNOWN",
    /evaluator "toi" at \/pairs\/evaluator of .*"toy"/s,
  );
  await refused(made("x", [{ pointer: "/pairs/sample", value: 20_000 }]), "PAIRS_FEW", /the space has 15625 architectures in all/);
});

test("what cannot be measured is left out; if that is all, nothing is written", async () => {
  const change = { pointer: "/pairs/evaluator/options/failSeed", value: 1 };
  await refused(made("failed", [change]), "PAIRS_FEW", /there are 0, and 120 could not be measured/);
  assert.is(said[0], "the toy is broken");
  assert.not.ok(existsSync(join(scratch.folder, "failed", "failed.npz")));
});

test("the command prints a table, or one JSON document; validate knows such manifests", async () => {
  const { status, stdout, stderr } = await scratch.evoke("fit", manifest, "--out", "called", "--set", "/training/epochs=2");
  assert.is(status, 0, stderr);
  assert.match(
    stdout,
    /^convolutions · convolutions on toy, operations · pairs [0-9a-f]{12}\n\n +pairs +RMSE +MAE +std +Kendall's τ\nlearnt from +\d+/,
  );
  assert.match(stdout, /The predictor is in called\/convolutions\.npz\.\n$/);
  const json = JSON.parse((await scratch.evoke("fit", manifest, "--json", "--set", "/training/epochs=2")).stdout);
  assert.equal(Object.keys(json), ["name", "file", "pairs", "metric", "learnt", "heldOut", "failed"]);
  assert.is(json.file, "results/convolutions.npz");
  assert.match((await scratch.evoke("validate", manifest)).stdout, /convolutions\.json: right, a predictor from 120 architectures/);
});

test.run();
