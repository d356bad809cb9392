/**
 * What an architecture is expected to cost when each edge's operation is drawn by its probability, where costs add up
 * over the edges:
 *   E = fixed + Σ_e Σ_k p_ek c_ek,  ∂E/∂α_ek = p_ek (c_ek − Σ_j p_ej c_ej)  with p = softmax(α)
 *
 * Cai et al. 2019, "ProxylessNAS", arXiv:1812.00332, Eq. 5.
 *
 * @module
 */
import { logarithm, power } from "../engine/exact-math.ts";
import { costMissing, costNotAdditive, costSmall, metricUnnamed } from "../errors/index.ts";
import type { OptionsOf } from "../json/options.ts";
import type { Space } from "../plugin/space.ts";
import { randomStream } from "../random/rng.ts";
import type { OpenNetwork } from "../space/open-network.ts";
import type { Judged, Mixture } from "../training/weight-sharing.ts";
import { pathBy } from "./candidates.ts";
import { throughSoftmax } from "./relaxation.ts";

/** How many architectures are drawn to see whether costs add up. */
const PROBES = 100;

/** How the expected cost becomes a part of the loss, for the schema of a controller; the defaults are ProxylessNAS's. */
export const COST_TERM = {
  type: "object",
  additionalProperties: false,
  required: ["name", "reference"],
  description:
    'what of the space\'s costs is a part of the loss: `name`; `reference`, in its unit; `form`, "product" for a CE (ln E / ln reference)^b or "sum" for CE + a (E − reference) / reference; `weight` a (0.2); `exponent` b (0.3)',
  properties: {
    name: { type: "string", minLength: 1, description: "which of the space's costs, such as madds" },
    reference: { type: "number", exclusiveMinimum: 1, maximum: 1_000_000_000_000_000, description: "ref, in the unit of the cost" },
    form: { enum: ["product", "sum"], default: "product", description: "a CE (ln E / ln ref)^b, or CE + a (E − ref) / ref" },
    weight: { type: "number", exclusiveMinimum: 0, maximum: 1_000_000, default: 0.2, description: "a" },
    exponent: { type: "number", exclusiveMinimum: 0, maximum: 100, default: 0.3, description: "b, of a product" },
  },
} as const;
export type CostTerm = OptionsOf<typeof COST_TERM>;

export class ExpectedCost {
  /** c: by how much an operation is dearer than the first of its edge.  [edges][operations] */
  readonly each: Mixture;
  readonly #term: CostTerm;
  /** Of the architecture that has the first operation on each edge. */
  readonly #fixed: number;

  /** @throws EvokeError COST_MISSING, METRIC_UNNAMED, COST_NOT_ADDITIVE, COST_SMALL */
  constructor(space: Space, open: OpenNetwork, term: CostTerm) {
    const { name, form } = term;
    const cost = (operations: readonly number[]): number => {
      const found = space.cost?.(open.derive(pathBy(open, operations)));
      if (!found) throw costMissing(name);
      if (found[name] === undefined) throw metricUnnamed(name, Object.keys(found), "/controller/options/cost/name");
      return found[name];
    };
    const first = open.edges.map(() => 0);
    this.#term = term;
    this.#fixed = cost(first);
    this.each = open.edges.map(({ operations }, edge) => operations.map((_, k) => cost(first.with(edge, k)) - this.#fixed));

    const rng = randomStream(0, "/expected-cost");
    for (let probe = 0; probe < PROBES; probe++) {
      const operations = open.edges.map(({ operations }) => rng.below(operations.length));
      const [found, expected] = [cost(operations), this.of(pathBy(open, operations))];
      if (Math.abs(found - expected) > 1e-9 * Math.abs(found)) throw costNotAdditive(name);
    }
    const least = this.each.reduce((sum, edge) => sum + Math.min(...edge), this.#fixed);
    if (form === "product" && least <= 1) throw costSmall(name, least);
  }

  /** E. @param p  [edges][operations] */
  of(p: Mixture): number {
    const onEdges = p.map((edge, e) => edge.reduce((sum, weight, k) => sum + weight * this.each[e]![k]!, 0));
    return onEdges.reduce((sum, cost) => sum + cost, this.#fixed);
  }

  /**
   * ∂L/∂α, L being the cross-entropy with the term of the cost.
   * @param judged  its cross-entropy, with the gradient by p
   * @param p  what α is the softmax of; 0 of operations that are no part of it  [edges][operations]
   */
  gradient({ loss, gradient }: Pick<Judged, "loss" | "gradient">, p: Mixture): Mixture {
    const slopes = lossWithCost(loss, this.of(p), this.#term);
    return p.map((edge, e) => {
      const byCost = throughSoftmax(edge, this.each[e]!);
      return throughSoftmax(edge, gradient[e]!).map((slope, k) => slopes.byCrossEntropy * slope + slopes.byCost * byCost[k]!);
    });
  }
}

/**
 * The loss with its cost, and its slopes: ∂L/∂α = byCrossEntropy · ∂CE/∂α + byCost · ∂E/∂α.
 *
 * ProxylessNAS has products and sums (a = 0.2, b = 0.3); FBNet, arXiv:1812.03443, Eq. 5, is a product with a = 0.2,
 * b = 0.6 and ln ref = 1.
 *
 * @param crossEntropy  CE, in nats
 * @param expected  E, greater than 1
 */
export function lossWithCost(
  crossEntropy: number,
  expected: number,
  { form, reference, weight, exponent }: Omit<CostTerm, "name">,
): { readonly loss: number; readonly byCrossEntropy: number; readonly byCost: number } {
  if (form === "sum")
    return { loss: crossEntropy + (weight * (expected - reference)) / reference, byCrossEntropy: 1, byCost: weight / reference };
  const ln = logarithm(expected);
  const byCrossEntropy = weight * power(ln / logarithm(reference), exponent);
  const loss = crossEntropy * byCrossEntropy;
  return { loss, byCrossEntropy, byCost: (loss * exponent) / (ln * expected) };
}
