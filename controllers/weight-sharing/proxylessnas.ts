/**
 * ProxylessNAS: weights learn along one path in each step, and every few steps the gates that chose it learn from the
 * images of the architecture; what the network costs can be a part of the loss.
 *
 * Cai et al. 2019, "ProxylessNAS: Direct Neural Architecture Search on Target Task and Hardware", arXiv:1812.00332,
 * Sections 3.2 and 3.3; settings as in the authors' code (mit-han-lab/proxylessnas, search/). For each edge, with gates
 * g ~ p = softmax(α), one of them open,
 *
 *   ∂L/∂α_i = Σ_j ∂L/∂g_j p_j (δ_ij − p_i)      Eq. 4
 *
 * | mode | which operations take part in a step of α                    |
 * | ---- | ------------------------------------------------------------ |
 * | full | all of them, the authors' "full_v2"; one is open             |
 * | two  | two, drawn by p without replacement; one of the two is open  |
 *
 * In mode "two", p is the softmax of the α of those two alone, and both are shifted after the step, so that Σ exp α of the
 * two is what it was before.
 *
 * Edges where the zero operation is open do not learn in that step. With `cost`, L is CE with a term of the expected cost
 * (core/weight-sharing/expected-cost.ts), in mode "two" that of the two. α rests while the weights warm up, a quarter of
 * all epochs as there, and in the epoch after.
 *
 * Different from the authors: they warm up in 40 epochs from 0.05 to 0, and then go from 0.025 to 0 in 120; here warming
 * up is the beginning of one schedule. No label smoothing. Mode "two" saves no time, since all operations are computed in
 * it, too. Costs are those that the space counts, latencies where `mobilenet` has a table of them. Where the
 * authors let a block be skipped by a zero operation, `mobilenet` leaves the depth of a unit open.
 *
 * The reach as published is that of 769,440 steps on ImageNet, so in short searches single steps of α are long: of 400,
 * each by some 1.9, which decides an edge at once. There `"reach": "of-schedule"` with a `learningRate` goes more slowly.
 *
 * @module
 */
import { exponential, logarithm } from "../../core/engine/exact-math.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import type { Rng } from "../../core/random/rng.ts";
import type { Judged, SharedWeights } from "../../core/training/weight-sharing.ts";
import {
  ARCHITECTURE_OPTIONS,
  ArchitectureParameters,
  FROZEN_OPTION,
  nearZero,
} from "../../core/weight-sharing/architecture-parameters.ts";
import { meanLoss, pathBy } from "../../core/weight-sharing/candidates.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { COST_TERM, ExpectedCost } from "../../core/weight-sharing/expected-cost.ts";
import { rankedBy } from "../../core/weight-sharing/ranking.ts";
import { drawn, inProportion, softmax, throughSoftmax } from "../../core/weight-sharing/relaxation.ts";

/** Steps of an epoch on ImageNet's 1,281,167 images to train on but for 50,000, in batches of 256. */
const STEPS_ON_IMAGENET = 4809;

