/**
 * SNAS: every edge is a soft draw of its operations, harder and harder, and its gradient leads through the draw.
 *
 * Xie et al. 2019, "SNAS: Stochastic Neural Architecture Search", arXiv:1812.09926, Eqs. 6–9; settings as in the
 * authors' code (SNAS-Series, SNAS/train_search.py). For each edge, G Gumbel noise, drawn anew for each forward pass,
 *
 *   q = softmax((α + G) / τ),  ∂L/∂α_k = q_k (g_k − Σ_j q_j g_j) / τ,  g_k = ∂L/∂q_k
 *
 * | paper | here                                      | meaning                                        |
 * | ----- | ----------------------------------------- | ---------------------------------------------- |
 * | λ     | `firstTemperature` … `lastTemperature`, τ | how soft a draw is; falls linearly over epochs |
 * | Z     | q                                         | the weights of the operations on an edge       |
 *
 * With `"level": "one"`, the paper's, weights and α take their step from one pass over one batch of the weights' images.
 * With "two", as DrNAS's authors ran it on NAS-Bench-201 (τ from 10 to 1 there; 100 epochs, of half of the images), α
 * first learns from the architecture's images, by a draw of its own.
 *
 * Different from the paper: its term for the cost of a network is left out, and so is the authors' limit to the gradient
 * of α, whose length is 10 at most there.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { nearlyNormal } from "../../core/random/rng.ts";
import type { Judged, Mixture } from "../../core/training/weight-sharing.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters, DARTS_BETAS } from "../../core/weight-sharing/architecture-parameters.ts";
import { meanLoss } from "../../core/weight-sharing/candidates.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { AS_IN_DARTS, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { rankedBy } from "../../core/weight-sharing/ranking.ts";
import { gumbelNoise, gumbelSoftmax, softmax, throughGumbelSoftmax } from "../../core/weight-sharing/relaxation.ts";

/** Of each level: the paper's authors trained on all images of CIFAR-10, DrNAS's on half of them. */
const PUBLISHED = {
  one: { epochs: 150, steps: 2 * STEPS_ON_CIFAR_10 },
  two: { epochs: 100, steps: STEPS_ON_CIFAR_10 },
} as const;

export default plugin({
  kind: "controller",
  name: "snas",
  summary: "Edges are soft draws of their operations, harder and harder; gradients lead through the draws",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...ARCHITECTURE_OPTIONS,
      firstTemperature: { type: "number", exclusiveMinimum: 0, maximum: 1_000_000, default: 1, description: "τ of the first epoch" },
      lastTemperature: { type: "number", exclusiveMinimum: 0, maximum: 1_000_000, default: 0.03, description: "τ of the last epoch" },
      level: {
        enum: ["one", "two"],
        default: "one",
        description: "whether weights and architecture learn from one batch, or the architecture from images of its own",
      },
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create({ firstTemperature, lastTemperature, level, ...adam }, { rng, feasible, sharedWeights }) {
    const open = sharedWeights.open();
    const alpha = new ArchitectureParameters(open.edges, () => 1 + 0.01 * nearlyNormal(rng), { ...adam, ...DARTS_BETAS });
    const probabilities = () => alpha.values.map(softmax);

    return controllerBy(sharedWeights, {
      schedule: { epochs: PUBLISHED[level].epochs, ...AS_IN_DARTS },
      publishedSteps: PUBLISHED[level].epochs * PUBLISHED[level].steps,
      async epoch(epoch, weights) {
        const share = (epoch - 1) / Math.max(1, weights.schedule.epochs - 1);
        const temperature = firstTemperature + (lastTemperature - firstTemperature) * share;
        const draw = () => alpha.values.map((edge) => gumbelSoftmax(edge, gumbelNoise(edge.length, weights.rng), temperature));
        const descend = (q: Mixture, { gradient }: Judged) =>
          alpha.step(
            q.map((edge, e) => throughGumbelSoftmax(edge, gradient[e]!, temperature)),
            weights.rateFactor,
          );
        const learnt: Judged[] = [];
        for (let step = 0; step < weights.steps; step++) {
          if (level === "two") {
            const q = draw();
            descend(q, await weights.judge(q));
          }
          const q = draw();
          const [judged] = await weights.learn([q]);
          learnt.push(judged!);
          if (level === "one") descend(q, judged!);
        }
        return { loss: meanLoss(learnt), probabilities: probabilities() };
      },
      save: () => alpha.save(),
      restore: (saved) => alpha.restore(saved),
      rank: async () => rankedBy(open, probabilities(), { feasible }),
    });
  },
});
