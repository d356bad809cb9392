/**
 * SETN, a self-evaluated template network: weights learn along uniform paths, while a template, α, learns which operations
 * are good where all are mixed by it; the best of the architectures that the template holds likeliest is the answer.
 *
 * Dong and Yang 2019, "One-Shot Neural Architecture Search via Self-Evaluated Template Network", arXiv:1910.05733; the
 * defaults are those of its entry in NAS-Bench-201 (AutoDL-Projects, NAS-Bench-201-algos/SETN.py). Each step:
 *
 *   1. w descends ∇_w L_train along a path that is drawn uniformly
 *   2. α descends ∇_α L_val of the mixture with the weights p = softmax(α) on each edge:
 *      ∂L/∂α_k = p_k (g_k − Σ_j p_j g_j),  g_k = ∂L/∂p_k
 *
 * Candidates are the architectures of the greatest Σ_e log p_e, among all that there are; the paper draws them from p.
 *
 * Different from the authors: candidates that the limits of the manifest do not admit are passed over. Weights that a step
 * does not use go on moving there, as with `"unsampled": "drift"` here.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import type { Judged } from "../../core/training/weight-sharing.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters, DARTS_BETAS, nearZero } from "../../core/weight-sharing/architecture-parameters.ts";
import { byAccuracy, CANDIDATE_OPTIONS, meanLoss, pathOf } from "../../core/weight-sharing/candidates.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { AS_IN_NAS_BENCH_201, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { rankedBy } from "../../core/weight-sharing/ranking.ts";
import { mixedBySoftmax, softmax } from "../../core/weight-sharing/relaxation.ts";

export default plugin({
  kind: "controller",
  name: "setn",
  summary: "Weights learn along uniform paths, a template in the mixture of all; its likeliest architectures are measured",
  options: { type: "object", additionalProperties: false, properties: { ...ARCHITECTURE_OPTIONS, ...CANDIDATE_OPTIONS } },
  needs: ["space", "rng", "feasible", "sharedWeights"],
  create({ candidates, images, ...adam }, { space, rng, feasible, sharedWeights }) {
    const open = sharedWeights.open();
    const alpha = new ArchitectureParameters(open.edges, nearZero(rng), { ...adam, ...DARTS_BETAS });
    const template = () => alpha.values.map(softmax);

    return controllerBy(sharedWeights, {
      schedule: { epochs: 250, ...AS_IN_NAS_BENCH_201, clip: 0 },
      publishedSteps: 250 * STEPS_ON_CIFAR_10,
      async epoch(_epoch, weights) {
        const learnt: Judged[] = [];
        for (let step = 0; step < weights.steps; step++) {
          learnt.push(...(await weights.learn([pathOf(open, space.sample(weights.rng))])));
          const { mixture, backward } = mixedBySoftmax(alpha.values);
          alpha.step(backward(await weights.judge(mixture)), weights.rateFactor);
        }
        return { loss: meanLoss(learnt), probabilities: template() };
      },
      save: () => alpha.save(),
      restore: (saved) => alpha.restore(saved),
      rank(weights) {
        const likeliest = rankedBy(open, template(), { feasible, most: candidates });
        return byAccuracy(weights, open, likeliest, images);
      },
    });
  },
});
