/**
 * PC-DARTS: DARTS in which a share of the channels goes through the operations and the rest bypasses them, and in which
 * each edge has a weight of its own among those of its node.
 *
 * Xu et al. 2020, "PC-DARTS: Partial Channel Connections for Memory-Efficient Architecture Search", arXiv:1907.05737; the
 * defaults are those of the authors' code for CIFAR-10. What they ran on NAS-Bench-201, if they did, is not published.
 *
 *   output of an edge = β′_e · shuffle[Σ_k m_k o_k(the first 1/K of the channels), the others],  m = softmax(α)
 *   β′ = softmax(β) over the edges into a node
 *   ∂L/∂β_e = β′_e (h_e − Σ_j β′_j h_j),  h = ∂L/∂β′;  ∂L/∂α as in DARTS
 *
 * In the first epochs, `frozen`, weights learn alone. With K = 1 it is DARTS after that: no channel bypasses, and edges
 * have no weights.
 *
 * Different from the paper where a space keeps all edges, as NAS-Bench-201 does: β only shapes the training, and an edge
 * keeps its likeliest operation, `none` included. In spaces whose edges lead into no node each has weight 1.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import {
  ARCHITECTURE_OPTIONS,
  ArchitectureParameters,
  DARTS_BETAS,
  FROZEN_OPTION,
  nearZero,
} from "../../core/weight-sharing/architecture-parameters.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { CURVATURE_OPTION, gradientMethod } from "../../core/weight-sharing/gradients/gradient-method.ts";
import { edgesOfNodes, mixedByEdges } from "../../core/weight-sharing/gradients/partial-channels.ts";
import { AS_IN_DARTS, stepsOnHalfOfCifar10 } from "../../core/weight-sharing/published.ts";

export default plugin({
  kind: "controller",
  name: "pc-darts",
  summary: "DARTS in which a share of the channels goes through the operations, and edges of a node are weighed",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      partial: {
        type: "integer",
        minimum: 1,
        maximum: 4096,
        default: 4,
        description: "K: one in so many channels goes through the operations",
      },
      frozen: { ...FROZEN_OPTION, default: 0.3 },
      ...ARCHITECTURE_OPTIONS,
      learningRate: { ...ARCHITECTURE_OPTIONS.learningRate, default: 6e-4 },
      ...CURVATURE_OPTION,
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create({ partial, frozen, curvatureEvery, ...adam }, { rng, feasible, sharedWeights }) {
    const { edges } = sharedWeights.open(partial);
    const nodes = edgesOfNodes(edges, partial);
    const method = gradientMethod({
      schedule: { epochs: 50, ...AS_IN_DARTS, batchSize: 256, learningRate: 0.1, finalLearningRate: 0 },
      publishedSteps: 50 * stepsOnHalfOfCifar10(256),
      partial,
      parameters: new ArchitectureParameters(edges, nearZero(rng), { ...adam, ...DARTS_BETAS }),
      first: "architecture",
      ...{ frozen, curvatureEvery, feasible },
      relax: (values) => mixedByEdges(values, nodes),
      probabilities: (values) => mixedByEdges(values, nodes).mixture,
    });
    return controllerBy(sharedWeights, method);
  },
});
