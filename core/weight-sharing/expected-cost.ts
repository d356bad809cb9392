/**
 * What an architecture is expected to cost when each edge's operation is drawn by its probability, where costs add up
 * over the edges:
 *   E = fixed + Σ_e Σ_k p_ek c_ek,  ∂E/∂α_ek = p_ek (c_ek − Σ_j p_ej c_ej)  with p = softmax(α)
 *
 * Cai et al. 2019, "ProxylessNAS", arXiv:1812.00332, Eq. 5.
 *
 * Beyond the paper: an edge that is there only with some operations of an earlier one, as the last layers of a unit are
 * with its depth, costs P_e Σ_k p_ek c_ek, where P_e is the probability that it is there. So in place of c there is
 *   v_ek = c_ek + Σ_f Σ_j p_fj v_fj  over the edges f that are there with operation k of edge e
 * and E = fixed + Σ_e Σ_k p_ek v_ek over the edges that are always there, ∂E/∂α_ek = P_e p_ek (v_ek − Σ_j p_ej v_ej).
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
  /** c: by how much an operation is dearer than the first of its edge, where what hangs on it has the first too.  [edges][operations] */
  readonly each: Mixture;
  readonly #edges: OpenNetwork["edges"];
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
    this.#edges = open.edges;
    this.#term = term;
    this.#fixed = cost(open.edges.map(() => 0));
    this.each = open.edges.map(({ operations }, edge) => {
      const there = firstWith(open.edges, edge);
      const least = cost(there);
      return operations.map((_, k) => cost(there.with(edge, k)) - least);
    });

    const rng = randomStream(0, "/expected-cost");
    for (let probe = 0; probe < PROBES; probe++) {
      const operations = open.edges.map(({ operations }) => rng.below(operations.length));
      const [found, expected] = [cost(operations), this.of(pathBy(open, operations))];
      if (Math.abs(found - expected) > 1e-9 * Math.abs(found)) throw costNotAdditive(name);
    }
    const least = this.#sum(this.#withDependents((_, costs) => Math.min(...costs)).own);
    if (form === "product" && least <= 1) throw costSmall(name, least);
  }

  /** E. @param p  [edges][operations] */
  of(p: Mixture): number {
    return this.#sum(this.#expected(p).own);
  }

  /**
   * ∂L/∂α, L being the cross-entropy with the term of the cost.
   * @param judged  its cross-entropy, with the gradient by p
   * @param p  what α is the softmax of; 0 of operations that are no part of it  [edges][operations]
   */
  gradient({ loss, gradient }: Pick<Judged, "loss" | "gradient">, p: Mixture): Mixture {
    const { own, each } = this.#expected(p);
    const slopes = lossWithCost(loss, this.#sum(own), this.#term);
    const there = this.#presence(p);
    return p.map((edge, e) => {
      const byCost = throughSoftmax(edge, each[e]!);
      return throughSoftmax(edge, gradient[e]!).map((slope, k) => slopes.byCrossEntropy * slope + slopes.byCost * there[e]! * byCost[k]!);
    });
  }

  #expected(p: Mixture) {
    return this.#withDependents((e, costs) => p[e]!.reduce((sum, weight, k) => sum + weight * costs[k]!, 0));
  }

  /**
   * @param over  what the costs of an edge's operations come to
   * @returns `each`: v, what operations cost with the edges that are there with them  [edges][operations]; `own`: what
   *   each edge comes to, where it is there  [edges]
   */
  #withDependents(over: (edge: number, costs: readonly number[]) => number): { readonly own: number[]; readonly each: Mixture } {
    const each = this.each.map((costs) => [...costs]);
    const own: number[] = [];
    // An edge is there with an earlier one.
    for (let e = each.length - 1; e >= 0; e--) {
      own[e] = over(e, each[e]!);
      const { condition } = this.#edges[e]!;
      if (condition) for (const k of condition.operations) each[condition.edge]![k]! += own[e]!;
    }
    return { own, each };
  }

  /** @param own  what each edge comes to, with those that are there with it  [edges] */
  #sum(own: readonly number[]): number {
    return own.reduce((sum, cost, e) => (this.#edges[e]!.condition ? sum : sum + cost), this.#fixed);
  }

  /** P: the probability that an edge is there.  [edges] */
  #presence(p: Mixture): number[] {
    const there: number[] = [];
    for (const [e, { condition }] of this.#edges.entries())
      there[e] = condition ? there[condition.edge]! * condition.operations.reduce((sum, k) => sum + p[condition.edge]![k]!, 0) : 1;
    return there;
  }
}

/** The first operation of every edge, but for those that an edge is there with.  [edges] */
function firstWith(edges: OpenNetwork["edges"], edge: number): number[] {
  const operations = edges.map(() => 0);
  for (let next = edges[edge]!.condition; next; next = edges[next.edge]!.condition) operations[next.edge] = next.operations[0]!;
  return operations;
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
