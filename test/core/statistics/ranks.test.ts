import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { averageRanks, criticalDifference, friedman, meanRanks, rankDifferenceTail } from "../../../core/statistics/ranks.ts";
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

test("Nemenyi's critical differences are those of Demšar's table 5, to its three digits", () => {
  const q = { 2: 1.96, 3: 2.343, 4: 2.569, 5: 2.728, 6: 2.85, 7: 2.949, 8: 3.031, 9: 3.102, 10: 3.164 };
  const q10 = { 2: 1.645, 3: 2.052, 4: 2.291, 5: 2.459, 6: 2.589, 7: 2.693, 8: 2.78, 9: 2.855, 10: 2.92 };
  for (const [level, table] of [
    [0.05, q],
    [0.1, q10],
  ] as const)
    for (const [count, quantile] of Object.entries(table)) {
      const k = Number(count);
      const ours = criticalDifference(k, 30, level) / Math.sqrt((k * (k + 1)) / 180);
      assert.ok(Math.abs(ours - quantile) < 0.001, `${k} methods: ${ours}`);
    }
  // Section 3.2.2: four classifiers on 14 data sets.
  assert.is(criticalDifference(4, 14).toFixed(2), "1.25");
});

test("two methods differ by ranks as by a sign test with the normal distribution", () => {
  // The difference of the mean ranks of two methods is (wins − losses) / n, with variance 1 / n.
  assert.ok(Math.abs(rankDifferenceTail(0.5, 2, 16) - 0.0455) < 1e-4);
});

test.run();
