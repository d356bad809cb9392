import { test } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import type { AdamOptions } from "../../../core/engine/optimizers.ts";
import type { Controller, Proposal } from "../../../core/plugin/controller.ts";
import { policyGradient } from "../../../core/policy/policy-gradient.ts";
import { randomStream } from "../../../core/random/rng.ts";
import feasibleOnly from "../../../plugins/middleware/feasible-only.ts";
import noRepeats from "../../../plugins/middleware/no-repeats.ts";
import { tinySpace } from "../../fixtures.ts";

const C = 4;
const OPTIONS = { learningRate: 0.3, weightDecay: 0, entropyWeight: 0.5, baselineDecay: 0.9 };

/** A policy of C logits and no network, whose gradients are known: each step, and the logits as they are. */
function logitPolicy(batch: number) {
  const steps: number[][] = [];
  const engine = new (class extends Engine {
    override adam(options: AdamOptions): void {
      steps.push([...this.gradient(logits)]);
      super.adam(options);
    }
  })();
  const logits = engine.parameter(1, C, () => 0);
  engine.write(logits, [0.3, -0.2, 0.5, 0]);
  const controller = policyGradient({ ...OPTIONS, batch }, { engine, rng: randomStream(3, "/controller") }, (decide) => ({
    architecture: [decide(logits, 0)],
  }));
  return { controller, steps, logits: () => [...engine.read(logits)] };
}

/** The gradient of −advantage · log p(a) − c · H, where p = softmax(logits). */
function lossGradient(logits: readonly number[], { architecture }: Proposal, advantage: number): number[] {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const p = logits.map((logit) => Math.exp(logit) / total);
  const entropy = -p.reduce((sum, share) => sum + share * Math.log(share), 0);
  return p.map((share, k) => {
    const ofLogp = (k === architecture[0] ? 1 : 0) - share;
    const ofEntropy = -share * (Math.log(share) + entropy);
    return -advantage * ofLogp - OPTIONS.entropyWeight * ofEntropy;
  });
}

/** R − b, in the order in which rewards are observed. */
function advantages(rewards: readonly number[]): number[] {
  let b = rewards[0]!;
  return rewards.map((reward, i) => {
    if (i > 0) b = 0.9 * b + 0.1 * reward;
    return reward - b;
  });
}

function near(got: readonly number[] | undefined, expected: readonly (readonly number[])[]): void {
  const mean = expected[0]!.map((_, k) => expected.reduce((sum, gradient) => sum + gradient[k]!, 0) / expected.length);
  assert.ok(got, "there is no step");
  for (const [k, g] of mean.entries()) assert.ok(Math.abs(got[k]! - g) < 1e-5, `${got} instead of ${mean}`);
}

test("a step is on the mean gradient of its batch, from the policy that has drawn it, worked out by hand", () => {
  for (const batch of [1, 2, 3]) {
    const { controller, steps, logits } = logitPolicy(batch);
    const rewards = [4, -2, 7, 1, 5, -3];
    const worth = advantages(rewards);
    for (let first = 0; first < 6; first += batch) {
      const before = logits();
      const round = Array.from({ length: batch }, () => controller.propose());
      for (const [i, proposal] of round.entries()) {
        const reward = rewards[first + i]!;
        controller.observe({ ...proposal, score: reward, reward });
      }
      near(
        steps.at(-1),
        round.map((proposal, i) => lossGradient(before, proposal, worth[first + i]!)),
      );
      assert.not.equal(logits(), before);
    }
    assert.is(steps.length, 6 / batch);
  }
});

/** Withdraws what is drawn until it is this operation. */
function drawn(controller: Controller, operation: number): Proposal {
  for (;;) {
    const proposal = controller.propose();
    if (proposal.architecture[0] === operation) return proposal;
    controller.observe({ ...proposal, score: Number.NaN, reward: Number.NaN, withdrawn: true });
  }
}

