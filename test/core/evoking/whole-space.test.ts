import { test } from "uvu";
import * as assert from "uvu/assert";
import { ACQUISITIONS } from "../../../core/evoking/acquisition.ts";
import { kernelOf } from "../../../core/evoking/model.ts";
import { Observations } from "../../../core/evoking/observations.ts";
import { groupsOf, WholeSpace } from "../../../core/evoking/whole-space.ts";
import { expectedImprovement, GaussianProcess } from "../../../core/gaussian-process/gaussian-process.ts";
import { warped } from "../../../core/gaussian-process/targets.ts";
import { type Rng, randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";

const members = Array.from({ length: 81 }, (_, number) => [27, 9, 3, 1].map((base) => Math.floor(number / base) % 3));

test("a whole space is searched without random numbers, unless functions are drawn", () => {
  for (const acquisition of ACQUISITIONS) {
    const observations = new Observations((architecture) => ({
      features: architecture.map((choice, component) => 3 * component + choice),
      counts: architecture.map(() => 1),
    }));
    let draws = 0;
    const stream = randomStream(4, "/test");
    const counted =
      <A extends readonly number[]>(draw: (...below: A) => number) =>
      (...below: A) => {
        draws++;
        return draw(...below);
      };
    const rng: Rng = { next: counted(stream.next), below: counted(stream.below) };
    const options = { acquisition, beta: 2, incumbent: "value", warping: "none", among: [{ scale: 1, noise: 0.01, linear: 0 }] } as const;
    const whole = new WholeSpace(groupsOf(members.map(observations.encode)), observations, 6, rng, options);
    for (const architecture of members.slice(0, 5)) observations.add(architecture, architecture[3]!);
    for (let query = 0; query < 20; query++) {
      const { architecture } = whole.promising([])!;
      observations.add(
        architecture,
        architecture.reduce((sum, choice) => sum + choice, 0),
      );
    }
    assert.is(draws > 0, acquisition === "thompson", acquisition);
    assert.is(Math.max(...observations.rewards), 8, acquisition);
  }
});

test("of members that compute the same it looks at the first that is new, as a model of all others does (with others under way)", () => {
  // What they compute is how often each choice is there, so most members have others beside them.
  const observations = new Observations((architecture) => {
    const features = [...new Set(architecture)].sort();
    return { features, counts: features.map((feature) => architecture.filter((choice) => choice === feature).length) };
  });
  const hyperparameters = { scale: 1, noise: 0.05, linear: 0, choices: { share: 0.3, length: 1.5 } };
  const options = { acquisition: "expected-improvement", beta: 0, incumbent: "value", warping: "none", among: [hyperparameters] } as const;
  const groups = groupsOf(members.map(observations.encode));
  const whole = new WholeSpace(groups, observations, 6, randomStream(4, "/test"), options);
  const value = (architecture: Architecture) => architecture.reduce((sum, choice, component) => sum + choice * (component + 1), 0);
  for (const architecture of members.filter((_, number) => number % 13 === 0)) observations.add(architecture, value(architecture));
  let moved = 0;
  for (let query = 0; query < 30; query++) {
    const pending = observations.pending;
    const process = new GaussianProcess(kernelOf(hyperparameters, 6), hyperparameters.noise);
    for (const one of observations.encoded) process.observe(one);
    const targets = warped(observations.rewards, "none");
    process.setTargets(targets);
    for (const one of pending) {
      targets.push(process.means([one])[0]!);
      process.observe(one);
      process.setTargets(targets);
    }
    const firsts = groups.flatMap((group) => group.find(({ architecture }) => observations.isNew(architecture)) ?? []);
    const { mean, variance } = process.predict(firsts);
    const promises = firsts.map((_, c) => expectedImprovement(mean[c]!, variance[c]!, Math.max(...targets)));
    const chosen = whole.promising(pending)!;
    const at = firsts.findIndex((one) => one.architecture === chosen.architecture);
    assert.ok(at >= 0, "it is the first of its group that is new");
    assert.ok(Math.abs(promises[at]! - Math.max(...promises)) < 1e-9, `query ${query}`);
    if (groups.some((group) => group.indexOf(firsts[at]!) > 0)) moved++;
    observations.expect(chosen);
    if (query % 3 > 0) for (const one of observations.pending) observations.add(one.architecture, value(one.architecture));
  }
  assert.ok(moved > 5, "not only the first of each group was chosen");
});

test.run();
