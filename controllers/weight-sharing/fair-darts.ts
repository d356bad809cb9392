/**
 * Fair DARTS: operations of an edge do not compete; each has a gate between 0 and 1, and a penalty draws gates to the ends.
 *
 * Chu et al. 2020, "Fair DARTS: Eliminating Unfair Advantages in Differentiable Architecture Search", arXiv:1911.12126; the
 * defaults are those of the authors' code, which they ran in the space of DARTS.
 *
 *   m_k = σ(α_k),  α at first 0
 *   ∂L/∂α_k = g_k m_k (1 − m_k),  g = ∂L/∂m
 *   L_val(w, m) − strength · mean over operations of (m − ½)²      the zero-one loss
 *
 * `none` is not among the operations: its gate is 0. The architecture learns first in each step.
 *
 * Different from the paper, which keeps up to two operations of an edge: an edge keeps the one of the widest gate, or
 * `none`, where it has one, if that gate is below `threshold`. What is told of an edge's probabilities are its gates,
 * with the threshold as that of `none`, in relation to their sum.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters } from "../../core/weight-sharing/architecture-parameters.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { CURVATURE_OPTION, gradientMethod } from "../../core/weight-sharing/gradients/gradient-method.ts";
import { zeroOne } from "../../core/weight-sharing/gradients/penalties.ts";
import { AS_IN_DARTS, stepsOnHalfOfCifar10 } from "../../core/weight-sharing/published.ts";
import { inProportion, sigmoid } from "../../core/weight-sharing/relaxation.ts";

export default plugin({
  kind: "controller",
  name: "fair-darts",
  summary: "Operations of an edge do not compete: each has a gate, which a penalty draws to open or shut",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      strength: { type: "number", minimum: 0, maximum: 1_000_000, default: 10, description: "of the zero-one loss" },
      threshold: {
        type: "number",
        minimum: 0,
        maximum: 1,
        default: 0.85,
        description: "how wide the widest gate of an edge must be, where the edge could have none",
      },
      ...ARCHITECTURE_OPTIONS,
      learningRate: { ...ARCHITECTURE_OPTIONS.learningRate, default: 3e-3 },
      ...CURVATURE_OPTION,
    },
  },
  needs: ["feasible", "sharedWeights"],
  create({ strength, threshold, curvatureEvery, ...adam }, { feasible, sharedWeights }) {
    const { edges } = sharedWeights.open();
    const hasGate = (edge: number, operation: number) => operation !== edges[edge]!.none;
    const method = gradientMethod({
      schedule: { epochs: 50, ...AS_IN_DARTS, batchSize: 128, learningRate: 0.005 },
      publishedSteps: 50 * stepsOnHalfOfCifar10(128),
      parameters: new ArchitectureParameters(edges, () => 0, { ...adam, beta1: 0.9, beta2: 0.999 }),
      first: "architecture",
      ...{ curvatureEvery, feasible },
      relax(values) {
        const mixture = values.map((alpha, edge) => alpha.map((value, k) => (hasGate(edge, k) ? sigmoid(value) : 0)));
        return {
          mixture,
          backward: ({ gradient }) =>
            mixture.map((gates, edge) => gates.map((gate, k) => (gate === 0 ? 0 : gradient[edge]![k]! * gate * (1 - gate)))),
        };
      },
      penalty: (values) => zeroOne(values, strength, hasGate),
      probabilities: (values) =>
        values.map((alpha, edge) => inProportion(alpha.map((value, k) => (hasGate(edge, k) ? sigmoid(value) : threshold)))),
    });
    return controllerBy(sharedWeights, method);
  },
});
