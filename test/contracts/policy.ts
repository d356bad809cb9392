/**
 * What a controller promises that learns by policy gradients in batches: the contract of every controller, at batches of
 * one and of four, and what its steps are on.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Engine } from "../../core/engine/engine.ts";
import type { AdamOptions } from "../../core/engine/optimizers.ts";
import type { Proposal } from "../../core/plugin/controller.ts";
import type { Plugin } from "../../core/plugin/plugin.ts";
import type { Case } from "./case.ts";
import { controllerContract, tryController } from "./controller.ts";

/** Notes the gradients of each step. */
class SteppingEngine extends Engine {
  readonly steps: number[][] = [];
  override adam(options: AdamOptions): void {
    this.steps.push(this.parameters.flatMap((parameter) => [...this.gradient(parameter)]));
    super.adam(options);
  }
}

/**
 * What every controller promises that learns by policy gradients with the parts of the toolkit.
 * @param plugin  the controller, whose options have `batch` and what core/policy/policy-gradient.ts learns by
 * @param options  its options, where the defaults do not do
 * @param batches  at which the contract of every controller is tried
 */
export function policyContract(plugin: Plugin<"controller">, options: object = {}, batches: readonly number[] = [1, 4]): Case[] {
  const { properties } = plugin.options as { readonly properties: object };
  const small = { ...options, ...("hidden" in properties && { hidden: 16 }) };
  const begun = async (more: object) => {
    const engine = new SteppingEngine();
    const { controller, space } = await tryController(plugin, { options: { ...small, ...more }, engine });
    return { engine, controller, space };
  };
  const still = { learningRate: 1e-30 };
  /** At batch 1, with the gradient of each query: the policy stands still, and the baseline goes on. */
  async function alone(rewards: readonly number[]) {
    const { engine, controller } = await begun(still);
    const proposals = rewards.map((reward) => {
      const proposal = controller.propose();
      controller.observe({ ...proposal, score: reward, reward });
      return proposal;
    });
    return { proposals, steps: engine.steps };
  }
  const meanOf = (steps: readonly (readonly number[])[]) =>
    steps[0]!.map((_, i) => steps.reduce((sum, step) => sum + step[i]!, 0) / steps.length);
  function near(got: readonly number[], expected: readonly number[]): void {
    const largest = Math.max(...expected.map(Math.abs));
    assert.ok(largest > 0);
    for (const [i, e] of expected.entries()) assert.ok(Math.abs(got[i]! - e) <= 1e-5 * largest, `${i}: ${got[i]} instead of ${e}`);
  }

  return [
    ...(batches.includes(1) ? controllerContract(plugin, options) : []),
    ...batches
      .filter((batch) => batch > 1)
      .flatMap((batch) => controllerContract(plugin, { ...small, batch }).map(([title, run]): Case => [`${title} (batch ${batch})`, run])),
    [
      `${plugin.name} takes a step on the mean of the losses of a batch`,
      async () => {
        const rewards = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3, 5, 8];
        const { proposals, steps } = await alone(rewards);
        const { engine, controller } = await begun({ ...still, batch: 4 });
        for (const round of [0, 4, 8]) {
          const drawn = rewards.slice(round, round + 4).map(() => controller.propose());
          assert.deepEqual(drawn, proposals.slice(round, round + 4));
          for (const [i, proposal] of drawn.entries()) {
            assert.equal(engine.steps.length, round / 4);
            controller.observe({ ...proposal, score: 50, reward: rewards[round + i]! });
          }
          near(engine.steps.at(-1)!, meanOf(steps.slice(round, round + 4)));
        }
      },
    ],
    [
      `${plugin.name} leaves failed evaluations out of the mean, and takes no step where all have failed`,
      async () => {
        const { steps } = await alone([3, Number.NaN, 4, Number.NaN]);
        assert.equal(steps.length, 2);
        const { engine, controller } = await begun({ ...still, batch: 4 });
        const tell = (rewards: readonly number[]) => {
          const drawn = rewards.map(() => controller.propose());
          for (const [i, proposal] of drawn.entries()) controller.observe({ ...proposal, score: 50, reward: rewards[i]! });
        };
        tell([3, Number.NaN, 4, Number.NaN]);
        near(engine.steps[0]!, meanOf(steps));
        tell([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
        assert.ok(engine.steps.slice(1).every((step) => step.every((g) => g === 0)));
      },
    ],
    [
      `${plugin.name} learns from its own proposals only, and from each once`,
      async () => {
        for (const batch of [1, 2]) {
          const { engine, controller, space } = await begun({ batch });
          const proposals = Array.from({ length: batch }, () => controller.propose());
          const stranger = space
            .neighbours(proposals[0]!.architecture)
            .find((one) => proposals.every((p) => p.architecture.join() !== one.join()))!;
          const tell = (proposal: Proposal) => controller.observe({ ...proposal, score: 50, reward: 5 });
          for (let times = 0; times < 3; times++) tell({ ...proposals[0]!, architecture: stranger });
          assert.equal(engine.steps.length, 0, "it has learned from what it has not drawn");
          for (const proposal of proposals) tell(proposal);
          assert.equal(engine.steps.length, 1);
          for (const proposal of proposals) tell(proposal);
          assert.equal(engine.steps.length, 1, "it has learned from one proposal twice");
        }
      },
    ],
  ];
}
