/**
 * Regularized (aging) evolution: the winner of a random tournament has one mutated child; the oldest
 * member dies, however good.
 *
 * Real et al. 2019, "Regularized Evolution for Image Classifier Architecture Search",
 * arXiv:1802.01548, Algorithm 1. The defaults are NATS-Bench's; Real et al. take P = 100, S = 25.
 *
 * | paper | here         | meaning                                                    |
 * | ----- | ------------ | ---------------------------------------------------------- |
 * | P     | `population` | members alive at once                                      |
 * | S     | `tournament` | entrants, drawn with replacement; the first of equals wins |
 *
 * A child differs from its parent in one component: it has another operation there, each of the others
 * equally likely; components that are there only because of it have their first choice. The component is drawn
 * uniformly among those that are there and can have another choice; or "by-node", as NATS-Bench does it: a node
 * uniformly, then one of the components that lead into it, so that on NAS-Bench-201 the edge into
 * the first node changes as often as the three into the last.
 *
 * An architecture that was evaluated before may be drawn again. One whose evaluation failed never joins the
 * population; until P members have joined, proposals are drawn from the whole space.
 *
 * @module
 */
import { nodesMissing } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { isPresent } from "../../core/space/choices.ts";

interface Member {
  readonly architecture: Architecture;
  readonly reward: number;
}

export default plugin({
  kind: "controller",
  name: "regularized-evolution",
  summary: "Mutates the winner of a random tournament; the oldest dies",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      population: { type: "integer", minimum: 1, maximum: 100_000, default: 10, description: "P: members alive at once" },
      tournament: { type: "integer", minimum: 1, maximum: 100_000, default: 3, description: "S: entrants of a tournament" },
      mutation: {
        enum: ["uniform", "by-node"],
        default: "uniform",
        description: "which component changes: each equally likely, or first a node, then one of its components",
      },
    },
  },
  needs: ["space", "rng"],
  underWay: "population",
  create({ population, tournament, mutation }, { space, rng }) {
    if (mutation === "by-node" && !space.nodes) throw nodesMissing('mutation "by-node"');
    const groups = mutation === "by-node" ? space.nodes! : [Array.from({ length: space.length }, (_, component) => component)];
    const among = <T>(values: readonly T[]): T => values[rng.below(values.length)]!;
    const alive: Member[] = []; // oldest first

    function winner(): Member {
      let best = among(alive);
      for (let entrant = 1; entrant < tournament; entrant++) {
        const rival = among(alive);
        if (rival.reward > best.reward) best = rival;
      }
      return best;
    }

    function mutated(parent: Architecture): Architecture {
      const neighbours = space.neighbours(parent);
      if (neighbours.length === 0) return parent; // the only architecture that there is
      for (;;) {
        const component = among(among(groups));
        if (!isPresent(space, parent, component)) continue;
        const children = neighbours.filter((child) => child[component] !== parent[component] && isPresent(space, child, component));
        if (children.length > 0) return among(children); // none where the space allows no other operation
      }
    }

    return {
      concurrency: population, // as in Real et al., children are born while others still train
      propose: () => ({ architecture: alive.length < population ? space.sample(rng) : mutated(winner().architecture) }),
      observe({ architecture, reward }) {
        if (Number.isNaN(reward)) return;
        alive.push({ architecture, reward });
        if (alive.length > population) alive.shift();
      },
    };
  },
});
