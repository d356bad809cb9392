import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type FrontPoint, paretoFront } from "../../../core/record/pareto.ts";
import { TrajectoryFold } from "../../../core/record/trajectory.ts";
import maddsLimit from "../../../plugins/acceptance/madds-limit.ts";
import { around, quality, runWith, small, space } from "../../experiments.ts";

const point = (cost: number, score: number, architecture = `${cost}/${score}`): FrontPoint => ({
  architecture,
  cost,
  score,
});
const points = fc.array(
  fc.tuple(fc.nat(8), fc.nat(8)).map(([cost, score]) => point(cost, score)),
  { maxLength: 30 },
);
const dominates = (a: FrontPoint, b: FrontPoint) => a.cost <= b.cost && a.score >= b.score && (a.cost < b.cost || a.score > b.score);

test("paretoFront() holds exactly the points that no other dominates, from the cheapest to the best", () =>
  fc.assert(
    fc.property(points, (all) => {
      const front = paretoFront(all);
      const undominated = new Set(all.filter((one) => !all.some((other) => dominates(other, one))).map(({ architecture }) => architecture));
      assert.equal(new Set(front.map(({ architecture }) => architecture)), undominated);
      assert.is(front.length, undominated.size, "of equals one is there");
      for (let i = 1; i < front.length; i++) assert.ok(front[i]!.cost > front[i - 1]!.cost && front[i]!.score > front[i - 1]!.score);
    }),
  ));

test("paretoFront() keeps the first of equals", () => {
  assert.equal(paretoFront([point(3, 5, "first"), point(3, 5, "second")]), [point(3, 5, "first")]);
});

test("the front of fronts is the front of all", () =>
  fc.assert(
    fc.property(points, points, (a, b) => assert.equal(paretoFront([...paretoFront(a), ...paretoFront(b)]), paretoFront([...a, ...b]))),
  ));

/** Operation n costs n million multiply-adds; parameters run the other way. */
const cost = (architecture: readonly number[]) => {
  const sum = architecture.reduce((a, b) => a + b, 1);
  return { madds: 1e6 * sum, parameters: 1e6 * (10 - sum) };
};
const costly = around("space", "costly", { ...space, cost });
const searched = (given: object) => runWith({ ...small, space: "costly", budget: { queries: 60 }, ...given }, [costly, maddsLimit]);

test("a run with constraints tells the fronts of all that was evaluated and is feasible, first centres included", async () => {
  const { events } = await searched({ constraints: [{ use: "madds-limit", options: { millions: 6 } }] });
  const feasible = new Set<string>();
  for (const event of events) {
    if (event.type !== "architecture.evaluated") continue;
    if (cost(space.decode(event.architecture)).madds <= 6e6) feasible.add(event.architecture);
    else assert.is(event.feasible, false);
  }
  const finished = events.at(-1)!;
  assert.is(finished.type, "run.finished");
  if (finished.type !== "run.finished") return;
  for (const against of ["madds", "parameters"] as const) {
    const all = [...feasible].map((architecture) => {
      const decoded = space.decode(architecture);
      return { architecture, cost: cost(decoded)[against], score: quality(decoded) };
    });
    assert.equal(finished.fronts![against], paretoFront(all));
    assert.ok(finished.fronts![against].length > 0);
  }
  const fold = new TrajectoryFold();
  for (const event of events) fold.next(event);
  assert.equal(fold.trajectory().fronts, finished.fronts, "and the course keeps them");
});

test("a run without constraints tells no fronts, nor does one in a space without costs", async () => {
  for (const { events } of [await searched({}), await searched({ space: "tiny" })]) {
    const finished = events.at(-1)!;
    assert.ok(finished.type === "run.finished" && !("fronts" in finished));
  }
});

test.run();
