import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Evaluator } from "../../../core/plugin/evaluator.ts";
import type { FurtherMetric, Goal } from "../../../core/plugin/metric.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { type Front, type FrontPoint, type MetricPair, paretoFront } from "../../../core/record/pareto.ts";
import { TrajectoryFold } from "../../../core/record/trajectory.ts";
import maddsLimit from "../../../plugins/acceptance/madds-limit.ts";
import { around, quality, runWith, separable, small, space } from "../../experiments.ts";

const metric = (name: string, goal: Goal, unit = "points"): FurtherMetric => ({ name, unit, goal });
const PAIR: MetricPair = [metric("accuracy", "maximise"), metric("cost", "minimise")];
const GOALS = ["maximise", "minimise"] as const;
const pairs = GOALS.flatMap((first) => GOALS.map((second): MetricPair => [metric("a", first), metric("b", second)]));

const point = (first: number, second: number, architecture = `${first}/${second}`): FrontPoint => ({
  architecture,
  values: [first, second],
});
const points = fc.array(
  fc.tuple(fc.nat(8), fc.nat(8)).map(([first, second]) => point(first, second)),
  { maxLength: 30 },
);
/** How much better a is than b by each metric. */
const gains = (a: FrontPoint, b: FrontPoint, pair: MetricPair) =>
  pair.map(({ goal }, i) => (goal === "minimise" ? -1 : 1) * (a.values[i]! - b.values[i]!)) as [number, number];
const dominates = (a: FrontPoint, b: FrontPoint, pair: MetricPair) => {
  const [first, second] = gains(a, b, pair);
  return first >= 0 && second >= 0 && (first > 0 || second > 0);
};

test("paretoFront() holds exactly the points that no other dominates, from the best by the second metric to the best by the first", () =>
  fc.assert(
    fc.property(points, fc.constantFrom(...pairs), (all, pair) => {
      const front = paretoFront(all, pair);
      const undominated = all.filter((one) => !all.some((other) => dominates(other, one, pair)));
      const names = new Set(undominated.map(({ architecture }) => architecture));
      assert.equal(new Set(front.map(({ architecture }) => architecture)), names);
      assert.is(front.length, names.size, "of equals one is there");
      for (let i = 1; i < front.length; i++) {
        const [first, second] = gains(front[i]!, front[i - 1]!, pair);
        assert.ok(first > 0 && second < 0);
      }
    }),
  ));

test("paretoFront() keeps the first of equals, and nothing that lacks a number", () => {
  const [first, second] = [point(3, 5, "first"), point(3, 5, "second")];
  assert.equal(paretoFront([point(Number.NaN, 1), first, second, point(9, Number.NaN)], PAIR), [first]);
});

test("the front of fronts is the front of all", () =>
  fc.assert(
    fc.property(points, points, fc.constantFrom(...pairs), (a, b, pair) =>
      assert.equal(paretoFront([...paretoFront(a, pair), ...paretoFront(b, pair)], pair), paretoFront([...a, ...b], pair)),
    ),
  ));

/** Operation n costs n million multiply-adds; parameters run the other way. */
const cost = (architecture: readonly number[]) => {
  const sum = architecture.reduce((a, b) => a + b, 1);
  return { madds: 1e6 * sum, parameters: 1e6 * (10 - sum) };
};
const latency = (architecture: readonly number[]) => architecture.reduce((sum, operation, l) => sum + operation * (l + 1), 1);
const costly = around("space", "costly", { ...space, cost });
/** Losses, with two further numbers of which one is declared. */
const losses: Evaluator = {
  ...separable,
  metric: { ...separable.metric, name: "loss", goal: "minimise" },
  metrics: [metric("latency", "minimise", "ms")],
  evaluate: (architecture) => ({ score: -quality(architecture), seconds: 1, metrics: { latency: latency(architecture), other: 1 } }),
};
const searched = async (given: object) => {
  const plugins = [costly, maddsLimit, around("evaluator", "losses", losses)];
  const { events, error } = await runWith({ ...small, space: "costly", budget: { queries: 60 }, ...given }, plugins);
  return { events, error, fronts: frontsOf(events) };
};
const frontsOf = (events: readonly SearchEvent[]) => {
  const finished = events.at(-1);
  return finished?.type === "run.finished" ? finished.fronts : undefined;
};
const namesOf = (fronts: readonly Front[] | undefined) => fronts?.map(({ metrics }) => metrics.map(({ name }) => name));
/** The numbers of all that was evaluated. */
const evaluatedPoints = (events: readonly SearchEvent[], of: (architecture: readonly number[]) => [number, number]): FrontPoint[] => {
  const texts = events.flatMap((event) =>
    event.type === "architecture.evaluated" && event.feasible !== false ? [event.architecture] : [],
  );
  return [...new Set(texts)].map((architecture) => ({ architecture, values: of(space.decode(architecture)) }));
};