export default plugin({
  kind: "controller",
  name: "proxylessnas",
  summary: "Weights learn along one path in each step; its gates learn every few steps, and costs can weigh",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      learningRate: { ...ARCHITECTURE_OPTIONS.learningRate, default: 1e-3 },
      weightDecay: { ...ARCHITECTURE_OPTIONS.weightDecay, default: 0 },
      mode: { enum: ["full", "two"], default: "full", description: "which operations take part in a step of the architecture" },
      every: {
        type: "integer",
        minimum: 1,
        maximum: 1_000_000_000,
        default: 5,
        description: "steps of the weights for each step of the architecture",
      },
      frozen: { ...FROZEN_OPTION, default: 0.25 },
      cost: COST_TERM,
    },
  },
  needs: ["space", "rng", "feasible", "sharedWeights"],
  create({ mode, every, frozen, cost, ...adam }, { space, rng, feasible, sharedWeights }) {
    const open = sharedWeights.open();
    const expected = cost && new ExpectedCost(space, open, cost);
    const initial = nearZero(rng);
    /** α, each edge with an Adam of its own, since some rest. */
    const alphas = open.edges.map((edge) => new ArchitectureParameters([edge], initial, { ...adam, beta1: 0, beta2: 0.999 }));
    const valuesOf = (edge: number) => alphas[edge]!.values[0]!;
    const probabilities = () => alphas.map((_, edge) => softmax(valuesOf(edge)));

    /** A step of α. */
    async function move(weights: SharedWeights): Promise<void> {
      const pairs = mode === "two" ? probabilities().map((p) => twoOf(p, weights.rng)) : undefined;
      const p = probabilities().map((all, edge) => (pairs ? softmaxOf(valuesOf(edge), pairs[edge]!) : all));
      const active = p.map((edge) => drawn(edge, weights.rng));
      const judged = await weights.judge(pathBy(open, active), { all: true });
      const gradient = expected ? expected.gradient(judged, p) : p.map((edge, e) => throughSoftmax(edge, judged.gradient[e]!));
      for (const [edge, { none }] of open.edges.entries()) {
        if (active[edge] === none) continue;
        const before = valuesOf(edge);
        alphas[edge]!.step([gradient[edge]!], weights.rateFactor);
        if (pairs) alphas[edge]!.replace(0, keptTogether(before, valuesOf(edge), pairs[edge]!));
      }
    }

    return controllerBy(sharedWeights, {
      schedule: {
        ...{ epochs: 160, batchSize: 256, learningRate: 0.05, finalLearningRate: 0 },
        ...{ momentum: 0.9, nesterov: true, weightDecay: 4e-5, clip: 0 },
      },
      publishedSteps: 160 * STEPS_ON_IMAGENET,
      async epoch(epoch, weights) {
        const learns = epoch - 2 >= frozen * weights.schedule.epochs;
        const learnt: Judged[] = [];
        for (let step = 0; step < weights.steps; step += every) {
          const p = probabilities();
          const operations = () => p.map((edge) => drawn(edge, weights.rng));
          const steps = Math.min(every, weights.steps - step);
          learnt.push(...(await weights.learn(Array.from({ length: steps }, () => pathBy(open, operations())))));
          if (learns && steps === every) await move(weights);
        }
        return { loss: meanLoss(learnt), probabilities: probabilities() };
      },
      save: () => alphas.flatMap((alpha) => alpha.save()),
      restore(saved) {
        let from = 0;
        for (const alpha of alphas) {
          alpha.restore(saved.slice(from));
          from += alpha.saved;
        }
      },
      rank: async () => rankedBy(open, probabilities(), { feasible }),
    });
  },
});

/** Draws two operations by their probabilities, without replacement. An edge of one operation has that alone. */
export function twoOf(p: readonly number[], rng: Rng): number[] {
  if (p.length === 1) return [0];
  const first = drawn(p, rng);
  const rest = inProportion(p.map((probability, k) => (k === first ? 0 : probability)));
  return [first, drawn(rest, rng)];
}

/** The softmax of some of the logits; 0 of the others. */
export function softmaxOf(logits: readonly number[], some: readonly number[]): number[] {
  const p = softmax(some.map((k) => logits[k]!));
  return logits.map((_, k) => p[some.indexOf(k)] ?? 0);
}

/** Logits after a step, some of them shifted together so that the sum of their exponentials is what it was before. */
export function keptTogether(before: readonly number[], after: readonly number[], some: readonly number[]): number[] {
  const logSum = (logits: readonly number[]) => {
    const top = Math.max(...some.map((k) => logits[k]!));
    return top + logarithm(some.reduce((sum, k) => sum + exponential(logits[k]! - top), 0));
  };
  const shift = logSum(before) - logSum(after);
  return after.map((logit, k) => (some.includes(k) ? logit + shift : logit));
}
