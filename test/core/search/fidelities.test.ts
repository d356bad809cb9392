import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import type { Outcome } from "../../../core/plugin/controller.ts";
import type { Evaluator } from "../../../core/plugin/evaluator.ts";
import { OUTSIDE_A_RUN } from "../../../core/search/evaluations.ts";
import { around, quality, runWith, separable, small } from "../../experiments.ts";

const wholeSpace = { ...small, subspaces: undefined, controller: "random" };
const named = (name: string, evaluator: Evaluator) => ({ evaluator: name, plugin: around("evaluator", name, evaluator) });

/** Worth is measured roughly after 4 epochs, wholly after 10. */
const rough = named("rough", {
  ...separable,
  metric: { ...separable.metric, epochs: 10 },
  fidelities: [4, 10],
  evaluate: (architecture, fidelity = 10) => ({ score: quality(architecture) + (fidelity === 4 ? 100 : 0), seconds: fidelity }),
});
/** Proposes at the given fidelities in turn, and keeps what it observes. */
function choosing(fidelities: readonly (number | undefined)[], subspace?: number) {
  const outcomes: Outcome[] = [];
  let turn = 0;
  const plugin = around("controller", "choosing", {
    propose: () => ({ architecture: [1, 1, 1, turn % 3], subspace, fidelity: fidelities[turn++ % fidelities.length] }),
    observe: (outcome) => outcomes.push(outcome),
  });
  return { outcomes, plugin };
}

test("what is measured at a lower fidelity is charged its share, observed, and never the answer", async () => {
  const { plugin, outcomes } = choosing([4, undefined, 4]);
  const manifest = { ...wholeSpace, controller: "choosing", evaluator: "rough", budget: { queries: 9 } };
  const { result, events } = await runWith(manifest, [rough.plugin, plugin]);
  assert.equal([result!.queries, result!.cost.seconds, result!.distinct], [9, 90, 3]);
  assert.equal([result!.best.architecture, result!.best.score], ["1-1-1-1", 90]);
  assert.equal(
    outcomes.slice(0, 3).map(({ fidelity, reward }) => [fidelity, reward]),
    [
      [4, 180],
      [undefined, 90],
      [4, 180],
    ],
  );
  for (const type of ["architecture.proposed", "architecture.evaluated"]) {
    const told = events.filter((event) => event.type === type).map((event) => ("fidelity" in event ? event.fidelity : "full"));
    assert.equal(told.slice(0, 3), [4, "full", 4]);
  }
});

test("what is measured at a lower fidelity never becomes a centre, though its reward is an improvement", async () => {
  const { plugin } = choosing([4], 0);
  const { result, events } = await runWith({ ...small, controller: "choosing", evaluator: "rough" }, [rough.plugin, plugin]);
  assert.ok(events.some((event) => event.type === "reward.shaped" && event.reward > 100));
  assert.is(result!.updates, 0);
  assert.is(result!.queries, 20);
});

test("a rejected query at a lower fidelity is charged its share too", async () => {
  const evaluator = around("evaluator", "failing", {
    ...separable,
    metric: { ...separable.metric, epochs: 10 },
    fidelities: [4, 10],
    evaluate(architecture, fidelity) {
      if (fidelity === 4) throw new Error("no memory");
      return separable.evaluate(architecture, undefined, OUTSIDE_A_RUN);
    },
  });
  const { plugin } = choosing([4, undefined, 4, 4]);
  const manifest = { ...wholeSpace, controller: "choosing", evaluator: "failing", budget: { queries: 11 }, failures: { remedy: "reject" } };
  const { result, events } = await runWith(manifest, [evaluator, plugin]);
  assert.is(result!.queries, 11);
  assert.is(events.filter((event) => event.type === "evaluation.failed" && event.fidelity === 4).length, 15);
});

test("a proposal at a fidelity that the evaluator lacks, or at the full one by its number, ends the run", async () => {
  for (const [fidelity, evaluator] of [
    [5, "rough"],
    [10, "rough"],
    [4, "separable"],
  ] as const) {
    const { plugin } = choosing([fidelity]);
    const { error } = await runWith({ ...wholeSpace, controller: "choosing", evaluator }, [rough.plugin, plugin]);
    assert.match(error!.message, /its propose\(\) must give (one of 4 as "fidelity"|no "fidelity" where the evaluator has one only)/);
    assert.match(error!.message, `; it gave ${fidelity}.`);
  }
});

test("a run that measures at lower fidelities only has no answer, and says so", async () => {
  const { plugin } = choosing([4]);
  const { error } = await runWith({ ...wholeSpace, controller: "choosing", evaluator: "rough" }, [rough.plugin, plugin]);
  assert.is((error as EvokeError).code, "ANSWER_MISSING");
  assert.match(error!.message, "of 50 evaluations none was at full fidelity");
});

test.run();
