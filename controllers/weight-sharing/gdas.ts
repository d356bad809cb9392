/**
 * GDAS: each pass goes along one path, whose operations are drawn by Gumbel's noise; gradients pass the draw as if it had
 * been soft.
 *
 * Dong and Yang 2019, "Searching for a Robust Neural Architecture in Four GPU Hours", arXiv:1910.04465; the defaults are
 * those of its entry in NAS-Bench-201 (AutoDL-Projects, GDAS). On each edge, G Gumbel noise, drawn anew for each pass:
 *
 *   q = softmax((log p + G) / τ),  p = softmax(α)       log p and α differ by a constant, which changes nothing
 *   m = one-hot(arg max q)                              forward
 *   ∂L/∂α_k = q_k (γ_k − Σ_j q_j γ_j) / τ               backward, straight through
 *   τ of epoch e = first + (last − first) · e / (E − 1)
 *
 * γ of the operation that was drawn is ∂L/∂m. The others were not computed. In the authors' code each adds its m, which is
 * 0, to every element of the edge's output, so its γ is the sum of ∂L/∂output, as if its output were all ones
 * (`"unselected": "ones"`; AutoDL-Projects, issue 36). With `"zero"` their γ is 0.
 *
 * Different from the authors: draws are never infinite, so none is repeated. Weights that a step does not use go on
 * moving there, as with `"unsampled": "drift"` here.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { heaviest } from "../../core/space/open-network.ts";
import { ARCHITECTURE_OPTIONS, ArchitectureParameters, DARTS_BETAS, nearZero } from "../../core/weight-sharing/architecture-parameters.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { gradientMethod } from "../../core/weight-sharing/gradients/gradient-method.ts";
import { AS_IN_NAS_BENCH_201, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";
import { gumbelNoise, gumbelSoftmax, oneHot, softmax, throughGumbelSoftmax } from "../../core/weight-sharing/relaxation.ts";

export default plugin({
  kind: "controller",
  name: "gdas",
  summary: "Each pass goes along a path that is drawn by Gumbel's noise; gradients pass the draw as if it were soft",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      firstTemperature: { type: "number", exclusiveMinimum: 0, maximum: 1_000_000, default: 10, description: "τ of the first epoch" },
      lastTemperature: { type: "number", exclusiveMinimum: 0, maximum: 1_000_000, default: 0.1, description: "τ of the last epoch" },
      unselected: {
        enum: ["ones", "zero"],
        default: "ones",
        description: "the gradient of operations that were not drawn: as if their outputs were all ones, or zero",
      },
      ...ARCHITECTURE_OPTIONS,
    },
  },
  needs: ["rng", "feasible", "sharedWeights"],
  create({ firstTemperature, lastTemperature, unselected, ...adam }, { rng, feasible, sharedWeights }) {
    const { edges } = sharedWeights.open();
    const method = gradientMethod({
      schedule: { epochs: 250, ...AS_IN_NAS_BENCH_201 },
      publishedSteps: 250 * STEPS_ON_CIFAR_10,
      parameters: new ArchitectureParameters(edges, nearZero(rng), { ...adam, ...DARTS_BETAS }),
      first: "weights",
      feasible,
      relax(values, { along, rng }) {
        const temperature = firstTemperature + (lastTemperature - firstTemperature) * along;
        const soft = values.map((logits) => gumbelSoftmax(logits, gumbelNoise(logits.length, rng), temperature));
        const drawn = soft.map(heaviest);
        return {
          mixture: soft.map(({ length }, edge) => oneHot(drawn[edge]!, length)),
          backward: ({ gradient, outputs }) =>
            soft.map((q, edge) => {
              const slopes = q.map((_, k) => (k === drawn[edge] ? gradient[edge]![k]! : unselected === "ones" ? outputs[edge]! : 0));
              return throughGumbelSoftmax(q, slopes, temperature);
            }),
        };
      },
      probabilities: (values) => values.map(softmax),
    });
    return controllerBy(sharedWeights, method);
  },
});
