import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { areaUnderIncumbent, costToReach, summariseCosts } from "../../../core/statistics/incumbent.ts";
import { close } from "../../fixtures/statistics/reference.ts";

const curve = [
  { queries: 0, value: 80 },
  { queries: 0, value: 82 },
  { queries: 3, value: 90 },
  { queries: 5, value: 91 },
];

test("the area is the mean over the queries of the best so far", () => {
  close(areaUnderIncumbent(curve, 6), (82 + 82 + 90 + 90 + 91 + 91) / 6);
  close(areaUnderIncumbent(curve, 2), 82);
  close(areaUnderIncumbent(curve, 3), (82 + 82 + 90) / 3);
});

test("before the first improvement its own value counts", () => {
  close(areaUnderIncumbent(curve.slice(2), 6), (90 * 4 + 91 * 2) / 6);
  close(areaUnderIncumbent(curve.slice(3), 4), 91);
});

test("an improvement between two whole queries counts from the next one, and a broken query at the end does not", () => {
  const broken = [
    { queries: 0.4, value: 80 },
    { queries: 2.4, value: 90 },
  ];
  close(areaUnderIncumbent(broken, 4.8), (80 + 80 + 90 + 90) / 4);
  close(areaUnderIncumbent(broken, 0.8), null);
});

test("no improvements and no queries have no area", () => {
  close(areaUnderIncumbent([], 5), null);
  close(areaUnderIncumbent(curve, 0), null);
});

test("the area equals that of the curve written out query by query", () => {
  const property = fc.property(
    fc.array(fc.tuple(fc.nat(4), fc.nat(9)), { minLength: 1 }),
    fc.integer({ min: 1, max: 40 }),
    (steps, end) => {
      let [queries, value] = [0, 50];
      const improvements = steps.map(([more, better]) => ({ queries: (queries += more), value: (value += better) }));
      let sum = 0;
      for (let q = 1; q <= end; q++) sum += (improvements.findLast((at) => at.queries <= q) ?? improvements[0]!).value;
      close(areaUnderIncumbent(improvements, end), sum / end);
    },
  );
  fc.assert(property, { seed: 1 });
});

test("the cost of a target is the queries of the first improvement that reaches it", () => {
  assert.is(costToReach(curve, 82), 0);
  assert.is(costToReach(curve, 82.5), 3);
  assert.is(costToReach(curve, 91), 5);
  assert.is(costToReach(curve, 91.1), undefined);
  assert.is(costToReach([], 0), undefined);
});

test("runs that never reach a target count as the dearest: half of them, and the median is not known", () => {
  assert.equal(summariseCosts([5, undefined, 3, 9, 4]), { runs: 5, reached: 4, rate: 0.8, median: 5 });
  assert.equal(summariseCosts([5, undefined, 3, undefined, 4]), { runs: 5, reached: 3, rate: 0.6, median: 5 });
  assert.equal(summariseCosts([5, undefined, 3, 4]), { runs: 4, reached: 3, rate: 0.75, median: 4.5 });
  assert.equal(summariseCosts([5, undefined, undefined, 4]), { runs: 4, reached: 2, rate: 0.5, median: undefined });
  assert.equal(summariseCosts([undefined]), { runs: 1, reached: 0, rate: 0, median: undefined });
  assert.equal(summariseCosts([]), { runs: 0, reached: 0, rate: Number.NaN, median: undefined });
});

test.run();
