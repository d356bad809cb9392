import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Controller, Outcome, Proposal } from "../../../core/plugin/controller.ts";
import type { CurvePoint, Evaluator } from "../../../core/plugin/evaluator.ts";
import type { Middleware } from "../../../core/plugin/middleware.ts";
import medianStop from "../../../plugins/middleware/median-stop.ts";
import noRepeats from "../../../plugins/middleware/no-repeats.ts";
import { middlewareContract } from "../../contracts/middleware.ts";
import { around, runWith, small } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";

for (const [title, run] of middlewareContract(medianStop)) test(title, run);

const curveOf = (values: readonly number[], epochs = values.map((_, i) => i + 1)): CurvePoint[] =>
  values.map((value, i) => ({ epoch: epochs[i]!, value }));

/** The middleware around a controller that proposes one architecture again and again. */
function wrapped(options: { after?: number; least?: number } = {}, proposal: Partial<Proposal> = {}) {
  const seen: Outcome[] = [];
  const inner: Controller = { propose: () => ({ architecture: [0], ...proposal }), observe: (outcome) => seen.push(outcome) };
  const controller = (medianStop.create({ after: 1, least: 3, ...options }, {}) as Middleware).around(inner);
  const observe = (curve: CurvePoint[], more: Partial<Outcome> = {}) => {
    const score = curve.at(-1)!.value;
    controller.observe({ architecture: [0], score, reward: score, curve, ...more });
  };
  return { seen, observe, floors: () => controller.propose().floors };
}

test("a floor is the median of the running means, from the least number of curves on", () => {
  const { observe, floors } = wrapped();
  observe(curveOf([10, 30, 50]));
  observe(curveOf([20, 20, 20]));
  assert.is(floors(), undefined);
  observe(curveOf([40, 60, 80]));
  // Means: 10, 20, 30; 20, 20, 20; 40, 50, 60.
  assert.equal(floors(), curveOf([20, 20, 30]));
  observe(curveOf([30, 40, 50])); // 30, 35, 40
  assert.equal(floors(), curveOf([25, 27.5, 35]));
});

test("nothing is stopped before the epoch that is asked for", () => {
  const { observe, floors } = wrapped({ after: 2, least: 1 });
  observe(curveOf([10, 30, 50]));
  assert.equal(floors(), curveOf([20, 30], [2, 3]));
});

test("curves of other epochs count with their points up to a floor, those that were stopped with what they had", () => {
  const { observe, floors } = wrapped({ least: 2 });
  observe(curveOf([10, 30], [2, 4])); // 10, 20
  observe(curveOf([30, 60], [1, 3])); // 30, 45
  // At 1 there is one curve; at 2 the means 10 and 30; at 3 10 and 45; at 4 20 and 45.
  assert.equal(floors(), curveOf([20, 27.5, 32.5], [2, 3, 4]));
  observe(curveOf([5], [1]), { stoppedAfter: 1 });
  assert.equal(floors(), curveOf([17.5, 10, 10, 20], [1, 2, 3, 4]));
});

test("trainings of one fidelity set floors for that one only", () => {
  const lower = wrapped({ least: 1 }, { fidelity: 3 });
  lower.observe(curveOf([10, 20]));
  assert.is(lower.floors(), undefined);
  lower.observe(curveOf([30, 40]), { fidelity: 3 });
  assert.equal(lower.floors(), curveOf([30, 35]));
});

test("floors that a proposal has stay where they are higher; one whose worth is known gets none", () => {
  const { observe, floors } = wrapped({ least: 1 }, { floors: curveOf([25, 5], [1, 2]) });
  observe(curveOf([10, 30, 50]));
  assert.equal(floors(), curveOf([25, 20, 30]));
  const known = wrapped({ least: 1 }, { known: 4 });
  known.observe(curveOf([10]));
  assert.is(known.floors(), undefined);
});

