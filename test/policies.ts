/**
 * What the controllers that choose subspaces and modifications are tried on beside their contract.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Engine } from "../core/engine/engine.ts";
import type { AdamOptions } from "../core/engine/optimizers.ts";
import type { Tensor } from "../core/engine/tensor.ts";
import type { Controller } from "../core/plugin/controller.ts";
import type { Plugin } from "../core/plugin/plugin.ts";
import { SubspaceGraph } from "../core/plugin/subspace-graph.ts";
import { randomStream } from "../core/random/rng.ts";
import type { Architecture, Modification } from "../core/space/architecture.ts";
import type { Case } from "./contracts/case.ts";
import { tryController } from "./contracts/controller.ts";
import { tinySpace } from "./fixtures.ts";

const OPTIONS = {
  hidden: 6,
  globalSquash: 1.5,
  localSquash: 0.6,
  learningRate: 0.01,
  weightDecay: 0,
  entropyWeight: 0.3,
  baselineDecay: 0.9,
  batch: 1,
};

/** Notes the logits of each decision, and which parameters have a gradient when a step is taken. */
class WatchedEngine extends Engine {
  logits: number[][] = [];
  trained: boolean[] = [];
  override begin(): void {
    super.begin();
    this.logits = [];
  }
  override choose(logits: Tensor, u: number, squash?: number): number {
    this.logits.push([...this.read(logits)]);
    return super.choose(logits, u, squash);
  }
  override adam(options: AdamOptions): void {
    this.trained = this.parameters.map((parameter) => this.gradient(parameter).some((g) => g !== 0));
    super.adam(options);
  }
}

/** A policy with large parameters, so that all of its inputs show in what it decides, on 3 subspaces with M = 2. */
export function watchedPolicy(plugin: Plugin<"controller">, centres: readonly Architecture[] = CENTRES) {
  const made: (readonly Modification[])[] = [];
  const plain = tinySpace(3, 4);
  const space: typeof plain = {
    ...plain,
    modify(architecture, modifications) {
      made.push(modifications);
      return plain.modify(architecture, modifications);
    },
  };
  const subspaces = new SubspaceGraph(centres.length, 2);
  for (const [k, centre] of centres.entries()) subspaces.evoke(k, centre, [2.5, 0.5, 1.5][k]!);
  const engine = new WatchedEngine();
  const rng = randomStream(5, "/controller");
  const controller = plugin.create(OPTIONS as never, { space, subspaces, rng, engine } as never) as Controller;
  for (const parameter of engine.parameters) {
    const numbers = engine.read(parameter).map((value) => 6 * value);
    engine.write(parameter, numbers);
  }
  return { space, subspaces, engine, controller, made };
}
const CENTRES: readonly Architecture[] = [
  [0, 1, 2],
  [3, 1, 0],
  [2, 2, 2],
];

/** Turns every edge around, and changes nothing else. */
export function turnEdges({ from, to }: SubspaceGraph): void {
  const ends = [...from];
  from.set(to);
  to.set(ends);
}

/** It learns what pays. The squashed logits bound the shares: 0.53 of an operation of four, 0.87 of a subspace of four. */
export const learnsWhichOperationPays = (plugin: Plugin<"controller">): Case => [
  "it learns which operation pays, to more than 0.4 of its choices from a quarter (seeds 1 to 3)",
  async () => {
    // Centres stay, M = 1, and each component that becomes operation 0 pays. A share of 300 choices has a
    // standard error of at most 0.03.
    for (const seed of [1, 2, 3]) {
      const { controller, subspaces } = await tryController(plugin, { radius: 1, seed });
      for (let k = 0; k < 4; k++) subspaces.replace(k, [1, 2, 3, 2, 1], 60 + k);
      const share = meanOfTheLast300(600, () => {
        const proposal = controller.propose();
        const zeros = proposal.architecture.filter((operation) => operation === 0).length;
        controller.observe({ ...proposal, score: 60, reward: 5 * zeros });
        return zeros;
      });
      assert.ok(share > 0.4, `${share}`);
    }
  },
];

export const learnsWhichSubspacePays = (plugin: Plugin<"controller">): Case => [
  "it learns which subspace pays, to more than half of its choices from a quarter (seeds 1 to 3)",
  async () => {
    // Validations are below 1: at some 70 percent they outweigh what else mlp-lstm and no-edge see of a subspace.
    for (const seed of [1, 2, 3]) {
      const { controller, subspaces } = await tryController(plugin, { radius: 1, seed });
      for (const [k, centre] of subspaces.centres.entries()) subspaces.replace(k, centre, k / 4);
      const share = meanOfTheLast300(400, () => {
        const proposal = controller.propose();
        const pays = proposal.subspace === 2 ? 1 : 0;
        controller.observe({ ...proposal, score: 60, reward: 5 * pays });
        return pays;
      });
      assert.ok(share > 0.5, `${share}`);
    }
  },
];

function meanOfTheLast300(count: number, value: () => number): number {
  const last = Array.from({ length: count }, value).slice(-300);
  return last.reduce((a, b) => a + b) / 300;
}
