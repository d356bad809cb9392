import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Evaluator, Measurement } from "../../core/plugin/evaluator.ts";
import { randomStream } from "../../core/random/rng.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import type { ColumnDescription, Tables } from "../../core/table/table.ts";
import { type NewTable, readTable, writeTable } from "../../core/table/table-file.ts";
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

const latency = {
  name: "latency",
  dataset: "phone",
  split: "validation",
  epochs: 0,
  trainedOn: "none",
  unit: "ms",
  goal: "minimise",
} as const;
/** The tiny table with a latency; architectures in the other order. */
const reversed = (): NewTable => {
  const table = tinyTable();
  return {
    description: { ...table.description, name: "latencies", columns: { ms: { role: "metric", metric: latency, seeds: [1, 1] } } },
    architectures: table.architectures.toReversed(),
    values: { ms: table.architectures.map((_, row) => 10 + row) },
  };
};

test("further metrics are looked up beside the score, in this table or in another one of the space", async () => {
  const read = async (table: NewTable) => readTable(await writeTable(table), "tiny.arrow");
  const tables: Tables = { open: async (name) => read(name === "tiny" ? tinyTable() : reversed()) };
  const evaluator = await create(
    { metrics: [{ name: "latency", table: "latencies" }, { name: "parameters" }, { name: "accuracy", dataset: "pears", as: "pears" }] },
    tables,
  );
  assert.equal(evaluator.metrics, [
    { name: "latency", unit: "ms", goal: "minimise" },
    { name: "parameters", unit: "parameters", goal: "minimise" },
    { name: "pears", unit: "percent", goal: "maximise" },
  ]);
  for (const [row, architecture] of architectures.entries()) {
    const { metrics } = (await evaluator.evaluate(architecture, undefined, OUTSIDE_A_RUN)) as Measurement;
    assert.equal(metrics, { latency: 18 - row, parameters: 1000 * architecture[0]! + architecture[1]! + 70_000, pears: 10.25 + row });
  }
  for (const [, run] of evaluatorContract("benchmark with a latency", space, () => evaluator)) await run();
});

test("a further metric that is not there, or has the name of another, is an error", async () => {
  await rejects(create({ metrics: [{ name: "latnecy" }] }), "METRIC_UNKNOWN", /metric "latnecy" for dataset apples/);
  await rejects(create({ metrics: [{ name: "accuracy", epochs: 3 }] }), "METRIC_UNKNOWN", /epochs 3 .*It has 2, 8\./s);
  await rejects(create({ metrics: [{ name: "accuracy", epochs: 8 }] }), "METRIC_TWICE", /two metrics called "accuracy".*"as"/s);
});

/** The tiny table with two trainings of each architecture but the first. */
function seeded(): NewTable {
  const table = tinyTable();
  const { apples_validation_2: mean, ...columns } = table.description.columns;
  const of = (seed: number) => ({ ...(mean as Extract<ColumnDescription, { role: "metric" }>), seed });
  const values = (apart: number) => architectures.map((_, row) => (row === 0 && apart > 0 ? Number.NaN : 20.25 + row + apart));
  return {
    ...table,
    description: { ...table.description, columns: { apples_validation_2: mean!, seed_1: of(1), seed_2: of(2), ...columns } },
    values: { ...table.values, seed_1: values(-1), seed_2: values(1) },
  };
}

test("a query sees the mean of the training seeds, or one that is drawn by the run's seed and the query", async () => {
  const [first, second] = architectures as [number[], number[]];
  const scores = (evaluator: Evaluator, architecture: readonly number[]) =>
    Array.from({ length: 200 }, (_, query) => {
      const context = { ...OUTSIDE_A_RUN, rng: randomStream(1, `/evaluator#${query}`) };
      return (evaluator.evaluate(architecture, undefined, context) as Measurement).score;
    });
  const mean = await create({}, tablesOf(seeded()));
  assert.equal(new Set(scores(mean, second)), new Set([21.25]));
  const drawn = await create({ seeds: "drawn" }, tablesOf(seeded()));
  const found = scores(drawn, second);
  assert.equal(new Set(found), new Set([20.25, 22.25]));
  // 200 draws: 100 of each, 3 standard errors of √50.
  assert.ok(Math.abs(found.filter((score) => score === 20.25).length - 100) < 22, "both are drawn equally often");
  assert.equal(scores(drawn, second), found);
  assert.equal(new Set(scores(drawn, first)), new Set([19.25]), "a training that is not there is not drawn");
  assert.is((await drawn.test!(second)).value, 61.25);
});

for (const [title, run] of evaluatorContract("benchmark with seeds", space, () => create({ seeds: "drawn" }, tablesOf(seeded()))))
  test(title, run);

test("seeds cannot be drawn from a table without them", async () => {
  await rejects(
    create({ seeds: "drawn" }),
    "SEEDS_MISSING",
    /it has accuracy on apples after 2 epochs without them\.\n {2}Set "seeds" to "mean"/,
  );
});

test("a metric that is to be minimised is said to be", async () => {
  const table = tinyTable();
  const [[column, described]] = Object.entries(table.description.columns) as [[string, Extract<ColumnDescription, { role: "metric" }>]];
  const columns = { ...table.description.columns, [column]: { ...described, metric: { ...described.metric, goal: "minimise" as const } } };
  assert.is((await create({}, tablesOf({ ...table, description: { ...table.description, columns } }))).metric.goal, "minimise");
});

test("a table that knows no epochs has the seconds of its trainings", async () => {
  const table = tinyTable();
  const { apples_validation_2, seconds_2 } = table.description.columns;
  const none = apples_validation_2 as Extract<ColumnDescription, { role: "metric" }>;
  const columns = {
    apples_validation_2: { ...none, metric: { ...none.metric, epochs: 0 } },
    seconds_2: { ...(seconds_2 as Extract<ColumnDescription, { role: "seconds" }>), epochs: 0 },
  };
  const fidelity = { search: { name: "accuracy", epochs: 0 }, report: { name: "accuracy", epochs: 0 } };
  const { evaluate } = await create({}, tablesOf({ ...table, description: { ...table.description, columns, fidelity } }));
  assert.equal(evaluate(architectures[0]!, undefined, OUTSIDE_A_RUN), { score: 20.25, seconds: 100.25 });
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
