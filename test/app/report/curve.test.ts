import { test } from "uvu";
import * as assert from "uvu/assert";
import { averageSteps, evenGrid, logarithmicGrid, milestones, queryGrid } from "../../../app/report/curve.ts";

test("averageSteps() begins where every run has a value, and keeps the last value of a run that is over", () => {
  const runs = [
    [
      { at: 0, value: 1 },
      { at: 2, value: 3 },
    ],
    [{ at: 1, value: 5 }],
  ];
  assert.equal(
    averageSteps(runs, [0, 1, 2, 9]).map(({ at, mean }) => [at, mean]),
    [
      [1, 3],
      [2, 4],
      [9, 4],
    ],
  );
});

test("averageSteps() has a band of 1.96 standard errors, none for one run", () => {
  const [point] = averageSteps([[{ at: 0, value: 1 }], [{ at: 0, value: 3 }]], [0]);
  const standardError = Math.sqrt(2) / Math.sqrt(2);
  assert.equal(point, { at: 0, mean: 2, low: 2 - 1.96 * standardError, high: 2 + 1.96 * standardError });
  assert.equal(averageSteps([[{ at: 0, value: 1 }]], [0]), [{ at: 0, mean: 1 }]);
  assert.equal(averageSteps([], [0]), []);
});

test("queryGrid() has each query, and not more than it may", () => {
  assert.equal(queryGrid(3), [0, 1, 2, 3]);
  assert.equal(queryGrid(0), [0]);
  assert.equal(queryGrid(2.4), [0, 1, 2, 3]);
  const long = queryGrid(1001);
  assert.is(long.length, 201);
  assert.equal([long[0], long.at(-1)], [0, 1001]);
});

test("evenGrid() ends exactly at the end", () => assert.equal(evenGrid(0.3, 3).at(-1), 0.3));

test("logarithmicGrid() goes from the first query to the last, by equal ratios, and through the milestones", () => {
  assert.equal(milestones(160), [10, 20, 50, 100, 160]);
  assert.equal(milestones(5), [5]);
  assert.equal(milestones(1000).slice(-2), [500, 1000]);
  assert.equal(logarithmicGrid(5), [1, 2, 3, 4, 5]);
  assert.equal(logarithmicGrid(0), [1]);
  const long = logarithmicGrid(9_999.5, 100);
  assert.equal([long[0], long.at(-1)], [1, 10_000]);
  assert.ok(milestones(10_000).every((one) => long.includes(one)));
  assert.ok(long.length < 110 && long.filter((at) => at >= 1_000).length > 24);
});

test.run();