test("the controller is handed no less for a training that was stopped than for the worst that was not", () => {
  const { observe, seen } = wrapped();
  const stopped = { stoppedAfter: 1 };
  observe(curveOf([30]), stopped);
  observe(curveOf([10, 80]));
  observe(curveOf([10, 70]));
  observe(curveOf([20]), stopped);
  observe(curveOf([75]), stopped);
  observe(curveOf([20]), { ...stopped, fidelity: 3 });
  assert.equal(
    seen.map(({ score, reward, stoppedAfter }) => [score, reward, stoppedAfter]),
    [
      [30, 30, 1],
      [80, 80, undefined],
      [70, 70, undefined],
      [20, 70, 1],
      [75, 75, 1],
      [20, 20, 1],
    ],
  );
});

test("no-repeats has a training that was stopped done again", async () => {
  const inner: Controller = { propose: () => ({ architecture: [0] }), observe() {} };
  const space = tinySpace(1, 4);
  const controller = ((await noRepeats.create({ attempts: 20 }, { space })) as Middleware).around(inner);
  controller.observe({ architecture: [0], score: 20, reward: 20, stoppedAfter: 1 });
  assert.is(controller.propose().known, undefined);
  controller.observe({ architecture: [0], score: 50, reward: 50 });
  assert.is(controller.propose().known, 50);
});

/** Rises in four epochs to ten times the sum of the architecture; it gives what it has where it is told to end. */
const metric = { name: "accuracy", dataset: "toy", split: "validation", epochs: 4, trainedOn: "train", unit: "percent" } as const;
const rising: Evaluator = {
  metric,
  evaluate([sum = 0], _, { progress }) {
    for (let epoch = 1; epoch <= 4; epoch++) {
      const value = 10 * sum * epoch;
      if (!progress({ epoch, value })) return { score: value, seconds: epoch, stoppedAfter: epoch };
    }
    return { score: 40 * sum, seconds: 4 };
  },
};

test("a run stops the trainings that the rule says, charges the epochs they had, and says what was saved", async () => {
  const sums = [4, 6, 5, 2, 7, 3, 3, 8];
  let next = 0;
  const reciting: Controller = { propose: () => ({ architecture: [sums[next++ % sums.length]!] }), observe() {} };
  const { result, events } = await runWith(
    {
      ...small,
      ...{ space: "line", subspaces: undefined, controller: "reciting", evaluator: "rising", budget: { queries: 7 } },
      middleware: [{ use: "median-stop", options: { least: 3 } }],
    },
    [
      around("space", "line", tinySpace(1, 9)),
      around("controller", "reciting", reciting),
      around("evaluator", "rising", rising),
      medianStop as never,
    ],
  );
  // A curve of sum s has the mean 5 s (e + 1) up to epoch e, and the value 10 s e, so at epoch 2 it has to reach 15 s'.
  // 4, 6 and 5 are trained in full; at epoch 2 the floor is then 15 · 5 = 75: 2 has 40 and is stopped there. It counts
  // 30 from then on: at epoch 2 the means are 60, 90, 75 and 30, so that the floor is 67.5 for 7, which passes. With its
  // 105 the floor is 75 again: 3 has 60 and is stopped; so is the next one, at (60 + 75) / 2; and 8 passes.
  const evaluated = events.flatMap((event) => (event.type === "architecture.evaluated" ? [event] : []));
  assert.equal(
    evaluated.map(({ architecture, fidelity, score, charged }) => [architecture, fidelity, score, charged.queries]),
    [
      ["4", undefined, 160, 1],
      ["6", undefined, 240, 1],
      ["5", undefined, 200, 1],
      ["2", 2, 40, 0.5],
      ["7", undefined, 280, 1],
      ["3", 2, 60, 0.5],
      ["3", 2, 60, 0.5],
      ["8", undefined, 320, 1],
      ["4", undefined, 160, 1],
    ],
  );
  assert.equal(result!.stopped, { trainings: 3, epochs: 6 });
  assert.is(result!.best.score, 320);
});

test.run();
