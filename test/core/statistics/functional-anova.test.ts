/** Functional analysis of variance on functions whose shares are known. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { AnovaForest, type AnovaSample } from "../../../core/statistics/functional-anova.ts";

const COUNTS = [3, 4, 2, 3];

/** Every point of the space, three times. */
function samplesOf(value: (choices: readonly number[]) => number): AnovaSample[] {
  const all = COUNTS.reduce<number[][]>(
    (points, count) => points.flatMap((point) => Array.from({ length: count }, (_, c) => [...point, c])),
    [[]],
  );
  return [...all, ...all, ...all].map((choices) => ({ choices, value: value(choices) }));
}

function grown(samples: readonly AnovaSample[], trees = 16): AnovaForest {
  const forest = new AnovaForest(COUNTS, samples);
  for (let i = 0; i < trees; i++) forest.grow();
  return forest;
}

test("of a sum, shares are those of the variances of its terms, and pairs have none", () => {
  // Variances over the choices: of 0, 3, 6 it is 6; of 0, 1, 2, 3 it is 1.25.
  const forest = grown(samplesOf(([a, b]) => 3 * a! + b!));
  const [a, b, c, d] = forest.components().map(({ share }) => share);
  assert.ok(Math.abs(a! - 6 / 7.25) < 0.03, String(a));
  assert.ok(Math.abs(b! - 1.25 / 7.25) < 0.03, String(b));
  assert.ok(c! < 0.005 && d! < 0.005, `${c} ${d}`);
  assert.ok(forest.pair(0, 1).share < 0.01);
  assert.ok(forest.explained() > 0.95);
});

test("means of choices are marginals over the whole space, whatever was sampled most", () => {
  const rng = randomStream(1, "/test");
  // Choice 0 of the first component comes with the best of the second nine times in ten.
  const samples = samplesOf(([a, b]) => 3 * a! + b!).filter(({ choices: [a, b] }) => a !== 0 || b === 3 || rng.below(10) === 0);
  const [first] = grown(samples, 32).components();
  const [low, middle, high] = first!.means;
  assert.ok(Math.abs(high! - middle! - 3) < 0.4, `${middle} ${high}`);
  assert.ok(Math.abs(middle! - low! - 3) < 1.2, `${low} ${middle}`);
});

test("of an exclusive or, neither component has a share alone, and the pair has all of it", () => {
  const forest = grown(samplesOf(([a, , c]) => (a! > 0 ? 1 : 0) ^ c!));
  const shares = forest.components().map(({ share }) => share);
  const pair = forest.pair(0, 2).share;
  assert.ok(pair > 0.7, `${pair} ${shares}`);
  assert.ok(shares[1]! + shares[3]! < 0.1, String(shares));
});

test("the same samples give the same forest; noise is not explained", () => {
  const rng = randomStream(2, "/test");
  const samples = samplesOf(() => rng.next());
  assert.equal(grown(samples).components(), grown(samples).components());
  assert.ok(grown(samples).explained() < 0.2);
  assert.ok(Number.isNaN(grown(samplesOf(() => 1)).explained()), "nothing varies");
});

test.run();
