/**
 * R(β) times a power of what β costs, so that the score is weighed against cost:
 *
 *   R · (cost / T)^w,    w = `below` where cost ≤ T, else `above`
 *   R · (cost / T)^(−w)  where R < 0, as of a metric that is to be minimised: −R is a loss, which cost raises
 *
 * Exponents are at most 0, so that cost never makes R larger.
 *
 * Tan et al. 2019, "MnasNet: Platform-Aware Neural Architecture Search for Mobile", arXiv:1807.11626,
 * Eq. 2 and 3. The defaults are their soft constraint, α = β = −0.07; their hard one is α = 0, β = −1.
 *
 * | paper | here             | meaning                                                           |
 * | ----- | ---------------- | ----------------------------------------------------------------- |
 * | LAT   | `cost`           | what is paid for; theirs is a time                                |
 * | T     | `target`         | in the unit of the cost; `millions` of multiply-adds or parameters |
 * | α, β  | `below`, `above` | the exponents on its two sides                                    |
 *
 * Placed before `improvement`, it lets that compare the penalised R(β) with the penalised R(α). What may be a centre
 * or the answer is left to acceptance rules and constraints, which see R as it was measured.
 *
 * Different from Tan et al.: less than a thousandth of the target, nothing at all for instance, counts as that much, since
 * 0 has no negative power.
 *
 * @module
 */
import { power } from "../../core/engine/exact-math.ts";
import { costInverted, targetInvalid } from "../../core/errors/index.ts";
import type { Measured } from "../../core/plugin/metric.ts";
import { plugin } from "../../core/plugin/plugin.ts";

/** The least share of the target. */
const LEAST = 1e-3;
/** What `millions` are of. */
const IN_MILLIONS: readonly string[] = ["madds", "parameters"];

export default plugin({
  kind: "reward",
  name: "soft-penalty",
  summary: "R(β) times a power of β's cost relative to a target (MnasNet)",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      cost: {
        type: "string",
        minLength: 1,
        default: "madds",
        description: "what is weighed, a metric to be minimised: a cost of the space, or what evaluations give beside the score",
      },
      target: { type: "number", exclusiveMinimum: 0, description: "T: the target, in the unit of the cost" },
      millions: { type: "number", exclusiveMinimum: 0, description: "T in millions, of multiply-adds or parameters" },
      below: {
        type: "number",
        minimum: -10,
        maximum: 0,
        default: -0.07,
        description: "α: the exponent up to the target; at most 0, so that cost is not rewarded",
      },
      above: {
        type: "number",
        minimum: -10,
        maximum: 0,
        default: -0.07,
        description: "β: the exponent above the target; at most 0 as well",
      },
    },
  },
  needs: ["objectives"],
  create({ cost, target, millions, below, above }, { objectives }) {
    const paid = objectives.of(cost);
    if (paid.goal !== "minimise") throw costInverted(cost);
    if ((target === undefined) === (millions === undefined))
      throw targetInvalid(target === undefined ? "it has no target" : 'it has both "target" and "millions"');
    if (millions !== undefined && !IN_MILLIONS.includes(cost)) throw targetInvalid(`"${cost}" is not counted in millions`);
    const t = target ?? millions! * 1e6;
    const value = (score: number, measured: Measured) => {
      const ratio = Math.max(LEAST, paid.value(measured) / t);
      const w = ratio <= 1 ? below : above;
      return score * power(ratio, score < 0 ? -w : w);
    };
    return { value, shape: value };
  },
});
