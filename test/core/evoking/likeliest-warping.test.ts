import { test } from "uvu";
import * as assert from "uvu/assert";
import { likeliestWarping } from "../../../core/evoking/likeliest-warping.ts";
import { extentsOf } from "../../../core/evoking/model.ts";
import type { Encoded } from "../../../core/gaussian-process/kernels.ts";
import { logDerivatives } from "../../../core/gaussian-process/targets.ts";
import { randomStream } from "../../../core/random/rng.ts";

const AMONG = [0.5, 1].flatMap((scale) => [0.02, 0.1].map((noise) => ({ scale, noise, linear: 0 })));
const rng = randomStream(7, "/test");
const places: Encoded[] = Array.from({ length: 80 }, () => {
  const features = Array.from({ length: 12 }, (_, feature) => feature).filter(() => rng.below(2) === 1);
  return { architecture: [], counts: { features, counts: features.map(() => 1) } };
});
const sum = ({ counts }: Encoded) => counts.features.reduce((total, feature) => total + feature, 0);
const extent = extentsOf(() => places[rng.below(places.length)]!).computed;
const likeliest = (rewards: readonly number[]) => likeliestWarping(places, rewards, extent, AMONG).warping;

test("rewards are learned as they are where they are smooth, and by their distance where some are far below", () => {
  assert.is(likeliest(places.map(sum)), "none");
  const best = Math.max(...places.map(sum));
  assert.is(likeliest(places.map((place) => -Math.exp((best - sum(place)) / 6))), "log-distance");
});

test("rewards in a unit of a tenth are a tenth as dense, whatever the warping", () => {
  const rewards = [1, 4, 2, 7, 3];
  for (const warping of ["none", "log-distance"] as const) {
    const tenths = rewards.map((reward) => 10 * reward);
    const difference = logDerivatives(rewards, warping) - logDerivatives(tenths, warping);
    assert.ok(Math.abs(difference - rewards.length * Math.log(10)) < 1e-9, `${warping}: ${difference}`);
  }
});

test.run();
