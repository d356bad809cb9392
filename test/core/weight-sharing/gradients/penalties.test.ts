import { test } from "uvu";
import * as assert from "uvu/assert";
import { betaDecay, zeroOne } from "../../../../core/weight-sharing/gradients/penalties.ts";
import { sigmoid } from "../../../../core/weight-sharing/relaxation.ts";

const ALPHA = [0, 1, 2, -1, 0.5];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
/** By central differences. */
const slopesOf = (loss: (alpha: readonly number[]) => number, alpha: readonly number[]) =>
  alpha.map((value, k) => (loss(alpha.with(k, value + 1e-5)) - loss(alpha.with(k, value - 1e-5))) / 2e-5);
const near = (found: readonly number[], expected: readonly number[], by: number) => {
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(found[i]! - value) <= by, `${found.join(" ")}, not ${expected.join(" ")}`);
};

test("β-decay has the gradient of the mean logarithm of Σ exp α: never negative, λ/E in sum on each of E edges", () => {
  const loss = (alpha: readonly number[]) => Math.log(sum(alpha.map(Math.exp)));
  assert.ok(Math.abs(loss(ALPHA) - 2.574438) < 1e-6);
  const [first, second] = betaDecay([ALPHA, [3, 3, 3]], 5) as [number[], number[]];
  near(
    first,
    slopesOf((alpha) => (5 * loss(alpha)) / 2, ALPHA),
    1e-9,
  );
  assert.ok([...first, ...second].every((slope) => slope >= 0));
  for (const edge of [first, second]) assert.ok(Math.abs(sum(edge) - 5 / 2) < 1e-12);
});

test("the zero-one loss has its golden value and gradient, which is 0 where a gate is half open", () => {
  const loss = (alpha: readonly number[]) => -sum(alpha.map((value) => (sigmoid(value) - 0.5) ** 2)) / alpha.length;
  assert.ok(Math.abs(loss(ALPHA) + 0.053356) < 1e-6);
  const [slopes] = zeroOne([ALPHA], 1, () => true) as [number[]];
  near(slopes, [0, -0.018172, -0.015993, 0.018172, -0.011511], 1e-6);
  near(slopes, slopesOf(loss, ALPHA), 1e-9);
});

test("operations without a gate have no part in the zero-one loss, nor in its mean", () => {
  const all = zeroOne([ALPHA.slice(1)], 10, () => true)[0]!;
  assert.equal(zeroOne([ALPHA], 10, (_, operation) => operation !== 0)[0], [0, ...all]);
});

test.run();
