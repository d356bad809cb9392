import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Evaluator, Measurement } from "../../core/plugin/evaluator.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import type { Tables } from "../../core/table/table.ts";
import { readTable, writeTable } from "../../core/table/table-file.ts";
import benchmark from "../../evaluators/benchmark.ts";
import { evaluatorContract } from "../contracts/evaluator.ts";
import { architectures, space, tinyTable, without } from "../tables.ts";

const tablesOf = (table = tinyTable()): Tables => ({ open: async () => readTable(await writeTable(table), "tiny.arrow") });

async function create(options: object, tables = tablesOf()): Promise<Evaluator> {
  const complete = { table: "tiny", dataset: "apples", ...options };
  assert.equal(problemsOf(benchmark.options, complete), []);
  return benchmark.create(complete as never, { tables, space });
}

for (const [title, run] of evaluatorContract("benchmark", space, () => create({}))) test(title, run);

for (const [title, run] of evaluatorContract("benchmark with a lower fidelity", space, () => create({ epochs: 8 }))) test(title, run);

test("the search sees the validation metric of the table's search fidelity, and is charged its seconds", async () => {
  const { evaluate, metric } = await create({});
  assert.is(metric.epochs, 2);
  for (const [row, architecture] of architectures.entries())
    assert.equal(evaluate(architecture, undefined, OUTSIDE_A_RUN), { score: 20.25 + row, seconds: 100.25 + row } satisfies Measurement);
});

test("the answer is reported by the test metric of the table's report fidelity", async () => {
  const { test: report, freeTests } = await create({});
  const { metric, value } = await report!(architectures[4]!);
  assert.is(value, 64.25);
  assert.equal([metric.split, metric.epochs], ["test", 8]);
  assert.is(freeTests, true);
});

test("other epochs can be searched, and cost in proportion", async () => {
  const { evaluate } = await create({ epochs: 8 });
  assert.equal(evaluate(architectures[1]!, undefined, OUTSIDE_A_RUN), { score: 41.25, seconds: 4 * 101.25 });
});

test("lower fidelities are shorter trainings, or the points of the search's own, at their seconds", async () => {
  const [architecture] = architectures as [number[]];
  const trainings = await create({ epochs: 8 });
  assert.equal(trainings.fidelities, [2, 8]);
  assert.equal(trainings.evaluate(architecture, 2, OUTSIDE_A_RUN), { score: 20.25, seconds: 100.25 });
  assert.equal(trainings.evaluate(architecture, 8, OUTSIDE_A_RUN), { score: 40.25, seconds: 401 });
  const curve = await create({ epochs: 8, lowerFidelities: "learning-curve" });
  assert.equal(curve.fidelities, [2, 8]);
  assert.equal(curve.evaluate(architecture, 2, OUTSIDE_A_RUN), { score: 30.25, seconds: 100.25 });
  assert.equal((await create({})).fidelities, [2]);
  assert.equal((await create({ lowerFidelities: "learning-curve" })).fidelities, [2]);
});

test("a dataset's queries cost its own seconds, or another's if the manifest says so", async () => {
  assert.equal((await create({ dataset: "pears" })).evaluate(architectures[0]!, undefined, OUTSIDE_A_RUN), {
    score: 10.25,
    seconds: 1.5 * 100.25,
  });
  const { evaluate } = await create({ dataset: "pears", secondsOf: "apples" });
  assert.equal(evaluate(architectures[0]!, undefined, OUTSIDE_A_RUN), { score: 10.25, seconds: 100.25 });
});

test("a dataset without a test metric is searched and not tested, unless the manifest asks for one", async () => {
  assert.is((await create({ dataset: "pears" })).test, undefined);
  await rejects(create({ dataset: "pears", reportEpochs: 8 }), "METRIC_UNKNOWN", /Cannot find split "test" for dataset pears/);
});

test("a table without seconds charges none, unless the manifest asks for some", async () => {
  const tables = tablesOf(without(tinyTable(), "seconds_2"));
  assert.equal((await create({}, tables)).evaluate(architectures[0]!, undefined, OUTSIDE_A_RUN), { score: 20.25, seconds: 0 });
  await rejects(create({ secondsOf: "apples" }, tables), "METRIC_UNKNOWN", /seconds of dataset "apples"/);
});

test("a manifest that would search on a test metric is refused by the schema of the options", () => {
  const options = { table: "tiny", dataset: "apples", split: "test" };
  assert.match(
    problemsOf(benchmark.options, options, "/evaluator/options").join(),
    /\/evaluator\/options\/split: .*test metrics are for the report.*"test"/,
  );
});

test("a metric that the table does not have is an error that lists what it has", async () => {
  await rejects(create({ dataset: "aples" }), "METRIC_UNKNOWN", /Did you mean "apples"\?/);
  await rejects(create({ epochs: 5 }), "METRIC_UNKNOWN", /It has 2, 8\./);
  await rejects(create({ reportEpochs: 5 }), "METRIC_UNKNOWN", /It has 8\./);
  await rejects(create({ metric: "loss" }), "METRIC_UNKNOWN", /metric "loss" for dataset apples/);
});

test("an architecture that a partial table does not have is an error that names it", async () => {
  const whole = tinyTable({ complete: false });
  const values = Object.fromEntries(Object.entries(whole.values).map(([column, all]) => [column, [...all].slice(0, 4)]));
  const { evaluate } = await create({}, tablesOf({ ...whole, architectures: whole.architectures.slice(0, 4), values }));
  assert.equal(evaluate(architectures[3]!, undefined, OUTSIDE_A_RUN), { score: 23.25, seconds: 103.25 });
  assert.throws(() => evaluate(architectures[4]!, undefined, OUTSIDE_A_RUN), /Cannot look up 2-2: the table "tiny" has no row for it/);
});

async function rejects(promise: Promise<unknown>, code: string, says: RegExp): Promise<void> {
  const error = await promise.then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.is(error.code, code);
  assert.match(error.message, says);
}

test.run();
