import { test } from "uvu";
import * as assert from "uvu/assert";
import { cosineOfHalfTurns, exponential, logarithm, power } from "../../../core/engine/exact-math.ts";

const STEPS = 10_000;

test("exponential is eˣ within 1e-13 of itself, and 0 far below", () => {
  for (let i = 0; i <= STEPS; i++) {
    const x = (-700 * i) / STEPS;
    assert.ok(Math.abs(exponential(x) / Math.exp(x) - 1) < 1e-13, `at ${x}`);
  }
  assert.is(exponential(-701), 0);
  assert.is(exponential(Number.NEGATIVE_INFINITY), 0);
  assert.is(exponential(0), 1);
});

test("logarithm is ln x within 1e-14, over all sizes", () => {
  for (let i = 1; i <= STEPS; i++)
    for (const x of [i / STEPS, i, 1e-300 * i, 1e300 * i])
      assert.ok(Math.abs(logarithm(x) - Math.log(x)) < 1e-14 * Math.max(1, Math.abs(Math.log(x))), `at ${x}`);
});

test("power is xʸ within 1e-12 of itself, on both sides of 1", () => {
  for (let i = 1; i <= 1000; i++)
    for (const y of [-1, -0.07, 0, 0.5, 3]) assert.ok(Math.abs(power(i / 300, y) / (i / 300) ** y - 1) < 1e-12, `${i / 300} to the ${y}`);
});

test("logarithm and power end for every number, as Math.log and ** do", () => {
  for (const x of [0, -0, -1, -Infinity, Infinity, NaN]) assert.equal(logarithm(x), Math.log(x), `at ${x}`);
  for (const x of [Number.MIN_VALUE, Number.MAX_VALUE]) assert.ok(Math.abs(logarithm(x) / Math.log(x) - 1) < 1e-14);
  for (const [x, y] of [
    [0, 0.5],
    [0, -0.5],
    [Infinity, -0.07],
    [Infinity, 0.07],
    [Infinity, 0],
    [0, 0],
  ] as const)
    assert.is(power(x, y), x ** y, `${x} to the ${y}`);
  for (const x of [Infinity, -Infinity, NaN]) for (const y of [exponential(x), cosineOfHalfTurns(x)]) assert.type(y, "number");
});

test("cosineOfHalfTurns is cos πt within 1e-15, and exact where the schedule begins and ends", () => {
  for (let i = 0; i <= STEPS; i++) assert.ok(Math.abs(cosineOfHalfTurns(i / STEPS) - Math.cos((Math.PI * i) / STEPS)) < 1e-15);
  assert.is(cosineOfHalfTurns(0), 1);
  assert.is(cosineOfHalfTurns(1), -1);
});

test.run();
