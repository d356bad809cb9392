import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Fact, SearchEvent } from "../../../core/record/events.ts";
import { TRAJECTORY_EVENTS, TrajectoryFold } from "../../../core/record/trajectory.ts";
import { runToEnd } from "../../../core/search/run.ts";
import { around, composed, quality, separable, small, space } from "../../experiments.ts";

const metric = { name: "accuracy", dataset: "toy", split: "test", epochs: 1, trainedOn: "train", unit: "percent" } as const;
const folded = (facts: readonly Fact[]) => {
  const fold = new TrajectoryFold();
  for (const [sequence, fact] of facts.entries()) fold.next({ ...fact, run: "r", seed: 1, sequence } as SearchEvent);
  return fold.trajectory();
};
const evoked = (subspace: number, architecture: string, score: number, charged = { queries: 0, seconds: 0 }): Fact[] => [
  { type: "architecture.evaluated", query: -1, architecture, score, charged },
  { type: "subspace.evoked", subspace, architecture, score },
];
const proposed = (query: number, architecture: string, subspace: number, distance: number): Fact => ({
  ...{ type: "architecture.proposed", query, architecture, subspace, distance },
});
const evaluated = (query: number, architecture: string, score: number): Fact => ({
  ...{ type: "architecture.evaluated", query, architecture, score, charged: { queries: 1, seconds: 10 } },
});

test("the incumbents are the improvements only, with what was charged up to them and their own tests", () => {
  const { incumbent, testMetric } = folded([
    ...evoked(0, "a", 50),
    ...evoked(1, "b", 40),
    proposed(0, "c", 1, 1),
    evaluated(0, "c", 45),
    proposed(1, "d", 0, 1),
    evaluated(1, "d", 60),
    proposed(2, "e", 0, 1),
    evaluated(2, "e", 60),
    { type: "run.finished", reason: "budget", test: { metric, value: 58 }, incumbentTests: [49, 58] },
  ]);
  assert.equal(incumbent, [
    { queries: 0, seconds: 0, score: 50, test: 49 },
    { queries: 2, seconds: 20, score: 60, test: 58 },
  ]);
  assert.equal(testMetric, metric);
});

test("the first centres are charged where the budget charges them; each new centre is there with its queries", () => {
  const { centres } = folded([
    ...evoked(0, "a", 50, { queries: 1, seconds: 10 }),
    ...evoked(1, "b", 40, { queries: 1, seconds: 10 }),
    proposed(0, "c", 1, 1),
    evaluated(0, "c", 45),
    { type: "subspace.updated", query: 0, subspace: 1, architecture: "c", score: 45 },
  ]);
  assert.equal(centres, [
    { queries: 1, subspace: 0, score: 50, architecture: "a" },
    { queries: 2, subspace: 1, score: 40, architecture: "b" },
    { queries: 3, subspace: 1, score: 45, architecture: "c" },
  ]);
});

test("differences are from the centre that the candidate was made from, by distance, with mean and squares", () => {
  const { distances } = folded([
    ...evoked(0, "a", 50),
    ...evoked(1, "b", 40),
    proposed(0, "c", 0, 2), // while this one is evaluated, the next is proposed from the same centre
    proposed(1, "d", 0, 2),
    evaluated(0, "c", 53),
    { type: "subspace.updated", query: 0, subspace: 0, architecture: "c", score: 53 },
    proposed(2, "e", 0, 1),
    evaluated(1, "d", 45),
    evaluated(2, "e", 54),
  ]);
  assert.equal(distances, [
    { distance: 1, n: 1, mean: 1, squares: 0 },
    { distance: 2, n: 2, mean: 4, squares: 2 },
  ]);
});

test("a rejected query is charged from its own turn on, a retry is not", () => {
  const failed = (query: number, remedy: "retry" | "reject"): Fact => ({
    ...{ type: "evaluation.failed", query, architecture: "x", attempt: 1, reason: "broken", remedy },
    charged: { queries: remedy === "reject" ? 1 : 0, seconds: 0 },
  });
  const { incumbent, distances } = folded([
    ...evoked(0, "a", 50),
    proposed(0, "b", 0, 1),
    proposed(1, "x", 0, 1),
    evaluated(0, "b", 51),
    failed(1, "retry"),
    failed(1, "reject"),
    proposed(2, "c", 0, 1),
    evaluated(2, "c", 52),
  ]);
  assert.equal(
    incumbent.map(({ queries }) => queries),
    [0, 1, 3],
  );
  assert.is(distances[0]!.n, 2);
});

test("lower fidelities are charged by their share, and are no incumbents; nor is what the limits do not admit", () => {
  const searched = { ...metric, split: "validation", epochs: 10 } as const;
  const low = (query: number, score: number): Fact => ({
    ...{ type: "architecture.evaluated", query, architecture: "x", score, charged: { queries: 0.3, seconds: 3 }, fidelity: 3 },
  });
  const { incumbent, distances } = folded([
    { type: "run.started", metric: searched },
    ...evoked(0, "a", 50),
    { ...proposed(0, "x", 0, 1), fidelity: 3 } as Fact,
    low(0, 90),
    low(1, 90),
    {
      type: "evaluation.failed",
      query: 2,
      architecture: "x",
      attempt: 1,
      reason: "",
      remedy: "reject",
      fidelity: 3,
      charged: { queries: 0.3, seconds: 0 },
    },
    low(3, 90),
    proposed(4, "b", 0, 2),
    { ...evaluated(4, "b", 80), feasible: false } as Fact,
    evaluated(5, "c", 51),
  ]);
  assert.equal(incumbent, [
    { queries: 0, seconds: 0, score: 50 },
    { queries: 3.2, seconds: 29, score: 51 },
  ]);
  assert.equal(distances, [{ distance: 2, n: 1, mean: 30, squares: 0 }]);
});

test("the course of a run agrees with its result, and needs no other events than it asks for", async () => {
  const free = around("evaluator", "free", { ...separable, freeTests: true });
  const { run } = await (await composed({ ...small, evaluator: "free", budget: { queries: 40 } }, [free])).run(3);
  const fold = new TrajectoryFold();
  run.bus.on(TRAJECTORY_EVENTS).subscribe((event) => fold.next(event));
  const result = await runToEnd(run);
  const { incumbent, centres, distances } = fold.trajectory();
  assert.is(incumbent.at(-1)!.score, result.best.score);
  assert.is(incumbent.at(-1)!.test, result.best.test);
  assert.ok(incumbent.every(({ score, test }) => test === score - 1));
  assert.is(centres.length, 3 + result.updates);
  assert.ok(centres.every(({ architecture, score }) => quality(space.decode(architecture)) === score));
  assert.is(
    distances.reduce((sum, { n }) => sum + n, 0),
    result.queries,
  );
  assert.ok(distances.every(({ distance, mean }) => mean <= 10 * distance));
});

test("a search of the whole space has no centres and no distances", async () => {
  const { run } = await (await composed({ ...small, subspaces: undefined, controller: "random" })).run(1);
  const fold = new TrajectoryFold();
  run.bus.on(TRAJECTORY_EVENTS).subscribe((event) => fold.next(event));
  await runToEnd(run);
  const { incumbent, centres, distances } = fold.trajectory();
  assert.ok(incumbent.length > 0);
  assert.equal([centres, distances], [[], []]);
});

test.run();
