/**
 * DSNAS: one path in each step, drawn by the probabilities of its operations; from one batch the weights learn, and how
 * much each operation is to be blamed.
 *
 * Hu et al. 2020, "DSNAS: Direct Neural Architecture Search without Parameter Retraining", arXiv:2002.09128, Section 3.2;
 * settings of α as in the authors' code (SNAS-Series, DSNAS/train_imagenet.py). For each edge, with k drawn from
 * p = softmax(α) and Z_k = 1 the factor of what it gives,
 *
 *   R = ∂L_train/∂Z_k,  ∂L/∂α = R (onehot(k) − p)
 *
 * R is a cost: where it is positive, a step makes k less likely. That of the zero operation is always 0, so α does not
 * learn from it. The mean over k is the gradient of DARTS, with each R_k at its own path.
 *
 * Early stopping of edges: at the beginning of an epoch, an edge whose two likeliest operations differ by `fixAt` in
 * probability is fixed: from then on every path has its likeliest operation, and its α, which goes on learning, is put
 * back before each later epoch. Weights and α learn from the same images, so those of the architecture are not used.
 *
 * Different from the authors: they go on to train the network that they found, with its weights. They searched in blocks
 * of ShuffleNet on ImageNet; of DSNAS in NAS-Bench-201, by the authors of DrNAS, nothing but the results is public. The
 * schedule is that of DrNAS there, with all training images. Weights that a step does not use go on moving in the
 * authors' code, as with `"unsampled": "drift"` here.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { nearlyNormal } from "../../core/random/rng.ts";
import { heaviest } from "../../core/space/open-network.ts";
import type { Judged, Mixture } from "../../core/training/weight-sharing.ts";
import {
  ARCHITECTURE_OPTIONS,
  ArchitectureParameters,
  DARTS_BETAS,
  FROZEN_OPTION,
} from "../../core/weight-sharing/architecture-parameters.ts";
import { meanLoss, pathBy } from "../../core/weight-sharing/candidates.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { AS_IN_DARTS, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { rankedBy } from "../../core/weight-sharing/ranking.ts";
import { drawn, oneHot, softmax } from "../../core/weight-sharing/relaxation.ts";

export default plugin({
  kind: "controller",
  name: "dsnas",
  summary: "One path in each step, drawn by the probabilities of its operations, which learn from the same batch as the weights",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      learningRate: { ...ARCHITECTURE_OPTIONS.learningRate, default: 1e-3 },
      weightDecay: { ...ARCHITECTURE_OPTIONS.weightDecay, default: 0 },
      frozen: { ...FROZEN_OPTION, default: 0 },
      fixAt: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.3,
        description: "difference of the two largest probabilities at which an edge is fixed; 1 for never",
      },
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create({ frozen, fixAt, ...adam }, { rng, feasible, sharedWeights }) {
    const open = sharedWeights.open();
    const alpha = new ArchitectureParameters(open.edges, () => 1 + 0.01 * nearlyNormal(rng), { ...adam, ...DARTS_BETAS });
    /** What α was when its edge was fixed. */
    const fixed: (readonly number[] | undefined)[] = open.edges.map(() => undefined);
    const standing = () => alpha.values.map((values, edge) => softmax(fixed[edge] ?? values));

    function fix(): void {
      for (const [edge, values] of fixed.entries()) if (values) alpha.replace(edge, values);
      for (const [edge, values] of alpha.values.entries()) {
        const [first, second = 0] = softmax(values).sort((a, b) => b - a);
        if (first! - second >= fixAt) fixed[edge] = values;
      }
    }

    return controllerBy(sharedWeights, {
      schedule: { epochs: 100, ...AS_IN_DARTS },
      publishedSteps: 100 * 2 * STEPS_ON_CIFAR_10,
      async epoch(epoch, weights) {
        if (fixAt < 1) fix();
        const learns = epoch - 1 >= frozen * weights.schedule.epochs;
        const learnt: Judged[] = [];
        for (let step = 0; step < weights.steps; step++) {
          const p = alpha.values.map(softmax);
          const operations = p.map((probabilities, edge) => (fixed[edge] ? heaviest(fixed[edge]) : drawn(probabilities, weights.rng)));
          const [judged] = await weights.learn([pathBy(open, operations)]);
          learnt.push(judged!);
          if (learns) alpha.step(scoreGradient(p, operations, judged!.gradient), weights.rateFactor);
        }
        return { loss: meanLoss(learnt), probabilities: standing() };
      },
      save: () => [...alpha.save(), ...fixed.flatMap((values) => (values ? [1, ...values] : [0]))],
      restore(saved) {
        alpha.restore(saved);
        let from = alpha.saved;
        for (const [edge, { operations }] of open.edges.entries()) {
          const isFixed = saved[from++] === 1;
          fixed[edge] = isFixed ? saved.slice(from, from + operations.length) : undefined;
          if (isFixed) from += operations.length;
        }
      },
      rank: async () => rankedBy(open, standing(), { feasible }),
    });
  },
});

/**
 * ∂L/∂α = R (onehot(k) − p) of each edge, R the gradient of what was drawn.
 * @param p  [edges][operations]
 * @param operations  k of each edge
 * @param gradient  of the mixture; only that of k is looked at  [edges][operations]
 */
export function scoreGradient(p: Mixture, operations: readonly number[], gradient: Mixture): Mixture {
  return p.map((edge, e) => {
    const cost = gradient[e]![operations[e]!]!;
    return oneHot(operations[e]!, edge.length).map((one, k) => cost * (one - edge[k]!));
  });
}
