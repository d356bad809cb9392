import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Acceptance } from "../../../core/plugin/acceptance.ts";
import type { Evaluator } from "../../../core/plugin/evaluator.ts";
import { plugin } from "../../../core/plugin/plugin.ts";
import { counts, objectivesOf } from "../../../core/search/objectives.ts";
import { around, quality, runWith, separable, small, space } from "../../experiments.ts";

const costly = { ...space, cost: (architecture: readonly number[]) => ({ madds: 100 + architecture[0]!, parameters: 7 }) };
const latency = { name: "latency", unit: "ms", goal: "minimise" } as const;
const energy = { name: "energy", unit: "J", goal: "minimise" } as const;
/** A loss, and a latency beside it. */
const lossy: Evaluator = {
  metric: { ...separable.metric, name: "loss", unit: "nats", goal: "minimise" },
  metrics: [latency],
  evaluate: (architecture) => ({ score: 100 - quality(architecture), seconds: 1, metrics: { latency: 1 + architecture[0]! } }),
};

test("the objectives of a run are its metric, what evaluations give beside it, and what the space counts", () => {
  const { all, of } = objectivesOf(costly, { metric: lossy.metric, metrics: [latency, { ...energy, name: "parameters" }] });
  assert.equal(
    all.map(({ name, goal, counted }) => [name, goal, counted]),
    [
      ["loss", "minimise", false],
      ["latency", "minimise", false],
      ["parameters", "minimise", false], // measured, and not as the space counts them
      ["madds", "minimise", true],
    ],
  );
  const measured = { architecture: [2, 0, 0, 0], score: -3, metrics: { latency: 5 } };
  assert.equal(
    all.map((one) => [one.value(measured), one.worth(measured)]),
    [
      [3, -3],
      [5, -5],
      [Number.NaN, Number.NaN],
      [102, -102],
    ],
  );
  assert.throws(() => of("latencyy"), /Cannot find the metric "latencyy" in this experiment.*\n.*did you mean "latency"/i);
});

test("a space counts what it says; multiply-adds and parameters if it says nothing", () => {
  assert.ok(counts(costly, "madds") && counts(costly, "parameters"));
  assert.not.ok(counts({ ...costly, costs: [{ name: "ms", unit: "ms", goal: "minimise" }] }, "madds"));
  assert.not.ok(counts(space, "madds"));
});

test("a measurement must have every metric that its evaluator declares, as a number", async () => {
  for (const metrics of [undefined, {}, { latency: "5" }]) {
    const odd = { ...lossy, evaluate: () => ({ score: 1, seconds: 1, metrics }) } as Evaluator;
    const { error } = await runWith({ ...small, evaluator: "odd" }, [around("evaluator", "odd", odd)]);
    assert.match(error!.message, /evaluator "odd".*its evaluate\(\) must give (a number of the name "latency"|finite numbers by name)/);
  }
});

const limit = plugin({
  kind: "acceptance",
  name: "quick",
  summary: "For tests",
  options: { type: "object", additionalProperties: false, properties: {} },
  needs: ["objectives"],
  create(_, { objectives }): Acceptance {
    const objective = objectives.of("latency");
    const admits: Acceptance["admits"] = (measured) => objective.value(measured) <= 2;
    return { admits: admits!, accepts: (candidate) => admits!(candidate) };
  },
});

test("what a limit on measurements does not admit is neither a centre nor the answer, and is learned from all the same", async () => {
  for (const subspaces of [small.subspaces, undefined]) {
    const manifest = { ...small, subspaces, evaluator: "lossy", constraints: ["quick"], budget: { queries: 60 } };
    const searching = subspaces ? manifest : { ...manifest, controller: "random" };
    const { events, result, error } = await runWith(searching, [around("evaluator", "lossy", lossy), limit]);
    assert.is(error, undefined);
    let refused = 0;
    for (const event of events) {
      if (event.type === "architecture.evaluated") {
        const admitted = event.metrics!.latency! <= 2;
        assert.is(event.feasible ?? true, admitted);
        if (!admitted) refused++;
      }
      if (event.type === "subspace.evoked" || event.type === "subspace.updated") assert.ok(space.decode(event.architecture)[0]! < 2);
    }
    assert.ok(refused > 0);
    assert.ok(space.decode(result!.best.architecture)[0]! < 2);
  }
});

test.run();
