import { test } from "uvu";
import * as assert from "uvu/assert";
import { EXPECTED_IMPROVEMENT } from "../../../core/evoking/acquisition.ts";
import { LocalModel } from "../../../core/evoking/local-model.ts";
import { kernelOf } from "../../../core/evoking/model.ts";
import { expectedImprovement, GaussianProcess, type Kernel } from "../../../core/gaussian-process/gaussian-process.ts";
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

function learned(count: number, acquisition = EXPECTED_IMPROVEMENT, linear = 0): LocalModel {
  const model = new LocalModel({ scale: SCALE, noise: NOISE, linear }, EXTENT, acquisition, randomStream(6, "/model"));
  model.observe(places.slice(0, count).map(({ counts }) => counts));
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

const posterior = (kernel: Kernel<Encoded>) => {
  const process = new GaussianProcess(kernel, NOISE);
  for (const place of places) process.observe(place);
  process.setTargets(targets);
  return process.predict(candidates);
};

test("by the upper confidence bound, the most promising are those of mean + β deviations, with a linear kernel too", () => {
  for (const linear of [0, 0.5]) {
    const { mean, variance } = posterior(kernelOf({ scale: SCALE, noise: NOISE, linear }, EXTENT));
    const bounds = mean.map((value, c) => value + 1.5 * Math.sqrt(variance[c]!));
    const found = learned(300, { acquisition: "upper-confidence", beta: 1.5 }, linear).mostPromising(candidates, 10);
    const expected = [...candidates.keys()].sort((a, b) => bounds[b]! - bounds[a]!).slice(0, 10);
    assert.equal(
      found.map(({ candidate }) => candidates.indexOf(candidate)),
      expected,
    );
    for (const [place, { promise }] of found.entries()) assert.ok(Math.abs(promise - bounds[expected[place]!]!) < 1e-9);
  }
});

test("functions that are drawn from the model have its means and variances, by 5 standard errors (seed 6)", () => {
  const { mean, variance } = posterior(exponentialOfDistance(SCALE * EXTENT));
  const model = learned(300, { acquisition: "thompson", beta: 0 });
  const draws = 400;
  const asked = [0, 30, 60].map((c) => candidates[c]!);
  const values = asked.map((): number[] => []);
  for (let n = 0; n < draws; n++) {
    model.draw(targets);
    for (const { candidate, promise } of model.mostPromising(asked, 3)) values[asked.indexOf(candidate)]!.push(promise);
  }
  for (const [place, c] of [0, 30, 60].entries()) {
    const drawn = values[place]!;
    assert.is(drawn.length, draws);
    const average = drawn.reduce((sum, one) => sum + one, 0) / draws;
    const spread = drawn.reduce((sum, one) => sum + (one - average) ** 2, 0) / (draws - 1);
    // Of some hundred waves, so a tenth of the variance may be missing or too much, and a tenth of a deviation of the mean.
    assert.ok(Math.abs(average - mean[c]!) < (5 / Math.sqrt(draws) + 0.1) * Math.sqrt(variance[c]!), `${c}: ${average}, ${mean[c]}`);
    assert.ok(Math.abs(spread / variance[c]! - 1) < 5 * Math.sqrt(2 / draws) + 0.1, `${c}: ${spread}, ${variance[c]}`);
  }
});

test("a candidate's promise has the same bits however many others are looked at with it, and whatever it is near to", () => {
  for (const count of [1, 2, 3, 5, 31, 33, 66, 300]) {
    const model = learned(count, EXPECTED_IMPROVEMENT, 0.5);
    const together = new Map(model.mostPromising(candidates, candidates.length).map(({ candidate, promise }) => [candidate, promise]));
    assert.is(together.size, candidates.length);
    for (let c = 0; c < candidates.length; c += 7)
      for (const size of [1, 2, 3, 5, 17]) {
        const some = candidates.slice(c, c + size).map((one, i) => ({ ...one, near: candidates[i % 2]!.counts }));
        for (const { candidate, promise } of model.mostPromising(some, size))
          assert.is(promise, together.get(candidates[c + some.indexOf(candidate)]!), `${size} from ${c}, ${count} observations`);
      }
  }
});

test("places that come together are learned to the same bits as one after the other", () => {
  const model = new LocalModel({ scale: SCALE, noise: NOISE, linear: 0.5 }, EXTENT);
  for (const { counts } of places) model.observe([counts]);
  model.setTargets(targets);
  assert.equal(model.mostPromising(candidates, 5), learned(300, EXPECTED_IMPROVEMENT, 0.5).mostPromising(candidates, 5));
});

test("what is believed of a place is learned as an observation of it", () => {
  const [model, other] = [learned(100), learned(100)];
  const values = targets.slice(0, 100);
  const believed = candidates[0]!.counts;
  model.believe(believed, values);
  other.observe([believed]);
  assert.is(values.length, 101);
  assert.is(values[100], learned(100).mean(believed));
  other.setTargets(values);
  assert.equal(model.mostPromising(candidates, 5), other.mostPromising(candidates, 5));
});

test("a function that was drawn says the same wherever else something is believed since", () => {
  const model = learned(100, { acquisition: "thompson", beta: 0 });
  const values = targets.slice(0, 100);
  model.draw(values);
  const asked = candidates.slice(0, 5);
  const before = asked.map(({ counts }) => model.promise(counts));
  model.believe(candidates[9]!.counts, values);
  assert.equal(
    asked.map(({ counts }) => model.promise(counts)),
    before,
  );
  const found = model.mostPromising(asked, 5);
  for (const { candidate, promise } of found) assert.ok(Math.abs(promise - before[asked.indexOf(candidate)]!) < 1e-9);
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
