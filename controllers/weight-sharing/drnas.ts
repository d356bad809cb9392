/**
 * DrNAS: the weights of an edge's operations are drawn from a Dirichlet distribution, whose concentration is what learns.
 *
 * Chen et al. 2021, "DrNAS: Dirichlet Neural Architecture Search", arXiv:2006.10355; the defaults are those of the authors'
 * code for NAS-Bench-201, where all channels go through the operations, and no operation is dropped on the way.
 *
 *   θ ~ Dirichlet(c),  c = elu(α) + 1                    on each edge, drawn anew for each pass
 *   ∂L/∂c_k = Σ_j ∂L/∂θ_j · dθ_j/dc_k                    pathwise; see core/weight-sharing/gradients/dirichlet.ts
 *   penalty: L2 of α, towards c = 1; or strength · Σ KL(Dirichlet(c) ‖ Dirichlet(1))
 *
 * The architecture learns first in each step. An edge keeps the operation of the greatest c, `none` included.
 *
 * Different from the authors: the Gamma variables that θ is made of are quantiles of uniform numbers, where they are drawn
 * by rejection there; the distribution is the same, and so is the derivative, which is that of the quantile.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters, DARTS_BETAS, nearZero } from "../../core/weight-sharing/architecture-parameters.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { concentration, divergenceSlopes, drawDirichlet, throughConcentration } from "../../core/weight-sharing/gradients/dirichlet.ts";
import { CURVATURE_OPTION, gradientMethod } from "../../core/weight-sharing/gradients/gradient-method.ts";
import { AS_IN_DARTS, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { inProportion } from "../../core/weight-sharing/relaxation.ts";

export default plugin({
  kind: "controller",
  name: "drnas",
  summary: "The weights of an edge's operations are drawn from a Dirichlet distribution, whose concentration learns",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      regulariser: {
        enum: ["l2", "kl"],
        default: "l2",
        description: "what holds the concentration near 1: L2 of α, or the divergence from 1",
      },
      strength: { type: "number", minimum: 0, maximum: 1_000_000, default: 1e-3, description: "of the regulariser" },
      learningRate: ARCHITECTURE_OPTIONS.learningRate,
      ...CURVATURE_OPTION,
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create({ regulariser, strength, learningRate, curvatureEvery }, { rng, feasible, sharedWeights }) {
    const { edges } = sharedWeights.open();
    const weightDecay = regulariser === "l2" ? strength : 0;
    const method = gradientMethod({
      schedule: { epochs: 100, ...AS_IN_DARTS },
      publishedSteps: 100 * STEPS_ON_CIFAR_10,
      parameters: new ArchitectureParameters(edges, nearZero(rng), { learningRate, weightDecay, ...DARTS_BETAS }),
      first: "architecture",
      ...{ curvatureEvery, feasible },
      relax(values, { rng }) {
        const draws = values.map((alpha) => drawDirichlet(concentration(alpha), rng));
        return {
          mixture: draws.map(({ theta }) => theta),
          backward: ({ gradient }) => values.map((alpha, edge) => throughConcentration(alpha, draws[edge]!.backward(gradient[edge]!))),
        };
      },
      ...(regulariser === "kl" && {
        penalty: (values) =>
          values.map((alpha) => throughConcentration(alpha, divergenceSlopes(concentration(alpha))).map((slope) => strength * slope)),
      }),
      probabilities: (values) => values.map((alpha) => inProportion(concentration(alpha))),
    });
    return controllerBy(sharedWeights, method);
  },
});
