/**
 * NSGA-II: evolution towards the whole front of several objectives. Of parents and children together the best fronts live
 * on, and of the last one that has room, those with the farthest neighbours.
 *
 * Deb et al. 2002, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", doi:10.1109/4235.996017, Section III,
 * and Section VI-A for limits; sorting and distances are core/policy/non-dominated.ts.
 *
 * | paper | here                   | meaning                                                                     |
 * | ----- | ---------------------- | --------------------------------------------------------------------------- |
 * | N     | `population`           | members that live on; children of a generation                              |
 * | P_t   | `alive`, when selected | the members, each with its rank and distance                                |
 * | Q_t   | `born`                 | how many children of this generation were proposed; they join what is alive |
 * | ≺_n   | `before`               | the lower front first, in one front the greater distance (crowded-comparison) |
 * | p_c   | `crossover`            | probability that a child has two parents                                    |
 * | p_m   | `mutation` / L         | probability that a component of a child has another choice                  |
 *
 * Components have no order, and so no simulated binary crossover: a crossed child has each component from either parent,
 * and its mutations are other choices, each equally likely, as the paper flips bits. What comes to be there is as in the
 * parent that has it. Parents win tournaments of two.
 *
 * It goes by the objectives themselves; rewards do not change what it does. What the limits do not admit is not proposed;
 * where it comes from elsewhere, all that they admit dominates it. An evaluation that failed, or was stopped early, never
 * joins, nor does one at a lower fidelity.
 *
 * Different from Deb et al.: no function (`space.functionKey`) is evaluated twice at the same costs; a child that is known
 * gives way to another one, and after 100 of them to a new draw from the space. Where several evaluations are under way, a generation
 * begins before the last children of the previous one are known; these join it later.
 *
 * @module
 */
import type { Measured } from "../../core/plugin/metric.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { crowdingDistances, nonDominatedFronts, type Rated } from "../../core/policy/non-dominated.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { isPresent, openChoices } from "../../core/space/choices.ts";
import { drawFeasible, drawNew } from "../../core/space/draw.ts";
import { remade, uniformChoice } from "../../core/space/modifications.ts";

interface Member extends Rated {
  readonly architecture: Architecture;
}

/** A member with its place among the others. */
interface Placed extends Member {
  readonly rank: number;
  readonly distance: number;
}

/** Children that are known already, until another is drawn from the space. */
const CHILDREN = 100;

export default plugin({
  kind: "controller",
  name: "nsga2",
  summary: "Evolves a front of several objectives: non-dominated sorting, and the least crowded live on",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["objectives"],
    properties: {
      objectives: {
        type: "array",
        items: { type: "string", minLength: 1 },
        minItems: 2,
        uniqueItems: true,
        examples: [["accuracy", "parameters"]],
        description: "the metrics to search for, by name: the run's own, further ones of its evaluations, costs of its space",
      },
      population: {
        type: "integer",
        minimum: 2,
        maximum: 100_000,
        default: 20,
        description: "N: members that live on, children of a generation",
      },
      crossover: { type: "number", minimum: 0, maximum: 1, default: 0.9, description: "p_c: probability that a child has two parents" },
      mutation: {
        type: "number",
        minimum: 0,
        maximum: 1000,
        default: 1,
        description: "L p_m: components of a child that change by chance, on average",
      },
    },
  },
  needs: ["space", "rng", "objectives", "feasible"],
  underWay: "population",
  create({ objectives: names, population, crossover, mutation }, { space, rng, objectives, feasible }) {
    const wanted = names.map((name) => objectives.of(name));
    const counted = wanted.filter((objective) => objective.counted);
    /** One text for all that compute one function and are counted to cost the same: nothing tells them apart. */
    const kind = (architecture: Architecture) =>
      [space.functionKey(architecture), ...counted.map((cost) => cost.value({ architecture, score: Number.NaN }))].join();
    /** What was proposed or evaluated, by kind. */
    const seen = new Set<string>();
    const isNew = (architecture: Architecture) => !seen.has(kind(architecture));
    let parents: readonly Placed[] = []; // none in the first generation
    let alive = new Map<string, Member>(); // the parents, and those of their children that are known; by kind
    let born = 0;

    function parent(): Architecture {
      const [first, second] = [parents[rng.below(parents.length)]!, parents[rng.below(parents.length)]!];
      return (before(second, first) < 0 ? second : first).architecture;
    }
    function child(): Architecture {
      const first = parent();
      const second = rng.next() < crossover ? parent() : first;
      const crossed = remade(space, first, (component, comes) =>
        comes || (rng.below(2) === 1 && isPresent(space, second, component)) ? second[component] : undefined,
      );
      return remade(space, crossed, (component, comes) => {
        if (comes) return uniformChoice(space, component, rng);
        if (rng.next() >= mutation / space.length) return undefined;
        const others = openChoices(space, crossed, component).filter((choice) => choice !== crossed[component]);
        return others[rng.below(Math.max(1, others.length))];
      });
    }
    function newChild(): Architecture {
      for (let n = 0; n < CHILDREN; n++) {
        const architecture = drawFeasible(child, feasible);
        if (isNew(architecture)) return architecture;
      }
      return newDraw();
    }
    const newDraw = () => drawFeasible(() => drawNew(space, rng, isNew), feasible);

    function nextGeneration(): void {
      parents = nonDominatedFronts([...alive.values()])
        .flatMap((front, rank) => {
          const distances = crowdingDistances(front);
          return front.map((member, i) => ({ ...member, rank, distance: distances[i]! })).sort(before);
        })
        .slice(0, population);
      alive = new Map(parents.map((member) => [kind(member.architecture), member]));
      born = 0;
    }

    return {
      concurrency: population,
      propose() {
        if (born === population) nextGeneration();
        born++;
        const architecture = parents.length === 0 ? newDraw() : newChild();
        seen.add(kind(architecture));
        return { architecture };
      },
      observe({ architecture, score, metrics, withdrawn, fidelity, stoppedAfter }) {
        if (withdrawn) born--; // another child is asked for in its place
        if (Number.isNaN(score) || fidelity !== undefined || stoppedAfter !== undefined) return;
        seen.add(kind(architecture));
        const measured: Measured = { architecture, score, metrics };
        const worths = wanted.map((objective) => objective.worth(measured));
        if (worths.some(Number.isNaN)) return;
        alive.set(kind(architecture), { architecture, worths, feasible: feasible(architecture) });
      },
    };
  },
});

/** ≺_n, for sorting: below 0 where a comes before b. */
function before(a: Placed, b: Placed): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.distance === b.distance ? 0 : b.distance - a.distance;
}
