import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Evaluator } from "../../core/plugin/evaluator.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import told from "../../evaluators/told.ts";
import { evaluatorContract } from "../contracts/evaluator.ts";
import { tinySpace } from "../fixtures.ts";

const metric = { name: "accuracy", dataset: "mine", epochs: 10, unit: "percent" };

function create(options: object): Evaluator {
  const complete = structuredClone({ metric, ...options });
  assert.equal(problemsOf(told.options, complete), []);
  return told.create(complete as never, {});
}

// It measures none.
for (const [title, run] of evaluatorContract("told", tinySpace(2, 3), () => create({ fidelities: [1] }), 0)) test(title, run);

test("told says what its manifest says: its metric, its fidelities in order, and how much may be under way", () => {
  const { metric, fidelities, concurrency, places } = create({ fidelities: [3, 1], concurrency: 4 });
  assert.equal(metric, { name: "accuracy", dataset: "mine", split: "validation", epochs: 10, trainedOn: "train", unit: "percent" });
  assert.equal([fidelities, concurrency, places], [[1, 3, 10], 4, Number.POSITIVE_INFINITY]);
  assert.is(create({}).concurrency, 1);
});

test("told says which further metrics each outcome has, and that its metric is to be minimised", () => {
  const { metric: own, metrics } = create({
    metric: { ...metric, goal: "minimise" },
    metrics: { latency: { unit: "ms", goal: "minimise" } },
  });
  assert.is(own.goal, "minimise");
  assert.equal(metrics, [{ name: "latency", unit: "ms", goal: "minimise" }]);
  assert.equal(create({}).metrics, []);
  const twice = { metrics: { accuracy: { unit: "percent", goal: "maximise" } } };
  assert.throws(
    () => create(twice),
    (error: EvokeError) => error.code === "METRIC_DECLARED_TWICE" && /"accuracy"/.test(error.message),
  );
});

test("told measures nothing: to prepare it, or to have it evaluate, is an error that no other try helps", async () => {
  const { prepare, evaluate } = create({});
  const errors = [await prepare!().catch((error) => error)];
  try {
    evaluate([0], undefined, OUTSIDE_A_RUN);
  } catch (error) {
    errors.push(error);
  }
  assert.equal(
    errors.map(({ code, final }) => [code, final]),
    Array(2).fill(["TOLD_ONLY", true]),
  );
});

test("told has no lower fidelity that is not lower", () => {
  assert.throws(() => create({ fidelities: [10] }), /10 epochs/);
});

test.run();
