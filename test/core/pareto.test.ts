import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type FrontPoint, paretoFront } from "../../core/pareto.ts";

const point = (cost: number, validation: number, architecture = `${cost}/${validation}`): FrontPoint => ({
  architecture,
  cost,
  validation,
});
const points = fc.array(
  fc.tuple(fc.nat(8), fc.nat(8)).map(([cost, validation]) => point(cost, validation)),
  { maxLength: 30 },
);
const dominates = (a: FrontPoint, b: FrontPoint) =>
  a.cost <= b.cost && a.validation >= b.validation && (a.cost < b.cost || a.validation > b.validation);

test("paretoFront() holds exactly the points that no other dominates, from the cheapest to the best", () =>
  fc.assert(
    fc.property(points, (all) => {
      const front = paretoFront(all);
      const undominated = new Set(all.filter((one) => !all.some((other) => dominates(other, one))).map(({ architecture }) => architecture));
      assert.equal(new Set(front.map(({ architecture }) => architecture)), undominated);
      assert.is(front.length, undominated.size, "of equals one is there");
      for (let i = 1; i < front.length; i++)
        assert.ok(front[i]!.cost > front[i - 1]!.cost && front[i]!.validation > front[i - 1]!.validation);
    }),
  ));

test("paretoFront() keeps the first of equals", () => {
  assert.equal(paretoFront([point(3, 5, "first"), point(3, 5, "second")]), [point(3, 5, "first")]);
});

test("the front of fronts is the front of all", () =>
  fc.assert(
    fc.property(points, points, (a, b) => assert.equal(paretoFront([...paretoFront(a), ...paretoFront(b)]), paretoFront([...a, ...b]))),
  ));

test.run();
