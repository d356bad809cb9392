/**
 * Measures architectures by a test function whose optimum is known: 100, in any space, at no cost. So it can be said how
 * far a search is from the best that there is, and on how many kinds of problems it is good.
 *
 * - `nk`, the NK landscapes of Kauffman and Levin 1987, doi:10.1016/S0022-5193(87)80029-2: the value is the sum of a random
 *   number for each run of `order` components and what they choose, N − order + 1 runs in all. With order 1 the components
 *   are independent, with 2 neighbours interact, and the higher it is, the more local optima there are. The neighbours are
 *   adjacent, so that dynamic programming finds the optimum (Wright et al. 2000, doi:10.1109/4235.887236), and the worst
 *   architecture, which has 0.
 * - `trap`, the deceptive functions of Deb and Goldberg 1993, doi:10.1016/B978-0-08-094832-4.50012-X: in each block of `order`
 *   components the value falls the more of them are right, from 80 where none is, until at the last one it rises to 100.
 *   The value is the mean of the blocks.
 * - `plateau`: where all subspaces look alike. The value is 0 until more than `order` components are right, and from there
 *   on proportional to how many more.
 *
 * What is right is an architecture that is drawn from the space.
 *
 * Different from the papers: components have any number of choices. In `trap` the choice after the right one, in the order
 * of the space and from its end to its beginning, is nearly right, and the one before it quite wrong, with equal steps
 * between; of two choices these are right and wrong. In `nk` the runs do not go on from the last component to the first.
 *
 * With `noise` a query sees the value with a random number added, drawn anew by the run's seed and the query; the test
 * metric is the value itself.
 *
 * @module
 */
import { landscapeInvalid } from "../core/errors/index.ts";
import { searchMetric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Space } from "../core/plugin/space.ts";
import { nearlyNormal, type Rng, randomStream } from "../core/random/rng.ts";
import type { Architecture } from "../core/space/architecture.ts";

/** From 0 or more to 100, the optimum. */
type Value = (architecture: Architecture) => number;

/** A trap's value where nothing is right, as a share of the optimum's. */
const LURE = 0.8;
/** Numbers in all tables of an NK landscape. */
const MOST_NUMBERS = 2 ** 22;

const FUNCTIONS = { nk, trap, plateau };

export default plugin({
  kind: "evaluator",
  name: "landscape",
  summary: "Measures by a test function with a known optimum: NK landscapes, traps, plateaus, with noise",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["function", "order"],
    properties: {
      function: { enum: ["nk", "trap", "plateau"], description: "nk, rugged; trap, deceptive; plateau, where subspaces look alike" },
      order: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        description: "components that act together: of a run, of a block; of a plateau, those that are right on all of it",
      },
      noise: {
        type: "number",
        minimum: 0,
        maximum: 1_000_000_000_000,
        default: 0,
        description: "standard deviation of what is added to the value of each query",
      },
      instance: {
        type: "integer",
        minimum: 0,
        maximum: 2 ** 48,
        description: "which of the functions of this kind; default: the run's seed, so that each run has one of its own",
      },
    },
  },
  needs: ["space", "seed"],
  create({ function: name, order, noise, instance }, { space, seed }) {
    const value = FUNCTIONS[name](space, order, randomStream(instance ?? seed, "/landscape"));
    const metric = searchMetric({ name: "value", dataset: `${name}-${order}`, epochs: 0, trainedOn: "nothing", unit: "points" });
    return {
      metric,
      evaluate: (architecture, _, { rng }) => ({
        score: value(architecture) + (noise > 0 ? noise * nearlyNormal(rng) : 0),
        seconds: 0,
      }),
      freeTests: true,
      test: (architecture) => ({ metric: { ...metric, split: "test" }, value: value(architecture) }),
    };
  },
});

