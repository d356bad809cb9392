import { test } from "uvu";
import * as assert from "uvu/assert";
import { extentOf, kernelOf, logLikelihoods, mostLikely } from "../../../core/evoking/model.ts";
import { GaussianProcess } from "../../../core/gaussian-process/gaussian-process.ts";
import type { Encoded } from "../../../core/gaussian-process/kernels.ts";
import { warped } from "../../../core/gaussian-process/targets.ts";
import { randomStream } from "../../../core/random/rng.ts";

const rng = randomStream(8, "/test");
const places: Encoded[] = Array.from({ length: 50 }, () => {
  const features = Array.from({ length: 20 }, (_, feature) => feature).filter(() => rng.below(2) === 1);
  return { architecture: [], counts: { features, counts: features.map(() => 1 + rng.below(2)) } };
});
const extent = extentOf(() => places[rng.below(places.length)]!);
const rewards = places.map(({ counts }) => counts.features.length + rng.next());
const among = [0.5, 2].flatMap((scale) => [0, 0.7].flatMap((linear) => [0.02, 0.3].map((noise) => ({ scale, linear, noise }))));

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
