/**
 * Learning by REINFORCE: what every controller that samples its proposals from a network does between
 * `propose` and `observe`.
 *
 *   b ← R for the first reward, then decay · b + (1 − decay) · R
 *   loss = −logp · (R − b) − c · entropy,  one step of Adam
 *
 * logp and entropy are sums over all decisions of the query. The baseline is updated before the
 * advantage R − b is taken, as the authors do; so the first query only raises the entropy. An outcome
 * of what it did not draw itself teaches it nothing.
 *
 * Williams 1992, doi:10.1007/BF00992696. Evoke paper, Eq. 2 and line 16 of Algorithm 1.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Controller, Proposal } from "../plugin/controller.ts";
import type { Rng } from "../random/rng.ts";

/** The options of learning, for the schema of a controller; the defaults are the paper's for NAS-Bench-201. */
export const LEARNING_OPTIONS = {
  learningRate: { type: "number", exclusiveMinimum: 0, default: 0.01, description: "of Adam" },
  weightDecay: { type: "number", minimum: 0, default: 0, description: "L2, added to the gradient" },
  entropyWeight: { type: "number", minimum: 0, default: 7.5e-4, description: "c: how much high entropy is rewarded" },
  baselineDecay: {
    type: "number",
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
    description: "of b, the moving average of the rewards",
  },
} as const;

export interface LearningOptions {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly entropyWeight: number;
  readonly baselineDecay: number;
}

/** Samples a decision from logits in any shape, squashed to ±squash by squash · tanh(·). */
export type Decide = (logits: Tensor, squash: number) => number;

/** Numbers to start parameters from: uniform in [−0.1, 0.1), as in the authors' code. */
export function smallUniform(rng: Rng): () => number {
  return () => rng.next() * 0.2 - 0.1;
}

/**
 * A controller that learns by REINFORCE.
 *
 * @param draw  builds the network on the engine's open tape, takes all decisions of one query with
 *   `decide`, and says what they amount to; its parameters are declared before
 */
export function policyGradient(
  options: LearningOptions,
  { engine, rng }: { readonly engine: Engine; readonly rng: Rng },
  draw: (decide: Decide) => Proposal,
): Controller {
  const { entropyWeight, baselineDecay } = options;
  const decide: Decide = (logits, squash) => engine.choose(logits, rng.next(), squash);
  let baseline: number | undefined;
  /** True between a proposal and its outcome. */
  let drawn = false;
  return {
    propose() {
      engine.begin();
      drawn = true;
      return draw(decide);
    },
    observe({ reward }) {
      const learns = drawn && Number.isFinite(reward); // where the evaluation failed there is nothing to learn
      drawn = false;
      if (!learns) return engine.begin();
      baseline = baseline === undefined ? reward : baselineDecay * baseline + (1 - baselineDecay) * reward;
      engine.backward(-(reward - baseline), -entropyWeight);
      engine.adam(options);
    },
  };
}