/** Axes: L components, C_l choices of component l, T = L − order + 1 runs; run t is of the components t … t + order − 1. */
function nk(space: Space, order: number, rng: Rng): Value {
  const { length, conditions = [] } = space;
  const counts = space.choices.map((choices) => choices.length);
  const members = counts.reduce((product, count) => product * BigInt(count), 1n);
  if (members !== space.size || conditions.some((condition) => condition !== undefined))
    throw landscapeInvalid("nk", "not every combination of choices is an architecture of this space", "Choose trap or plateau.");
  checkOrder("nk", order, length);
  const runs = Array.from({ length: length - order + 1 }, (_, t) => counts.slice(t, t + order));
  const sizes = runs.map((run) => run.reduce((product, count) => product * count, 1));
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_NUMBERS)
    throw landscapeInvalid("nk", `runs of ${order} components have more than ${MOST_NUMBERS} combinations of choices`, "Lower the order.");
  const tables = sizes.map((size) => Float64Array.from({ length: size }, () => rng.next()));
  const sum: Value = (architecture) => {
    let total = 0;
    for (const [t, run] of runs.entries()) {
      let at = 0;
      for (let l = 0; l < order; l++) at = at * run[l]! + architecture[t + l]!;
      total += tables[t]![at]!;
    }
    return total;
  };
  const [least, most] = [sum(extreme(runs, tables, -1)), sum(extreme(runs, tables, 1))];
  return (architecture) => (100 * (sum(architecture) - least)) / (most - least);
}

/**
 * The architecture with the largest sum, or with the smallest, by dynamic programming from the last run to the first: what
 * comes after a run depends on its choices but the first.
 * @param runs  C_l of the components of each  [T][order]
 * @param tables  a number for each combination of choices of a run, the last component's the fastest  [T][Π C_l]
 * @param sign  1 for the largest, −1 for the smallest
 */
function extreme(runs: readonly (readonly number[])[], tables: readonly Float64Array[], sign: 1 | -1): Architecture {
  let after = new Float64Array(tables.at(-1)!.length / runs.at(-1)![0]!);
  /** Of each run the best last choice, by the choices before it. */
  const choices: Uint16Array[] = [];
  for (let t = runs.length - 1; t >= 0; t--) {
    const [table, last] = [tables[t]!, runs[t]!.at(-1)!];
    const best = new Float64Array(table.length / last).fill(Number.NEGATIVE_INFINITY);
    const chosen = new Uint16Array(best.length);
    for (const [at, number] of table.entries()) {
      const before = Math.floor(at / last);
      const value = sign * number + after[at % after.length]!;
      if (value > best[before]!) {
        best[before] = value;
        chosen[before] = at % last;
      }
    }
    after = best;
    choices.unshift(chosen);
  }
  let before = after.indexOf(Math.max(...after));
  const architecture: number[] = [];
  for (let at = before, l = runs[0]!.length - 2; l >= 0; l--) {
    architecture.unshift(at % runs[0]![l]!);
    at = Math.floor(at / runs[0]![l]!);
  }
  for (const [t, run] of runs.entries()) {
    const choice = choices[t]![before]!;
    architecture.push(choice);
    before = (before * run.at(-1)! + choice) % (tables[t]!.length / run[0]!);
  }
  return architecture;
}

function trap(space: Space, order: number, rng: Rng): Value {
  checkOrder("trap", order, space.length);
  const right = space.sample(rng);
  /** From 1, right, to 0, quite wrong. */
  const rightness = (choice: number, l: number) => {
    const count = space.choices[l]!.length;
    return count === 1 ? 1 : 1 - ((choice - right[l]! + count) % count) / (count - 1);
  };
  const blocks = Array.from({ length: Math.ceil(space.length / order) }, (_, block) => block * order);
  return (architecture) => {
    const values = blocks.map((first) => {
      const block = architecture.slice(first, first + order);
      const sum = block.reduce((sum, choice, l) => sum + rightness(choice, first + l), 0);
      const turn = block.length - 1;
      return sum >= turn ? sum - turn : (LURE * (turn - sum)) / turn;
    });
    return (100 * values.reduce((sum, value) => sum + value, 0)) / values.length;
  };
}

function plateau(space: Space, order: number, rng: Rng): Value {
  checkOrder("plateau", order, space.length - 1);
  const right = space.sample(rng);
  return (architecture) => {
    const count = architecture.filter((choice, l) => choice === right[l]).length;
    return (100 * Math.max(0, count - order)) / (space.length - order);
  };
}

function checkOrder(name: string, order: number, most: number): void {
  if (order > most) throw landscapeInvalid(name, `its order is ${order}`, `In this space it can be ${most} at most.`);
}
