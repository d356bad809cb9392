/**
 * Measures an architecture without training, by how large its network is: log₁₀ of its parameters, or of its multiply-adds.
 *
 * Both are baselines of Krishnakumar et al. 2022, "NAS-Bench-Suite-Zero: Accelerating Research on Zero Cost Proxies",
 * arXiv:2210.03230, to which it compares the proxies that look into a network.
 *
 * @module
 */
import { plugin } from "evoke-nas";
import { costMissing, logarithm } from "evoke-nas/toolkit";

export default plugin({
  kind: "evaluator",
  name: "size-proxy",
  summary: "Measures how large the network is, on a logarithmic scale, without training",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      cost: { enum: ["parameters", "madds"], default: "parameters", description: "what is counted" },
    },
  },
  needs: ["space"],
  create({ cost }, { space }) {
    if (!space.cost) throw costMissing(cost);
    return {
      metric: { name: "size", dataset: "none", split: "validation", epochs: 0, trainedOn: "nothing", unit: `log10 of ${cost}` },
      evaluate(architecture) {
        const { [cost]: count = 0 } = space.cost?.(architecture) ?? {};
        return { score: logarithm(count) / Math.LN10, seconds: 0 };
      },
    };
  },
});
