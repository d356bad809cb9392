/**
 * DARTS: on each edge all operations are mixed by a softmax; its parameters descend the validation loss, the weights the
 * training loss, in turn. Then each edge keeps its likeliest operation.
 *
 * Liu, Simonyan and Yang 2019, "DARTS: Differentiable Architecture Search", arXiv:1806.09055, Algorithm 1; the defaults are
 * those of the authors of NAS-Bench-201 (AutoDL-Projects, DARTS-V1 and DARTS-V2).
 *
 *   m_k = exp α_k / Σ_j exp α_j                         Eq. 2, on each edge
 *   ∂L/∂α_k = m_k (g_k − Σ_j m_j g_j),  g = ∂L/∂m       order 1, with the weights as they are
 *   ∇_α L_val(w − ξ ∇_w L_train(w, α), α)               order 2, Eq. 5 to 8; see core/weight-sharing/gradients/gradient-method.ts
 *
 * Different from the paper: in a space whose cells have a `none`, such as NAS-Bench-201's, it can be the answer of an edge,
 * as in the benchmark. In the second order, the step ahead is the one that the weights' optimizer takes, Nesterov's
 * momentum included, where the benchmark's authors step ahead by plain momentum.
 *
 * With `perturbation` it is DARTS-PT: see core/weight-sharing/gradients/perturbation.ts. On a space that keeps
 * some edges of a node alone, which ones follows from the same shares there, where the authors leave out edges, too.
 *
 * With `stopAt` the search ends where the curvature grows (RobustDARTS: Zela et al. 2020, arXiv:1909.09656; the authors
 * take 1.3), and returns to the architecture of some checks before.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters, DARTS_BETAS, nearZero } from "../../core/weight-sharing/architecture-parameters.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { CURVATURE_OPTION, gradientMethod } from "../../core/weight-sharing/gradients/gradient-method.ts";
import { AS_IN_NAS_BENCH_201, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { mixedBySoftmax, softmax } from "../../core/weight-sharing/relaxation.ts";

/** Epochs between checks, where the search may end early. */
const CHECKED_EVERY = 2;

export default plugin({
  kind: "controller",
  name: "darts",
  summary: "All operations of an edge are mixed by a softmax, which descends the validation loss in turn with the weights",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      order: { enum: [1, 2], default: 1, description: "whether α takes the weights as they are, or after their next step" },
      first: {
        enum: ["weights", "architecture"],
        description: "which learns first in a step; default: weights in order 1, the architecture in order 2",
      },
      ...ARCHITECTURE_OPTIONS,
      ...CURVATURE_OPTION,
      perturbation: {
        type: "integer",
        minimum: 0,
        maximum: 100_000,
        description:
          "operations are selected by what the network is worth without them (DARTS-PT), and all learn on for so many epochs between two edges, the authors' 5; default: by the largest α",
      },
      stopAt: {
        type: "number",
        exclusiveMinimum: 1,
        maximum: 1_000_000,
        description: `the search ends where the curvature has grown by this factor, measured each ${CHECKED_EVERY} epochs if not said otherwise; default: never`,
      },
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create(
    { order, first = order === 1 ? "weights" : "architecture", curvatureEvery, stopAt, perturbation, ...adam },
    { rng, feasible, sharedWeights },
  ) {
    const { edges } = sharedWeights.open();
    const method = gradientMethod({
      schedule: { epochs: 50, ...AS_IN_NAS_BENCH_201 },
      publishedSteps: 50 * STEPS_ON_CIFAR_10,
      parameters: new ArchitectureParameters(edges, nearZero(rng), { ...adam, ...DARTS_BETAS }),
      ...{ first, order, stopAt, feasible, tuning: perturbation },
      curvatureEvery: stopAt !== undefined && curvatureEvery === 0 ? CHECKED_EVERY : curvatureEvery,
      relax: mixedBySoftmax,
      probabilities: (values) => values.map(softmax),
    });
    return controllerBy(sharedWeights, method);
  },
});
