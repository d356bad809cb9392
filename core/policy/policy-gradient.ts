/**
 * Learning by REINFORCE: what every controller that samples its proposals from a network does between
 * `propose` and `observe`.
 *
 *   b ← R for the first reward, then decay · b + (1 − decay) · R
 *   loss = −logp · (R − b) − c · entropy,  one step of Adam on its mean over B proposals
 *
 * logp and entropy are sums over all decisions of the query. The baseline is updated before the
 * advantage R − b is taken, as the authors do; so the first query only raises the entropy. An outcome
 * of what it did not draw itself teaches it nothing.
 *
 * B is the option `batch`, 1 in the paper. A step is taken when B of its own proposals have their outcome, with the
 * gradients as they were when these were drawn: in rounds, those of the policy as it is; in the order "as-finished",
 * where others are drawn meanwhile, those of a policy some steps older. The baseline sees rewards in the order in which
 * they are observed. An evaluation that failed is one of the B, and has no part in the mean; a proposal that middleware
 * has withdrawn is none. What the budget leaves of a round ends without a step, from which nothing would be proposed.
 *
 * Williams 1992, doi:10.1007/BF00992696. Evoke paper, Eq. 2 and line 16 of Algorithm 1.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Gradients, Initial } from "../engine/memory.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Controller, Proposal } from "../plugin/controller.ts";
import { isStream, type Rng } from "../random/rng.ts";
import { Awaited } from "./awaited.ts";

/** The options of learning, for the schema of a controller; the defaults are the paper's for NAS-Bench-201. */
export const LEARNING_OPTIONS = {
  learningRate: { type: "number", exclusiveMinimum: 0, maximum: 100, default: 0.01, description: "of Adam" },
  weightDecay: { type: "number", minimum: 0, maximum: 100, default: 0, description: "L2, added to the gradient" },
  entropyWeight: { type: "number", minimum: 0, maximum: 1000, default: 7.5e-4, description: "c: how much high entropy is rewarded" },
  baselineDecay: {
    type: "number",
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
    description: "of b, the moving average of the rewards",
  },
  batch: {
    type: "integer",
    minimum: 1,
    maximum: 1000,
    default: 1,
    description: "B: proposals from one policy, then one step on their mean",
  },
} as const;

/** The options of a controller that learns by policy gradients; LEARNING_OPTIONS says what each of them is. */
export interface LearningOptions {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly entropyWeight: number;
  readonly baselineDecay: number;
  readonly batch: number;
}

/** Samples a decision from logits in any shape, squashed to ±squash by squash · tanh(·). */
export type Decide = (logits: Tensor, squash: number) => number;

/** R − b, with a baseline b that has seen R. */
export type Advantage = (reward: number) => number;

/** Numbers to start parameters from: uniform in [−0.1, 0.1), as in the authors' code. */
export function smallUniform(rng: Rng): Initial {
  const initial = () => rng.next() * 0.2 - 0.1;
  return isStream(rng) ? Object.assign(initial, { uniform: { stream: rng, factor: 0.2, offset: -0.1 } }) : initial;
}

/**
 * A controller that learns by REINFORCE.
 *
 * @param draw  builds the network on the engine's open tape, takes all decisions of one query with
 *   `decide`, and says what they amount to; its parameters are declared before
 * @param advantage  where the baseline is another one
 */
export function policyGradient(
  options: LearningOptions,
  { engine, rng }: { readonly engine: Engine; readonly rng: Rng },
  draw: (decide: Decide) => Proposal,
  advantage: Advantage = movingAverage(options.baselineDecay),
): Controller {
  const decide: Decide = (logits, squash) => engine.choose(logits, rng.next(), squash);
  const policy: Policy = { engine, draw: () => draw(decide), advantage };
  return options.batch === 1 ? oneByOne(options, policy) : inBatches(options, policy);
}

function movingAverage(decay: number): Advantage {
  let baseline: number | undefined;
  return (reward) => {
    baseline = baseline === undefined ? reward : decay * baseline + (1 - decay) * reward;
    return reward - baseline;
  };
}

interface Policy {
  readonly engine: Engine;
  /** Draws a proposal, on the open tape. */
  draw(): Proposal;
  readonly advantage: Advantage;
}

/** B = 1: the tape stays open until the outcome is there. */
function oneByOne(options: LearningOptions, { engine, draw, advantage }: Policy): Controller {
  const awaited = new Awaited<true>();
  return {
    propose() {
      awaited.clear();
      engine.begin();
      const proposal = draw();
      awaited.add(proposal, true);
      return proposal;
    },
    observe(outcome) {
      if (!awaited.take(outcome)) return;
      const { reward } = outcome;
      if (!Number.isFinite(reward)) return engine.begin(); // where the evaluation failed there is nothing to learn
      engine.backward(-advantage(reward), -options.entropyWeight);
      engine.adam(options);
    },
  };
}

/** The gradients of a proposal. */
interface Drawn {
  readonly logp: Gradients;
  readonly entropy: Gradients;
}

/** B > 1: the gradients are taken when a proposal is drawn, and weighed when its reward is known. */
function inBatches(options: LearningOptions, { engine, draw, advantage }: Policy): Controller {
  const { batch, entropyWeight } = options;
  const numbers = engine.parameters.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  engine.checkRoom(2 * batch * numbers, "Lower batch, or hidden.");
  const awaited = new Awaited<Drawn>();
  /** Since the last step. */
  let outcomes = 0;
  let lessons: (Drawn & { readonly advantage: number })[] = [];

  function step(): void {
    for (const { logp, entropy, advantage } of lessons) {
      engine.addGradients(logp, -advantage / lessons.length);
      engine.addGradients(entropy, -entropyWeight / lessons.length);
    }
    engine.adam(options); // moves nothing where all evaluations failed
    outcomes = 0;
    lessons = [];
  }

  return {
    concurrency: batch,
    rounds: true,
    propose() {
      engine.begin();
      const proposal = draw();
      awaited.add(proposal, { logp: engine.gradients(1, 0), entropy: engine.gradients(0, 1) });
      return proposal;
    },
    observe(outcome) {
      const drawn = awaited.take(outcome);
      if (!drawn || outcome.withdrawn) return;
      const { reward } = outcome;
      if (Number.isFinite(reward)) lessons.push({ ...drawn, advantage: advantage(reward) });
      if (++outcomes === batch) step();
    },
  };
}
