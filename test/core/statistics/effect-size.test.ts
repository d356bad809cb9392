import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { cliffsDelta, differenceInStandardErrors, winRate } from "../../../core/statistics/effect-size.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

const values = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 30 });

test("Cliff's delta follows from SciPy's Mann-Whitney U, up to 500 values", () => {
  for (const { a, b, delta } of reference.cliffsDelta) assert.ok(Math.abs(cliffsDelta(a, b) - delta) < 1e-12);
});

test("Cliff's delta is the balance over all pairs, turns with its arguments, and sees the order only", () => {
  const property = fc.property(values, values, (a, b) => {
    const balance = a.flatMap((x) => b.map((y) => Math.sign(x - y))).reduce((sum, sign) => sum + sign, 0);
    close(cliffsDelta(a, b), balance / a.length / b.length);
    close(cliffsDelta(b, a), -cliffsDelta(a, b));
    const grow = (x: number) => x ** 3 - 7;
    assert.is(cliffsDelta(a.map(grow), b.map(grow)), cliffsDelta(a, b));
  });
  fc.assert(property, { seed: 1 });
  close(cliffsDelta([], [1]), null);
  close(cliffsDelta([1], [Number.NaN]), null);
});

test("the win rate counts ties as halves, and leaves out seeds that one side lacks", () => {
  assert.equal(winRate([3, 1, 2, 2, 9], [1, 3, 2, 1]), { wins: 2, ties: 1, losses: 1, rate: 0.625 });
  assert.equal(winRate([1, Number.NaN], [0, 0]), { wins: 1, ties: 0, losses: 0, rate: 1 });
  close(winRate([], []).rate, null);
});

test("the win rates of both sides add up to 1", () => {
  const property = fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1 }), (pairs) => {
    const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
    close(winRate(a, b).rate + winRate(b, a).rate, 1);
  });
  fc.assert(property, { seed: 1 });
});

test("a difference in standard errors is Welch's, from population deviations", () => {
  // Sample variances 10 and 2.5, so √(10/5 + 2.5/5) standard errors: a = 2, 4, 6, 8, 10 and b = 1, 2, 3, 4, 5.
  close(differenceInStandardErrors({ mean: 6, std: Math.sqrt(8), n: 5 }, { mean: 3, std: Math.sqrt(2), n: 5 }), 3 / Math.sqrt(2.5));
  const a = { mean: 94.2, std: 0, n: 3 };
  assert.is(differenceInStandardErrors(a, a), 0);
  assert.is(differenceInStandardErrors(a, { ...a, mean: 94.3 }), Number.NEGATIVE_INFINITY);
  close(differenceInStandardErrors(a, { ...a, n: 1 }), null);
});

test.run();
