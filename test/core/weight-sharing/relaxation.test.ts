import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { heaviest } from "../../../core/space/open-network.ts";
import { chiSquareTail } from "../../../core/statistics/distributions.ts";
import {
  drawn,
  gumbelNoise,
  gumbelSoftmax,
  sigmoid,
  softmax,
  throughGumbelSoftmax,
  throughSoftmax,
} from "../../../core/weight-sharing/relaxation.ts";

/** The golden values of these were computed once, by other code. */
const ALPHA = [0, 1, 2, -1, 0.5];
const G = [1, -2, 0.5, 3, 0];
const NOISE = [0.3, -0.2, -1, 1.5, 0.9];

const near = (found: readonly number[], expected: readonly number[], by = 1e-6) => {
  assert.is(found.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(found[i]! - value) <= by, `${found.join(" ")}, not ${expected.join(" ")}`);
};
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test("softmax, also of numbers whose exponentials are too large, and of one", () => {
  near(softmax(ALPHA), [0.076197, 0.207124, 0.563021, 0.028031, 0.125627]);
  near(softmax(ALPHA.map((alpha) => alpha + 5000)), softmax(ALPHA), 1e-12);
  assert.equal(softmax([3]), [1]);
});

test("the gradient through a softmax sums to 0, and adding a constant to α changes nothing", () => {
  const p = softmax(ALPHA);
  assert.ok(Math.abs(sum(p.map((weight, k) => weight * G[k]!)) - 0.027553) < 1e-6);
  const slopes = throughSoftmax(p, G);
  near(slopes, [0.074097, -0.419955, 0.265998, 0.083321, -0.003461]);
  assert.ok(Math.abs(sum(slopes)) < 1e-15);
  near(throughSoftmax(softmax(ALPHA.map((alpha) => alpha - 3)), G), slopes, 1e-13);
});

test("equal slopes move nothing, nor do any where one operation has all the weight", () => {
  near(throughSoftmax(softmax(ALPHA), [2, 2, 2, 2, 2]), [0, 0, 0, 0, 0], 1e-15);
  assert.equal(throughSoftmax([0, 0, 1, 0, 0], G), [0, 0, 0, 0, 0]);
});

test("an operation of weight 0 was not computed, and its slope is 0", () => {
  const slopes = throughSoftmax([0.5, 0, 0.5], [1, Number.NaN, 3]);
  assert.equal(slopes, [-0.5, 0, 0.5]);
});

test("a soft draw is most of the same operation at any temperature, and its gradient is nearest to ties where it is low", () => {
  for (const temperature of [100, 1, 0.01]) assert.is(heaviest(gumbelSoftmax(ALPHA, NOISE, temperature)), 4);
  near(gumbelSoftmax(ALPHA, NOISE, 1), [0.112511, 0.185499, 0.226569, 0.137421, 0.338001]);
  const expected = {
    1: [0.082464, -0.420537, 0.052777, 0.375563, -0.090267],
    10: [0.009996, -0.049447, 0.000526, 0.048987, -0.010063],
    0.1: [0.000163, -0.048668, 0.088894, 0.003621, -0.04401],
  };
  for (const [temperature, slopes] of Object.entries(expected))
    near(throughGumbelSoftmax(gumbelSoftmax(ALPHA, NOISE, Number(temperature)), G, Number(temperature)), slopes);
});

test("the logarithm of a softmax in place of α gives the same draw", () => {
  near(gumbelSoftmax(softmax(ALPHA).map(Math.log), NOISE, 0.7), gumbelSoftmax(ALPHA, NOISE, 0.7), 1e-12);
});

/** The probability of counts at least as far from what is expected, by χ². */
function chance(counts: readonly number[], probabilities: readonly number[]): number {
  const draws = sum(counts);
  return chiSquareTail(
    sum(counts.map((count, k) => (count - draws * probabilities[k]!) ** 2 / (draws * probabilities[k]!))),
    counts.length - 1,
  );
}

test("the largest of a draw is each operation as often as the softmax says, at any temperature (seed 1, 20,000 draws, χ² above 0.001)", () => {
  for (const temperature of [10, 1, 0.1]) {
    const rng = randomStream(1, "/gumbel");
    const counts = ALPHA.map(() => 0);
    for (let draw = 0; draw < 20_000; draw++) counts[heaviest(gumbelSoftmax(ALPHA, gumbelNoise(5, rng), temperature))]!++;
    assert.ok(chance(counts, softmax(ALPHA)) > 1e-3, `${temperature}: ${counts.join(" ")}`);
  }
});

test("an operation is drawn by its probability, and never one of probability 0 (seed 2, 20,000 draws, χ² above 0.001)", () => {
  const rng = randomStream(2, "/drawn");
  const counts = ALPHA.map(() => 0);
  for (let draw = 0; draw < 20_000; draw++) counts[drawn(softmax(ALPHA), rng)]!++;
  assert.ok(chance(counts, softmax(ALPHA)) > 1e-3, counts.join(" "));
  for (let draw = 0; draw < 100; draw++) assert.is(drawn([0, 1, 0], rng), 1);
});

test("noise is finite where the uniform number is 0, and where it is next to 1", () => {
  for (const u of [0, 1 - 2 ** -32]) {
    const [noise] = gumbelNoise(1, { next: () => u, below: () => 0 });
    assert.ok(Number.isFinite(noise!), `${noise}`);
  }
});

test("the sigmoid of both signs", () => {
  for (const x of [-30, -1, 0, 0.5, 20]) assert.ok(Math.abs(sigmoid(x) - 1 / (1 + Math.exp(-x))) < 1e-13, `${x}`);
});

test.run();
