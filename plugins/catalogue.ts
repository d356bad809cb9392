/**
 * Everything built in, by kind and name. A manifest finds these plugins by name; `evoke plugins` lists them. Each is
 * loaded when it is asked for: a search needs eight of them, and their code is most of what there is to load.
 *
 * @module
 */
import type { Kind, ListedPlugin, Plugin } from "../core/plugin/plugin.ts";

export const catalogue: readonly ListedPlugin[] = [
  listed("space", "nas-bench-201", () => import("../spaces/nas-bench-201.ts")),
  listed("space", "nas-bench-101", () => import("../spaces/nas-bench-101.ts")),
  listed("space", "nats-bench-size", () => import("../spaces/nats-bench-size.ts")),
  listed("space", "enas", () => import("../spaces/enas.ts")),
  listed("space", "mobilenet", () => import("../spaces/mobilenet.ts")),
  listed("space", "choices", () => import("../spaces/choices.ts")),
  listed("space", "darts", () => import("../spaces/darts.ts")),
  listed("space", "nasnet", () => import("../spaces/nasnet.ts")),
  listed("distance", "hamming", () => import("./distance/hamming.ts")),
  listed("controller", "gnn-lstm", () => import("../controllers/subspaces/gnn-lstm.ts")),
  listed("controller", "mlp-lstm", () => import("../controllers/subspaces/mlp-lstm.ts")),
  listed("controller", "no-edge", () => import("../controllers/subspaces/no-edge.ts")),
  listed("controller", "separate-policies", () => import("../controllers/subspaces/separate-policies.ts")),
  listed("controller", "best-subspace", () => import("../controllers/subspaces/best-subspace.ts")),
  listed("controller", "gnn-lstm-imagined", () => import("../controllers/subspaces/gnn-lstm-imagined.ts")),
  listed("controller", "uniform", () => import("../controllers/subspaces/uniform.ts")),
  listed("controller", "uniform-preselected", () => import("../controllers/subspaces/uniform-preselected.ts")),
  listed("controller", "random", () => import("../controllers/whole-space/random.ts")),
  listed("controller", "reinforce", () => import("../controllers/whole-space/reinforce.ts")),
  listed("controller", "reinforce-logits", () => import("../controllers/whole-space/reinforce-logits.ts")),
  listed("controller", "regularized-evolution", () => import("../controllers/whole-space/regularized-evolution.ts")),
  listed("controller", "ofa-evolution", () => import("../controllers/whole-space/ofa-evolution.ts")),
  listed("controller", "nsga2", () => import("../controllers/whole-space/nsga2.ts")),
  listed("controller", "local-search", () => import("../controllers/whole-space/local-search.ts")),
  listed("controller", "pnas", () => import("../controllers/whole-space/pnas.ts")),
  listed("controller", "cnas", () => import("../controllers/whole-space/cnas.ts")),
  listed("controller", "hyperband", () => import("../controllers/whole-space/hyperband.ts")),
  listed("controller", "bohb", () => import("../controllers/whole-space/bohb.ts")),
  listed("controller", "bananas", () => import("../controllers/whole-space/bananas.ts")),
  listed("controller", "alphax", () => import("../controllers/whole-space/alphax.ts")),
  listed("controller", "lanas", () => import("../controllers/whole-space/lanas.ts")),
  listed("controller", "evoke", () => import("../controllers/whole-space/evoke.ts")),
  listed("controller", "darts", () => import("../controllers/weight-sharing/darts.ts")),
  listed("controller", "gdas", () => import("../controllers/weight-sharing/gdas.ts")),
  listed("controller", "pc-darts", () => import("../controllers/weight-sharing/pc-darts.ts")),
  listed("controller", "drnas", () => import("../controllers/weight-sharing/drnas.ts")),
  listed("controller", "beta-darts", () => import("../controllers/weight-sharing/beta-darts.ts")),
  listed("controller", "darts-minus", () => import("../controllers/weight-sharing/darts-minus.ts")),
  listed("controller", "fair-darts", () => import("../controllers/weight-sharing/fair-darts.ts")),
  listed("controller", "rsps", () => import("../controllers/weight-sharing/rsps.ts")),
  listed("controller", "setn", () => import("../controllers/weight-sharing/setn.ts")),
  listed("controller", "enas", () => import("../controllers/weight-sharing/enas.ts")),
  listed("controller", "dsnas", () => import("../controllers/weight-sharing/dsnas.ts")),
  listed("controller", "snas", () => import("../controllers/weight-sharing/snas.ts")),
  listed("controller", "proxylessnas", () => import("../controllers/weight-sharing/proxylessnas.ts")),
  listed("middleware", "feasible-only", () => import("./middleware/feasible-only.ts")),
  listed("middleware", "median-stop", () => import("./middleware/median-stop.ts")),
  listed("middleware", "no-repeats", () => import("./middleware/no-repeats.ts")),
  listed("middleware", "warm-start", () => import("./middleware/warm-start.ts")),
  listed("reward", "improvement", () => import("./reward/improvement.ts")),
  listed("reward", "absolute", () => import("./reward/absolute.ts")),
  listed("reward", "soft-penalty", () => import("./reward/soft-penalty.ts")),
  listed("reward", "weighted-chebyshev", () => import("./reward/weighted-chebyshev.ts")),
  listed("acceptance", "improvement", () => import("./acceptance/improvement.ts")),
  listed("acceptance", "never", () => import("./acceptance/never.ts")),
  listed("acceptance", "madds-limit", () => import("./acceptance/madds-limit.ts")),
  listed("acceptance", "parameters-limit", () => import("./acceptance/parameters-limit.ts")),
  listed("acceptance", "latency-limit", () => import("./acceptance/latency-limit.ts")),
  listed("acceptance", "metric-limit", () => import("./acceptance/metric-limit.ts")),
  listed("initial", "random", () => import("./initial/random.ts")),
  listed("initial", "given", () => import("./initial/given.ts")),
  listed("initial", "from-run", () => import("./initial/from-run.ts")),
  listed("evaluator", "benchmark", () => import("../evaluators/benchmark.ts")),
  listed("evaluator", "predictor", () => import("../evaluators/predictor.ts")),
  listed("evaluator", "training", () => import("../evaluators/training.ts")),
  listed("evaluator", "command", () => import("../evaluators/command.ts")),
  listed("evaluator", "supernet", () => import("../evaluators/supernet.ts")),
  listed("evaluator", "landscape", () => import("../evaluators/landscape.ts")),
  listed("evaluator", "told", () => import("../evaluators/told.ts")),
  listed("observer", "recorder", () => import("./observer/recorder.ts")),
];

/** Loads all that are built in, or those of one kind. */
export async function builtInPlugins<K extends Kind = Kind>(kind?: K): Promise<readonly Plugin<K>[]> {
  const wanted = catalogue.filter((one): one is ListedPlugin<K> => kind === undefined || one.kind === kind);
  return Promise.all(wanted.map(({ load }) => load()));
}

/** Loads the one of this name, if there is one. */
export async function builtInPlugin<K extends Kind>(kind: K, name: string): Promise<Plugin<K> | undefined> {
  return catalogue.find((one) => one.kind === kind && one.name === name)?.load() as Promise<Plugin<K>> | undefined;
}

function listed<K extends Kind>(kind: K, name: string, load: () => Promise<{ readonly default: Plugin<K> }>): ListedPlugin<K> {
  return { kind, name, load: async () => (await load()).default };
}
