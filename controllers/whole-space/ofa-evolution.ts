/**
 * The evolutionary search of Once-for-All: of each generation the best quarter lives on, and has as many
 * children as the generation had members; half of them mutated, half crossed.
 *
 * Cai et al. 2020, "Once-for-All: Train One Network and Specialize it for Efficient Deployment",
 * arXiv:1908.09791, Section 4; the defaults are those of the authors' code, with 500 generations.
 *
 * | authors' code    | here         | meaning                                                         |
 * | ---------------- | ------------ | --------------------------------------------------------------- |
 * | population_size  | `population` | members of the first generation, children of each later one     |
 * | parent_ratio     | `parents`    | how many of them live on, as a share of `population`            |
 * | mutation_ratio   | `mutated`    | share of the children that are mutations; the rest are crossings |
 * | arch_mutate_prob | `mutation`   | probability that a component of a mutation is drawn anew        |
 *
 * A mutation has one parent, a crossing two, drawn uniformly, perhaps the same one twice; a crossing has each
 * component from either. What comes to be there is drawn in a mutation, and in a crossing is as in the parent that
 * has it. A child that the limits do not admit is drawn again, parents included. One that comes from
 * elsewhere and is not admitted does not live on, nor does one whose evaluation failed.
 *
 * Different from the authors: a component, kernel and expansion of a layer together, is drawn anew, where they draw
 * the depth of a unit, a kernel and an expansion each by itself. Where several evaluations are under way, a
 * generation begins before the last children of the previous one are known; these join it later.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { isPresent } from "../../core/space/choices.ts";
import { drawFeasible } from "../../core/space/draw.ts";
import { remade, uniformChoice } from "../../core/space/modifications.ts";

interface Member {
  readonly architecture: Architecture;
  readonly reward: number;
}

export default plugin({
  kind: "controller",
  name: "ofa-evolution",
  summary: "The evolution of Once-for-All: the best quarter lives on, and has mutated and crossed children",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      population: {
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        default: 100,
        description: "members of the first generation, children of each later one",
      },
      parents: { type: "number", exclusiveMinimum: 0, maximum: 1, default: 0.25, description: "share of them that live on" },
      mutated: {
        type: "number",
        minimum: 0,
        maximum: 1,
        default: 0.5,
        description: "share of the children that are mutations, not crossings",
      },
      mutation: {
        type: "number",
        minimum: 0,
        maximum: 1,
        default: 0.1,
        description: "probability that a component of a mutation is drawn anew",
      },
    },
  },
  needs: ["space", "rng", "feasible"],
  underWay: "population",
  create({ population, parents: parentShare, mutated, mutation: probability }, { space, rng, feasible }) {
    const survivors = Math.max(1, Math.round(parentShare * population));
    const mutations = Math.round(mutated * population);
    const components = Array.from({ length: space.length }, (_, component) => component);
    let parents: readonly Architecture[] = []; // none in the first generation
    let alive: Member[] = []; // the parents, and those of their children that are known
    let born = 0; // children of this generation

    const parent = () => parents[rng.below(parents.length)]!;
    function mutation(): Architecture {
      const changed = new Set(components.filter(() => rng.next() < probability));
      return remade(space, parent(), (component, comes) =>
        comes || changed.has(component) ? uniformChoice(space, component, rng) : undefined,
      );
    }
    function crossing(): Architecture {
      const [first, second] = [parent(), parent()];
      const inherited = new Set(components.filter(() => rng.below(2) === 1));
      return remade(space, first, (component, comes) =>
        comes || (inherited.has(component) && isPresent(space, second, component)) ? second[component] : undefined,
      );
    }
    function nextGeneration(): void {
      alive = [...alive].sort((a, b) => b.reward - a.reward).slice(0, survivors);
      parents = alive.map(({ architecture }) => architecture);
      born = 0;
    }

    return {
      concurrency: population,
      propose() {
        if (born === population) nextGeneration();
        const child = born++;
        const draw = parents.length === 0 ? () => space.sample(rng) : child < mutations ? mutation : crossing;
        return { architecture: drawFeasible(draw, feasible) };
      },
      observe({ architecture, reward }) {
        if (!Number.isNaN(reward) && feasible(architecture)) alive.push({ architecture, reward });
      },
    };
  },
});
