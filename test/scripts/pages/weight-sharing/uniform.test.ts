import { test } from "uvu";
import * as assert from "uvu/assert";
import { uniformP } from "../../../../scripts/pages/weight-sharing/uniform.ts";

/** Of 100,000 draws, in standard errors of a share. */
const near = (p: number, expected: number) =>
  assert.ok(Math.abs(p - expected) < (5 * 2 * Math.sqrt(expected / 2)) / Math.sqrt(100_000), `${p} is not near ${expected}`);

test("the p of a mean is twice the share of uniform means that are as far out on its side, within five standard errors", () => {
  const p = uniformP([0, 0, 0, 100]);
  near(p(100, 1), 2 * 0.25);
  near(p(100, 3), 2 * 0.25 ** 3);
  near(p(200 / 3, 3), 2 * (0.25 ** 3 + 3 * 0.25 ** 2 * 0.75));
  assert.is(p(0, 1), 1, "three quarters are as low");
});

test("it is never 0, and a method that found one cell every time has one", () => {
  const all = Array.from({ length: 1000 }, (_, cell) => cell);
  const p = uniformP(all);
  assert.is(p(5000, 10), 2 / 100_001);
  assert.ok(p(0.5, 10) < 0.001 && p(499.5, 10) > 0.9);
});

test("means of the same cells in another order count as equal", () => {
  assert.is(uniformP([0.1, 0.7])(0.1 + 1e-15, 4) < 0.2, true);
  assert.is(uniformP([54.3])((54.3 * 3) / 3, 3), 1);
});

test.run();
