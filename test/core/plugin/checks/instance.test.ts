import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemOf } from "../../../../core/plugin/checks/instance.ts";
import type { Kind } from "../../../../core/plugin/plugin.ts";
import { separable, space } from "../../../experiments.ts";

const method = () => {};
const controller = { propose: method, observe: method };

test("what is no object, or lacks a method of its kind, is told", () => {
  assert.is(problemOf("reward", undefined), "it must be an object; found nothing");
  assert.is(
    problemOf("reward", () => 1),
    "it must be an object; found a function",
  );
  for (const [kind, instance, missing] of [
    ["space", { ...space, neighbours: undefined }, "neighbours"],
    ["distance", {}, "between"],
    ["controller", { ...controller, observe: undefined }, "observe"],
    ["middleware", {}, "around"],
    ["reward", {}, "shape"],
    ["acceptance", { feasible: method }, "accepts"],
    ["initial", {}, "centres"],
    ["evaluator", { metric: separable.metric }, "evaluate"],
    ["observer", {}, "next"],
  ] as const)
    assert.is(problemOf(kind, instance), `it has no method "${missing}"`);
});

test("members that are there, optional ones too, must be what they should be", () => {
  const evaluator = (more: object) => ({ ...separable, ...more });
  const metric = (more: object) => evaluator({ metric: { ...separable.metric, ...more } });
  for (const [kind, instance, problem] of [
    ["space", { ...space, length: 0 }, 'its "length" must be a whole number from 1; found 0'],
    [
      "space",
      { ...space, operations: "ab" },
      'its "operations" must be a list of texts, the choices of every component; found "ab", a text',
    ],
    ["space", { ...space, operations: [] }, 'its "operations" must be a list of texts, the choices of every component; found []'],
    ["space", { ...space, size: 81 }, 'its "size" must be a bigint from 1n; found 81'],
    ["space", { ...space, nodes: [[0], ["1"]] }, 'its "nodes[1][0]" must be a whole number from 0; found "1", a text'],
    ["space", { ...space, cost: 7 }, 'its "cost" must be a method; found 7'],
    ["space", { ...space, paths: { count: 3, most: 2 } }, 'it has no method "paths.of"'],
    ["space", { ...space, shrinking: [{ name: "full" }] }, 'it has no method "shrinking[0].sample"'],
    ["controller", { ...controller, concurrency: 2.5 }, 'its "concurrency" must be a whole number from 1; found 2.5'],
    [
      "controller",
      { ...controller, concurrency: Number.POSITIVE_INFINITY },
      'its "concurrency" must be a whole number from 1; found Infinity',
    ],
    ["reward", { shape: method, value: 1 }, 'its "value" must be a method; found 1'],
    ["acceptance", { accepts: method, feasible: true }, 'its "feasible" must be a method; found true'],
    ["observer", { next: method, types: ["run.stopped"] }, 'its "types" must be a list of types of events, of run.started'],
    ["observer", { next: method, finish: null }, 'its "finish" must be a method; found null'],
    ["evaluator", evaluator({ metric: undefined }), 'its "metric" must be an object; found nothing'],
    ["evaluator", metric({ name: "" }), 'its "metric.name" must be a text that is not empty; found "", a text'],
    ["evaluator", metric({ dataset: 7 }), 'its "metric.dataset" must be'],
    ["evaluator", metric({ split: "test" }), 'its "metric.split" must be "validation", since a search sees no other; found "test", a text'],
    ["evaluator", metric({ epochs: "12" }), 'its "metric.epochs" must be a finite number from 0; found "12", a text'],
    ["evaluator", metric({ scheduled: Number.NaN }), 'its "metric.scheduled" must be a finite number from 0; found NaN'],
    ["evaluator", metric({ trainedOn: undefined }), 'its "metric.trainedOn" must be'],
    ["evaluator", metric({ unit: undefined }), 'its "metric.unit" must be a text that is not empty; found nothing'],
    ["evaluator", evaluator({ fidelities: [9, 3] }), 'its "fidelities" must be a list of ascending numbers of epochs; found [9,3]'],
    ["evaluator", evaluator({ fidelities: [] }), 'its "fidelities" must be a list of ascending numbers of epochs; found []'],
    ["evaluator", evaluator({ fidelities: [-1, 1] }), 'its "fidelities" must be a list of ascending numbers of epochs; found [-1,1]'],
    ["evaluator", evaluator({ fidelities: [1, 3] }), 'the last of its "fidelities" must be the epochs of its metric, 1; found 3'],
    ["evaluator", evaluator({ freeTests: "yes" }), 'its "freeTests" must be true or false; found "yes", a text'],
    ["evaluator", evaluator({ test: {} }), 'its "test" must be a method; found {}'],
    ["evaluator", evaluator({ prepare: 1n }), 'its "prepare" must be a method; found 1n, a bigint'],
  ] as readonly (readonly [Kind, object, string])[]) {
    const told = problemOf(kind, instance) ?? "nothing";
    assert.ok(told.startsWith(problem), `${told}\nis not\n${problem}`);
  }
  assert.is(problemOf("evaluator", evaluator({ fidelities: [1], concurrency: 3, freeTests: false })), undefined);
  assert.is(problemOf("space", space), undefined);
});

test.run();
