/**
 * β-DARTS: DARTS whose softmaxes are held near each other by a penalty that grows during the search.
 *
 * Ye et al. 2022, "β-DARTS: Beta-Decay Regularization for Differentiable Architecture Search", arXiv:2203.01665; the
 * defaults are those of the authors' code for NAS-Bench-201.
 *
 *   L_val(w, softmax(α)) + λ · mean over edges of ln Σ_k exp α_k                  only where α learns
 *   λ of epoch e of E, from 0 on = strength · e / E
 *
 * Its gradient is λ/E · softmax(α), E edges: the larger of an edge's α fall the faster. The weight decay of α stays. The
 * architecture learns first in each step. An edge keeps its likeliest operation, `none` included.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters, DARTS_BETAS, nearZero } from "../../core/weight-sharing/architecture-parameters.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { CURVATURE_OPTION, gradientMethod } from "../../core/weight-sharing/gradients/gradient-method.ts";
import { betaDecay } from "../../core/weight-sharing/gradients/penalties.ts";
import { AS_IN_DARTS, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { mixedBySoftmax, softmax } from "../../core/weight-sharing/relaxation.ts";

export default plugin({
  kind: "controller",
  name: "beta-darts",
  summary: "DARTS whose softmaxes are held near each other by a penalty that grows during the search",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      strength: {
        type: "number",
        minimum: 0,
        maximum: 1_000_000,
        default: 50,
        description: "what λ grows to from 0, evenly over the epochs",
      },
      ...ARCHITECTURE_OPTIONS,
      ...CURVATURE_OPTION,
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create({ strength, curvatureEvery, ...adam }, { rng, feasible, sharedWeights }) {
    const { edges } = sharedWeights.open();
    const method = gradientMethod({
      schedule: { epochs: 100, ...AS_IN_DARTS },
      publishedSteps: 100 * STEPS_ON_CIFAR_10,
      parameters: new ArchitectureParameters(edges, nearZero(rng), { ...adam, ...DARTS_BETAS }),
      first: "architecture",
      ...{ curvatureEvery, feasible },
      relax: mixedBySoftmax,
      penalty: (values, { over }) => betaDecay(values, strength * over),
      probabilities: (values) => values.map(softmax),
    });
    return controllerBy(sharedWeights, method);
  },
});
