import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { averageRanks, friedman, meanRanks } from "../../../core/statistics/ranks.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

test("mean ranks and Friedman's test are SciPy's, with ties and without", () => {
  for (const { values, statistic, p, meanRanks: ranks } of reference.friedman) {
    const ours = friedman(values);
    close(ours.statistic, statistic);
    close(ours.p, p);
    for (const [method, rank] of meanRanks(values).entries()) close(rank, ranks[method]!);
  }
});

test("equal values share the mean of their ranks, and ranks add up to n (n + 1) / 2", () => {
  assert.equal(averageRanks([3, 1, 3, 2, 3]), [4, 1, 4, 2, 4]);
  const property = fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (x) => {
    const sum = averageRanks(x).reduce((total, rank) => total + rank, 0);
    assert.is(sum, (x.length * (x.length + 1)) / 2);
  });
  fc.assert(property, { seed: 1 });
  assert.equal(averageRanks([1, Number.NaN]), [Number.NaN, Number.NaN]);
});

test("rank 1 is the largest value", () => {
  assert.equal(
    meanRanks([
      [94, 93],
      [95, 92],
      [90, 91],
    ]),
    [1.5, 1.5, 3],
  );
});

test("methods that are equal everywhere do not differ: statistic 0, p = 1", () => {
  assert.equal(
    friedman([
      [1, 2],
      [1, 2],
      [1, 2],
    ]),
    { statistic: 0, p: 1 },
  );
});

test("with one method, no seeds, a missing seed or a NaN there is no test", () => {
  for (const values of [
    [[1, 2]],
    [],
    [[], []],
    [[1, 2], [1]],
    [
      [1, Number.NaN],
      [2, 3],
    ],
  ]) {
    close(friedman(values).statistic, null);
    close(friedman(values).p, null);
  }
  assert.equal(meanRanks([[], []]), [Number.NaN, Number.NaN]);
});

test.run();