test("a run with constraints tells the fronts of all that was evaluated and is feasible, first centres included, against each cost", async () => {
  const { events, fronts } = await searched({ constraints: [{ use: "madds-limit", options: { millions: 6 } }] });
  for (const event of events)
    if (event.type === "architecture.evaluated") assert.is(event.feasible === false, cost(space.decode(event.architecture)).madds > 6e6);
  assert.equal(namesOf(fronts), [
    ["accuracy", "madds"],
    ["accuracy", "parameters"],
  ]);
  for (const { metrics, points } of fronts!) {
    const against = metrics[1].name as keyof ReturnType<typeof cost>;
    const all = evaluatedPoints(events, (architecture) => [quality(architecture), cost(architecture)[against]]);
    assert.equal(points, paretoFront(all, metrics));
    assert.ok(points.length > 0);
  }
  const fold = new TrajectoryFold();
  for (const event of events) fold.next(event);
  assert.equal(fold.trajectory().fronts, fronts, "and the course keeps them");
});

test("a run whose evaluator declares further metrics tells their fronts, with all numbers as they were measured", async () => {
  const { events, fronts } = await searched({ evaluator: "losses", space: "tiny" });
  assert.is(fronts!.length, 1);
  assert.equal(fronts![0]!.metrics, [metric("loss", "minimise", "percent"), metric("latency", "minimise", "ms")]);
  const all = evaluatedPoints(events, (architecture) => [-quality(architecture), latency(architecture)]);
  assert.equal(fronts![0]!.points, paretoFront(all, fronts![0]!.metrics));
  assert.ok(fronts![0]!.points.length > 1);
});

test("what is answered from memory keeps its further metrics", async () => {
  const { events, fronts } = await searched({ evaluator: "losses", space: "tiny", middleware: ["no-repeats"] });
  const repeats = events.filter((event) => event.type === "architecture.evaluated" && event.charged.queries === 0 && event.query >= 0);
  assert.ok(repeats.length > 0);
  for (const event of repeats)
    assert.ok(event.type === "architecture.evaluated" && event.metrics?.latency === latency(space.decode(event.architecture)));
  assert.ok(fronts![0]!.points.length > 1);
});

test("a manifest may ask for the fronts over any pairs of metrics, and for none", async () => {
  const wanted = [
    ["latency", "madds"],
    ["parameters", "loss"],
  ];
  const { events, fronts } = await searched({ evaluator: "losses", fronts: wanted });
  assert.equal(namesOf(fronts), wanted);
  const all = evaluatedPoints(events, (architecture) => [cost(architecture).parameters, -quality(architecture)]);
  assert.equal(fronts![1]!.points, paretoFront(all, fronts![1]!.metrics));
  assert.is((await searched({ evaluator: "losses", fronts: [] })).fronts, undefined);
});

test("a run without constraints tells no fronts, nor does one in a space without costs", async () => {
  for (const { fronts } of [await searched({}), await searched({ space: "tiny" })]) assert.is(fronts, undefined);
});

test("a pair of metrics that the run has not is told with its place, and with what there is", async () => {
  const error = await searched({ evaluator: "losses", fronts: [["loss", "latncy"]] }).catch((error) => error);
  assert.is(error.code, "METRIC_UNNAMED");
  assert.match(error.message, /"latncy", at \/fronts\/0\/1 of test\.json/);
  assert.match(error.message, /Did you mean "latency"/);
});

test.run();
