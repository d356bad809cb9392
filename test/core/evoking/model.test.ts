import { test } from "uvu";
import * as assert from "uvu/assert";
import { extentsOf, kernelOf, logLikelihoods, mostLikely } from "../../../core/evoking/model.ts";
import { GaussianProcess } from "../../../core/gaussian-process/gaussian-process.ts";
import { type Encoded, squaredDistance } from "../../../core/gaussian-process/kernels.ts";
import { warped } from "../../../core/gaussian-process/targets.ts";
import { randomStream } from "../../../core/random/rng.ts";

const rng = randomStream(8, "/test");
const places: Encoded[] = Array.from({ length: 50 }, () => {
  const features = Array.from({ length: 20 }, (_, feature) => feature).filter(() => rng.below(2) === 1);
  return {
    architecture: Array.from({ length: 7 }, () => rng.below(3)),
    counts: { features, counts: features.map(() => 1 + rng.below(2)) },
  };
});
const extents = extentsOf(() => places[rng.below(places.length)]!);
const extent = extents.computed;
const rewards = places.map(({ counts }) => counts.features.length + rng.next());
const among = [undefined, { share: 0.4, length: 3 }].flatMap((choices) =>
  [0.5, 2].flatMap((scale) => [0, 0.7].flatMap((linear) => [0.02, 0.3].map((noise) => ({ scale, linear, noise, choices })))),
);

test("extents are medians: of features, and of how many components differ", () => {
  const sample = [...Array(100)].flatMap(() => places.slice(0, 2));
  const drawn = extentsOf(() => sample.pop()!);
  const [one, other] = places as [Encoded, Encoded];
  assert.is(drawn.computed, squaredDistance(one.counts, other.counts));
  assert.is(drawn.choices, one.architecture.filter((choice, component) => choice !== other.architecture[component]).length);
  assert.equal(
    extentsOf(() => one),
    { computed: 1, choices: 1 },
  );
  assert.ok(extents.choices === 4 || extents.choices === 5, "two thirds of seven components");
});

test("a kernel is that of features and that of choices, by their shares", () => {
  const [a, b] = [places[0]!, { ...places[1]!, architecture: places[0]!.architecture.with(3, 9).with(5, 9) }];
  const alike = kernelOf({ scale: 1, noise: 0.1, linear: 0 }, extent);
  const both = kernelOf({ scale: 1, noise: 0.1, linear: 0, choices: { share: 0.25, length: 4 } }, extent);
  assert.ok(Math.abs(both(a, b) - (0.75 * alike(a, b) + 0.25 * Math.exp(-0.5))) < 1e-12);
  assert.is(both(a, a), 1);
});

test("likelihoods of several targets by one factor are those of a Gaussian process, but for n log 2π / 2", () => {
  const targets = [warped(rewards, "none"), warped(rewards, "ranks")];
  const likelihoods = logLikelihoods(places, targets, extent, among);
  for (const [h, one] of among.entries()) {
    const process = new GaussianProcess(kernelOf(one, extent), one.noise);
    for (const place of places) process.observe(place);
    for (const [t, own] of targets.entries()) {
      process.setTargets(own);
      const expected = process.logLikelihood() + 0.5 * places.length * Math.log(2 * Math.PI);
      assert.ok(Math.abs(likelihoods[t]![h]! - expected) < 1e-8, `${t}, ${h}: ${likelihoods[t]![h]}, ${expected}`);
    }
  }
});

test("the most likely hyperparameters are those of the greatest likelihood, of equals the first", () => {
  const [likelihoods] = logLikelihoods(places, [warped(rewards, "none")], extent, among);
  const greatest = Math.max(...likelihoods!);
  const found = mostLikely(places, rewards, "none", extent, [...among, ...among]);
  assert.is(found, among[likelihoods!.indexOf(greatest)]);
});

test.run();
