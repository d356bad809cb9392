/**
 * DARTS−: DARTS with one more skip on each edge, which fades away during the search: it gives the weights what the skip
 * among the operations is chosen for while they are young.
 *
 * Chu et al. 2021, "DARTS-: Robustly Stepping out of Performance Collapse Without Indicators", arXiv:2009.01027; the
 * defaults are those of the authors' code, which they ran in the space of DARTS. For NAS-Bench-201 they have published none.
 *
 *   output of an edge = b · x + Σ_k m_k o_k(x),  m = softmax(α)
 *   b of epoch e of E, from 0 on = (E − e) / E
 *
 * b has no part in the architecture, so nothing of it is lost in the end. The architecture learns first in each step. An
 * edge keeps its likeliest operation, `none` included.
 *
 * Different from the authors: the further skip is the edge's own, weighing b more. Where that has weights, as on the edges
 * of DARTS's space that halve the size of images, the two share them.
 *
 * @module
 */
import { skipMissing } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters, DARTS_BETAS, nearZero } from "../../core/weight-sharing/architecture-parameters.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { CURVATURE_OPTION, gradientMethod } from "../../core/weight-sharing/gradients/gradient-method.ts";
import { AS_IN_DARTS, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { mixedBySoftmax, softmax } from "../../core/weight-sharing/relaxation.ts";

export default plugin({
  kind: "controller",
  name: "darts-minus",
  summary: "DARTS with one more skip on each edge, which fades away during the search",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...ARCHITECTURE_OPTIONS,
      ...CURVATURE_OPTION,
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create({ curvatureEvery, ...adam }, { rng, feasible, sharedWeights }) {
    const { edges } = sharedWeights.open();
    if (edges.every(({ skip }) => skip === undefined)) throw skipMissing("darts-minus");
    const method = gradientMethod({
      schedule: { epochs: 50, ...AS_IN_DARTS },
      publishedSteps: 50 * STEPS_ON_CIFAR_10,
      parameters: new ArchitectureParameters(edges, nearZero(rng), { ...adam, ...DARTS_BETAS }),
      first: "architecture",
      ...{ curvatureEvery, feasible },
      relax(values, { over }) {
        const { mixture, backward } = mixedBySoftmax(values);
        const faded = 1 - over;
        return { mixture: mixture.map((p, edge) => p.map((weight, k) => (k === edges[edge]!.skip ? weight + faded : weight))), backward };
      },
      probabilities: (values) => values.map(softmax),
    });
    return controllerBy(sharedWeights, method);
  },
});
