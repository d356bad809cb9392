/**
 * Hyperband: many random architectures are trained a little, and the best of them longer and longer; brackets
 * begin with more or less of training, since nobody knows how far short trainings can be trusted.
 *
 * Li et al. 2018, "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 18(185). The
 * brackets are those of `core/policy/successive-halving.ts`, which has the paper's symbols.
 *
 * Two fidelities make two rungs: in turn, η architectures of which the best goes on, and two that are trained in
 * full at once.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { Brackets } from "../../core/policy/successive-halving.ts";
import { drawFeasible } from "../../core/space/draw.ts";

export default plugin({
  kind: "controller",
  name: "hyperband",
  summary: "Trains many random architectures a little, and the best of them longer",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      eta: { type: "integer", minimum: 2, maximum: 1000, default: 3, description: "η: one in so many of a rung is trained longer" },
    },
  },
  needs: ["space", "rng", "fidelities", "feasible"],
  underWay: "the widest rung",
  create({ eta }, { space, rng, fidelities, feasible }) {
    const brackets = new Brackets(fidelities, eta);
    return {
      concurrency: brackets.widest,
      propose: () => brackets.propose(() => drawFeasible(() => space.sample(rng), feasible)),
      observe: (outcome) => brackets.observe(outcome),
    };
  },
});
