import { test } from "uvu";
import * as assert from "uvu/assert";
import { LocalModel } from "../../../core/evoking/local-model.ts";
import { expectedImprovement, GaussianProcess } from "../../../core/gaussian-process/gaussian-process.ts";
import { type Encoded, exponentialOfDistance } from "../../../core/gaussian-process/kernels.ts";
import { randomStream } from "../../../core/random/rng.ts";

const [SCALE, NOISE, EXTENT] = [0.5, 0.05, 12];
const rng = randomStream(5, "/test");

/** Some of thirty features, up to three times each. */
function random(): Encoded {
  const features = Array.from({ length: 30 }, (_, feature) => feature).filter(() => rng.below(3) === 0);
  return { architecture: [], counts: { features, counts: features.map(() => 1 + rng.below(3)) } };
}

const places = Array.from({ length: 300 }, random);
const candidates = Array.from({ length: 100 }, random);
const targets = places.map(({ counts }) => counts.features.length / 10 - 1 + 0.2 * rng.next());

function learned(count: number): LocalModel {
  const model = new LocalModel({ scale: SCALE, noise: NOISE }, EXTENT);
  for (const { counts } of places.slice(0, count)) model.observe(counts);
  model.setTargets(targets.slice(0, count));
  return model;
}

test("what is most promising is what the whole posterior says, though most candidates are not looked at to the end", () => {
  for (const count of [1, 20, 300]) {
    const process = new GaussianProcess(exponentialOfDistance(SCALE * EXTENT), NOISE);
    for (const place of places.slice(0, count)) process.observe(place);
    process.setTargets(targets.slice(0, count));
    const weights = process.weights();
    const best = Math.max(...targets.slice(0, count).map((target, i) => target - NOISE * weights[i]!));
    const { mean, variance } = process.predict(candidates);
    const expected = candidates
      .map((candidate, c) => ({ candidate, promise: expectedImprovement(mean[c]!, variance[c]!, best) }))
      .sort((a, b) => b.promise - a.promise);
    const found = learned(count).mostPromising(candidates, 10);
    assert.is(found.length, 10);
    for (const [place, { candidate, promise }] of found.entries()) {
      assert.is(candidate, expected[place]!.candidate, `place ${place} of ${count} observations`);
      assert.ok(Math.abs(promise - expected[place]!.promise) < 1e-9);
    }
    const [, , third] = expected;
    const better = learned(count).mostPromising(candidates, 10, third!.promise * (1 + 1e-9));
    assert.equal(
      better.map(({ candidate }) => candidate),
      expected.slice(0, 2).map(({ candidate }) => candidate),
    );
  }
});

test("a model that has forgotten its last places is as one that never had them", () => {
  const model = learned(300);
  model.truncate(40);
  model.setTargets(targets.slice(0, 40));
  assert.is(model.size, 40);
  assert.equal(model.mostPromising(candidates, 5), learned(40).mostPromising(candidates, 5));
  assert.is(model.mean(candidates[0]!.counts), learned(40).mean(candidates[0]!.counts));
});

test.run();
