/**
 * R(β) times a power of what β costs, so that accuracy is weighed against cost:
 *
 *   R · (cost / T)^w,  w = `below` where cost ≤ T, else `above`
 *
 * Tan et al. 2019, "MnasNet: Platform-Aware Neural Architecture Search for Mobile", arXiv:1807.11626,
 * Eq. 2 and 3. The defaults are their soft constraint, α = β = −0.07; their hard one is α = 0, β = −1.
 *
 * | paper | here             | meaning                            |
 * | ----- | ---------------- | ---------------------------------- |
 * | LAT   | `cost`           | what is paid for; theirs is a time |
 * | T     | `millions`       | the target                         |
 * | α, β  | `below`, `above` | the exponents on its two sides     |
 *
 * Placed before `improvement`, it lets that compare the penalised R(β) with the penalised R(α). What may be a centre
 * or the answer is left to acceptance rules and constraints, which see R as it was measured.
 *
 * @module
 */
import { power } from "../../core/engine/exact-math.ts";
import { costMissing } from "../../core/errors/index.ts";
import type { Measured } from "../../core/plugin/metric.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { counts } from "../../core/search/objectives.ts";

export default plugin({
  kind: "reward",
  name: "soft-penalty",
  summary: "R(β) times a power of β's cost relative to a target (MnasNet)",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["millions"],
    properties: {
      cost: { enum: ["madds", "parameters"], default: "madds", description: "what is weighed: multiply-adds or parameters" },
      millions: { type: "number", exclusiveMinimum: 0, description: "T: the target, in millions" },
      below: { type: "number", minimum: -10, maximum: 10, default: -0.07, description: "α: the exponent up to the target" },
      above: { type: "number", minimum: -10, maximum: 10, default: -0.07, description: "β: the exponent above the target" },
    },
  },
  needs: ["space"],
  create({ cost, millions, below, above }, { space }) {
    if (!counts(space, cost)) throw costMissing(cost);
    const value = (score: number, { architecture }: Measured) => {
      const ratio = space.cost!(architecture)[cost]! / (millions * 1e6);
      return score * power(ratio, ratio <= 1 ? below : above);
    };
    return { value, shape: value };
  },
});
