import { test } from "uvu";
import * as assert from "uvu/assert";
import { ExpectedBest } from "../../../core/evoking/expected-best.ts";
import { nearlyNormal, randomStream } from "../../../core/random/rng.ts";
import { choiceFeatures } from "../../../core/space/features.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const space = tinySpace(6, 4);
const value = separableValidation(space);
const features = choiceFeatures(space);
const OPTIONS = { nearest: 200, warping: "none" } as const;
const expectedBest = () => new ExpectedBest((architecture) => ({ architecture, counts: features(architecture) }), 9, OPTIONS);

/** Architectures as a search finds them, most components being the best ones, with noise of some standard deviation. */
function measured(seed: number, count: number, deviation: number) {
  const rng = randomStream(seed, "/test");
  const architectures = Array.from({ length: count }, () => space.sample(rng).map((choice, l) => (rng.next() < 0.6 ? l % 4 : choice)));
  return architectures.map((architecture) => ({
    architecture,
    score: value(architecture) + deviation * nearlyNormal(rng),
  }));
}

test("what is expected to be the best is truly better than the best score, by 3 standard errors (seeds 1 to 60)", () => {
  const gains = Array.from({ length: 60 }, (_, seed) => {
    const candidates = measured(seed + 1, 150, 6);
    const best = candidates.reduce((a, b) => (b.score > a.score ? b : a));
    return value(candidates[expectedBest().of(candidates)]!.architecture) - value(best.architecture);
  });
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / 60;
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / 59 / 60);
  assert.ok(mean > 3 * error, `${mean} ± ${error}`);
});

test("without noise it has the best score, and of equals it is the first", () => {
  for (const seed of [1, 2, 3]) {
    const candidates = measured(seed, 40, 0);
    const best = Math.max(...candidates.map(({ score }) => score));
    assert.is(candidates[expectedBest().of(candidates)]!.score, best);
  }
  assert.is(expectedBest().of([1, 2, 3].map(() => ({ architecture: [0, 0, 0, 0, 0, 0], score: 50 }))), 0);
});

test("asked after each score or at once, it finds the same where the model has begun at the same time", () => {
  const candidates = measured(4, 64, 6);
  const often = expectedBest();
  for (let n = 1; n < 64; n++) often.of(candidates.slice(0, n));
  assert.is(often.of(candidates), expectedBest().of(candidates));
});

test.run();
