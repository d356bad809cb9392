/**
 * Manifests of predictors that are to be made: what architectures with what metric they learn from, and how.
 *
 * @module
 */
import * as errors from "../errors/index.ts";
import { checked } from "../json/check.ts";
import { deepFreeze } from "../json/deep-freeze.ts";
import { NO_OPTIONS, type Plugin, plugin } from "../plugin/plugin.ts";
import { checkPerceptron, type FitTraining, type PredictorNetwork } from "../predictor/predictor-training.ts";
import { fitSchema } from "../schemas/fit.ts";
import { COST_MODELS } from "../search/budget.ts";
import type { Architecture } from "../space/architecture.ts";
import type { Shown } from "../space/encoding.ts";
import { VERSION } from "../version.ts";
import type { Experiment, ManifestSource } from "./experiment.ts";
import { parseManifest } from "./parse.ts";
import { fullSlot, knownPlugins, type RawSlot, resolveLoneSpace, resolveSlot, type Slot } from "./slots.ts";

/** A manifest that was found right, its defaults filled in; frozen. */
export interface Fit {
  readonly name: string;
  /** Where it came from, for errors. */
  readonly file: string;
  readonly space: Slot<"space">;
  readonly pairs: PairSource;
  /** What the predictor sees of an architecture. */
  readonly features: Shown;
  readonly heldOut: number;
  readonly network: PredictorNetwork;
  readonly training: FitTraining;
}

/** Where the pairs come from. */
export type PairSource =
  /** An experiment that draws different architectures and measures each; what is learnt from are its events. */
  | { readonly sample: Experiment; readonly description: object }
  /** Records of runs, relative to the manifest. */
  | { readonly runs: readonly string[]; readonly description: object };

interface RawFit extends Omit<Fit, "space" | "file" | "pairs"> {
  readonly plugins: string[];
  readonly space: RawSlot;
  readonly pairs: { readonly evaluator?: RawSlot; readonly sample?: number; readonly seed: number; readonly run?: string | string[] };
}

/** Reads and checks a manifest. @throws EvokeError with the file and the JSON pointer of each problem */
export async function readFit(source: ManifestSource): Promise<Fit> {
  const { file } = source;
  const manifest = parseManifest(source, "fit") as RawFit;
  const problems = await checked("fit", fitSchema, manifest);
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  const known = await knownPlugins(source, manifest.plugins);
  const wrong: unknown[] = [];
  const noted = (error: unknown) => wrong.push(error) as never;
  const space = await resolveLoneSpace(file, known, manifest.space).catch(noted);
  const { evaluator, sample, seed, run } = manifest.pairs;
  const sampled = evaluator !== undefined && sample !== undefined && run === undefined;
  if (!sampled && (run === undefined || evaluator !== undefined || sample !== undefined))
    wrong.push(errors.manifestInvalid(file, ['/pairs: give either "evaluator" and "sample", or "run"']));
  const measured = sampled && (await resolveSlot(file, known, "evaluator", "/pairs/evaluator", fullSlot(evaluator)).catch(noted));
  if (wrong.length > 0) throw errors.together(file, wrong);
  if (measured) deepFreeze(measured.options);
  const { name, features, heldOut, network, training } = deepFreeze(manifest);
  checkPerceptron(file, network, training, sample ?? Number.POSITIVE_INFINITY);
  const fit = { name, file, space, features, heldOut, network, training };
  if (!measured) return { ...fit, pairs: { runs: [run!].flat(), description: { run } } };
  const { plugin, options, version } = measured;
  const experiment: Experiment = {
    name,
    file,
    resolved: manifest,
    space,
    distance: await resolveSlot(file, known, "distance", "/distance", fullSlot("hamming")),
    evaluator: measured,
    failures: { retries: 0, ...measured.plugin.failures, remedy: "reject" },
    evaluations: "own",
    order: "as-proposed",
    controller: { file, pointer: "/pairs", plugin: differentOnes as unknown as Plugin<"controller">, options: {}, version: VERSION },
    middleware: [],
    rewards: [await resolveSlot(file, known, "reward", "/reward", fullSlot("absolute"))],
    constraints: [],
    budget: { queries: sample!, cost: COST_MODELS["every-query"] },
    seeds: { first: seed, count: 1 },
    observers: [],
  };
  return { ...fit, pairs: { sample: experiment, description: { evaluator: { use: plugin.name, options, version }, sample, seed } } };
}

/** Draws uniformly among the architectures that it has not drawn yet. */
const differentOnes = plugin({
  kind: "controller",
  name: "different-ones",
  summary: "Draws different architectures",
  options: NO_OPTIONS,
  needs: ["space", "rng"],
  create(_options, { space, rng }) {
    const drawn = new Set<string>();
    return {
      concurrency: 64,
      propose() {
        let architecture: Architecture;
        do architecture = space.sample(rng);
        while (drawn.has(space.encode(architecture)) && drawn.size < space.size);
        drawn.add(space.encode(architecture));
        return { architecture };
      },
      observe() {},
    };
  },
});