test("where outcomes come as they are finished, each counts with its gradient as it was when it was drawn", () => {
  const { controller, steps, logits } = logitPolicy(2);
  const worth = advantages([5, 1, 8, -4]);
  const tell = (proposal: Proposal, reward: number) => controller.observe({ ...proposal, score: reward, reward });
  const first = logits();
  const [a, b, c] = [drawn(controller, 0), drawn(controller, 1), drawn(controller, 2)];
  tell(b, 5);
  assert.is(steps.length, 0);
  tell(a, 1);
  near(steps[0], [lossGradient(first, b, worth[0]!), lossGradient(first, a, worth[1]!)]);
  const second = logits();
  const d = drawn(controller, 1);
  tell(d, 8);
  tell(c, -4);
  assert.is(steps.length, 2);
  near(steps[1], [lossGradient(second, d, worth[2]!), lossGradient(first, c, worth[3]!)]);
});

test("of equal proposals under way the oldest has the first outcome, and the newest is withdrawn", () => {
  const { controller, steps, logits } = logitPolicy(2);
  const tell = (proposal: Proposal, reward: number) => controller.observe({ ...proposal, score: reward, reward });
  const first = logits();
  const old = drawn(controller, 3);
  for (const reward of [1, 1]) tell(drawn(controller, 0), reward);
  const worth = advantages([1, 1, 3, -2]);
  const second = logits();
  controller.observe({ ...drawn(controller, 3), score: Number.NaN, reward: Number.NaN, withdrawn: true });
  drawn(controller, 3);
  tell(old, 3);
  tell(old, -2);
  near(steps[1], [lossGradient(first, old, worth[2]!), lossGradient(second, old, worth[3]!)]);
});

test("a proposal that is withdrawn is none of its batch, an evaluation that failed is one without a lesson", () => {
  const { controller, steps, logits } = logitPolicy(2);
  const before = logits();
  const failed = { score: Number.NaN, reward: Number.NaN };
  controller.observe({ ...controller.propose(), ...failed, withdrawn: true });
  const [a, b] = [controller.propose(), controller.propose()];
  controller.observe({ ...a, ...failed });
  assert.is(steps.length, 0);
  controller.observe({ ...b, score: 5, reward: 5 });
  near(steps[0], [lossGradient(before, b, 0)]);
});

const space = tinySpace(1, C);

test("feasible-only around a batch: a round has B proposals that were not turned down, and then a step", async () => {
  const { controller, steps } = logitPolicy(3);
  const wrapped = (await feasibleOnly.create({ attempts: 100 }, { feasible: ([operation]) => operation !== 2 })).around(controller);
  assert.equal([wrapped.concurrency, wrapped.rounds], [3, true]);
  for (let round = 1; round <= 10; round++) {
    const proposals = Array.from({ length: 3 }, () => wrapped.propose());
    for (const [i, proposal] of proposals.entries()) {
      assert.is(steps.length, round - 1);
      const score = i === 1 ? Number.NaN : 50 + proposal.architecture[0]!;
      wrapped.observe({ ...proposal, score, reward: score });
    }
    assert.is(steps.length, round);
  }
});

test("no-repeats around a batch: what is known counts as one of B", async () => {
  const { controller, steps } = logitPolicy(3);
  const wrapped = (await noRepeats.create({ attempts: 100 }, { space })).around(controller);
  assert.equal([wrapped.concurrency, wrapped.rounds], [3, true]);
  let known = 0;
  for (let round = 1; round <= 10; round++) {
    const proposals = Array.from({ length: 3 }, () => wrapped.propose());
    for (const proposal of proposals) {
      if (proposal.known !== undefined) known++;
      const score = proposal.known ?? 50 + proposal.architecture[0]!;
      wrapped.observe({ ...proposal, score, reward: score });
    }
    assert.is(steps.length, round);
  }
  assert.ok(known > 15, `${known}`);
});

test.run();
