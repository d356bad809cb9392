/**
 * The searches that the page shows: what their manifests say, and the plugins that these name.
 *
 * @module
 */
import evoke from "../../../controllers/whole-space/evoke.ts";
import randomSearch from "../../../controllers/whole-space/random.ts";
import regularizedEvolution from "../../../controllers/whole-space/regularized-evolution.ts";
import type { Kind, ListedPlugin, Plugin } from "../../../core/plugin/plugin.ts";
import benchmark from "../../../evaluators/benchmark.ts";
import improved from "../../../plugins/acceptance/improvement.ts";
import hamming from "../../../plugins/distance/hamming.ts";
import randomCentres from "../../../plugins/initial/random.ts";
import absolute from "../../../plugins/reward/absolute.ts";
import improvement from "../../../plugins/reward/improvement.ts";
import space from "../../../spaces/nas-bench-201.ts";
import { type Decision, watchedPolicy } from "./watched-policy.ts";

/** In the order in which they are shown; they have colours by it. */
export const METHODS = {
  "ase-nas": { title: "ASE-NAS", controller: "gnn-lstm" },
  evolution: { title: "Regularized evolution", controller: "regularized-evolution" },
  random: { title: "Random search", controller: "random" },
  evoke: { title: "evoke", controller: "evoke" },
} as const;
export type Method = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as Method[];

/** What can be chosen of a search. */
export interface Settings {
  readonly method: Method;
  /** K. */
  readonly subspaces: number;
  /** M. */
  readonly radius: number;
  readonly seed: number;
}

export const QUERIES = 160;
export const MOST_SUBSPACES = 8;
/** As many as a cell has edges. */
export const MOST_RADIUS = 6;
/** Members of the population of regularized evolution: its default. */
export const POPULATION = regularizedEvolution.options.properties.population.default;
/** Random architectures that `evoke` begins with: its default in a space of this size. */
export const EVOKE_INITIAL = 20;

export function manifestOf({ method, subspaces, radius, seed }: Settings): object {
  const { controller } = METHODS[method];
  return {
    name: method,
    space: space.name,
    evaluator: { use: benchmark.name, options: { table: "digits-201", dataset: "digits" } },
    ...(method === "ase-nas"
      ? {
          subspaces: { count: subspaces, radius, initial: "random", accept: ["improvement"] },
          controller: { use: controller, options: { learningRate: 0.01, entropyWeight: 0.00075 } },
          reward: ["improvement"],
        }
      : { controller, reward: ["absolute"] }),
    budget: { queries: QUERIES, cost: "official" },
    seeds: { first: seed, count: 1 },
  };
}

/** @param see  told of the decisions of ASE-NAS */
export function pluginsOf(see: (decision: Decision) => void): readonly ListedPlugin[] {
  const others = [space, hamming, evoke, randomSearch, regularizedEvolution, improvement, absolute, improved, randomCentres, benchmark];
  return [watchedPolicy(see), ...(others as readonly Plugin[])].map(listed);
}

function listed<K extends Kind>(plugin: Plugin<K>): ListedPlugin<K> {
  return { kind: plugin.kind, name: plugin.name, load: async () => plugin };
}
