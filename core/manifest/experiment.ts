/**
 * From the text of a manifest to an experiment that can be composed: the envelope's schema, the plugins that the slots
 * name, each slot's options against its plugin's schema.
 *
 * @module
 */
import * as errors from "../errors/index.ts";
import { digestOf } from "../json/canonical-json.ts";
import { checked } from "../json/check.ts";
import { deepFreeze } from "../json/deep-freeze.ts";
import { valueAt } from "../json/json-pointer.ts";
import { isObject } from "../json/merge-patch.ts";
import { checkNeeds } from "../plugin/checks/needs.ts";
import { type FailurePolicy, type Kind, STOP } from "../plugin/plugin.ts";
import { experimentSchema } from "../schemas/experiment.ts";
import { COST_MODELS, type CostModel, type Limits } from "../search/budget.ts";
import type { Order } from "../search/search.ts";
import { BACKEND_DETAILS } from "../training/settings.ts";
import type { SharedWeightsOptions } from "../training/weight-sharing.ts";
import { type ManifestText, parseManifest } from "./parse.ts";
import { fullSlot, knownPlugins, type PluginSource, type RawSlot, resolveSlot, type Slot } from "./slots.ts";

/** A manifest that was found right. */
export interface Experiment {
  readonly name: string;
  /** Where it came from, for errors. */
  readonly file: string;
  /** The manifest with every default filled in, as it is stored beside the results. */
  readonly resolved: object;
  readonly space: Slot<"space">;
  readonly distance: Slot<"distance">;
  readonly evaluator: Slot<"evaluator">;
  readonly failures: FailurePolicy;
  /** Whether evaluations are found again by other runs, or each run does its own. */
  readonly evaluations: "own" | "shared";
  readonly order: Order;
  readonly subspaces?: {
    readonly count: number;
    readonly radius: number;
    readonly initial: Slot<"initial">;
    readonly acceptance: readonly Slot<"acceptance">[];
  };
  readonly controller: Slot<"controller">;
  /** The network that the controller trains, if it does: complete, with defaults. */
  readonly sharedWeights?: SharedWeightsOptions;
  /** What the controller is wrapped in, outermost first. */
  readonly middleware: readonly Slot<"middleware">[];
  readonly rewards: readonly Slot<"reward">[];
  /** Limits on what may be a centre, or the answer. */
  readonly constraints: readonly Slot<"acceptance">[];
  /** Pairs of metrics whose Pareto fronts are reported, where the manifest says so. */
  readonly fronts?: readonly (readonly [string, string])[];
  readonly budget: Limits;
  readonly seeds: { readonly first: number; readonly count: number };
  readonly observers: readonly Slot<"observer">[];
}

/** Where a manifest, and the plugins that it names, come from. */
export interface ManifestSource extends ManifestText, PluginSource {}

interface RawManifest {
  name: string;
  question?: string;
  plugins: string[];
  space: RawSlot;
  distance: RawSlot;
  evaluator: RawSlot;
  failures: Partial<FailurePolicy>;
  evaluations: "own" | "shared";
  order: Order;
  subspaces?: { count: number; radius: number; initial: RawSlot; accept: RawSlot[] };
  controller: RawSlot;
  sharedWeights?: SharedWeightsOptions;
  middleware: RawSlot[];
  reward: RawSlot[];
  constraints?: RawSlot[];
  fronts?: [string, string][];
  budget: { queries?: number; seconds?: number; cost: keyof typeof COST_MODELS | CostModel };
  seeds: { first: number; count: number };
  observers: RawSlot[];
}

/** Reads and checks a manifest. @throws EvokeError with the file and the JSON pointer of each problem */
export async function readManifest(source: ManifestSource): Promise<Experiment> {
  const { file } = source;
  const manifest = parseManifest(source, "experiment") as RawManifest;
  const problems = await checked("experiment", experimentSchema, manifest);
  if (problems.length > 0) throw errors.together(file, [errors.manifestInvalid(file, problems), ...(await wrongSlots(source, manifest))]);
  normalise(manifest);
  const wrong: unknown[] = budgetProblems(manifest).map((problem) => errors.manifestInvalid(file, [problem]));
  const known = await knownPlugins(source, manifest.plugins);
  /** Nothing is done with what is found wrong: see below. */
  const slot = <K extends Kind>(kind: K, pointer: string, raw: RawSlot): Promise<Slot<K>> =>
    resolveSlot(file, known, kind, pointer, raw).catch((error) => wrong.push(error) as never);
  const slots = async <K extends Kind>(kind: K, pointer: string, raw: RawSlot[]) => {
    const resolved: Slot<K>[] = [];
    for (const [i, one] of raw.entries()) resolved.push(await slot(kind, `${pointer}/${i}`, one));
    return resolved;
  };
  const { subspaces, sharedWeights } = manifest;
  const evaluator = await slot("evaluator", "/evaluator", manifest.evaluator);
  const failures = { ...(evaluator.plugin?.failures ?? STOP), ...manifest.failures };
  manifest.failures = failures;
  const experiment: Experiment = {
    name: manifest.name,
    file,
    resolved: manifest,
    space: await slot("space", "/space", manifest.space),
    distance: await slot("distance", "/distance", manifest.distance),
    evaluator,
    failures,
    evaluations: manifest.evaluations,
    order: manifest.order,
    ...(subspaces && {
      subspaces: {
        count: subspaces.count,
        radius: subspaces.radius,
        initial: await slot("initial", "/subspaces/initial", subspaces.initial),
        acceptance: await slots("acceptance", "/subspaces/accept", subspaces.accept),
      },
    }),
    controller: await slot("controller", "/controller", manifest.controller),
    ...(sharedWeights && { sharedWeights }),
    middleware: await slots("middleware", "/middleware", manifest.middleware),
    rewards: await slots("reward", "/reward", manifest.reward),
    constraints: await slots("acceptance", "/constraints", manifest.constraints ?? []),
    ...(manifest.fronts && { fronts: manifest.fronts }),
    budget: manifest.budget as Limits,
    seeds: manifest.seeds,
    observers: await slots("observer", "/observers", manifest.observers),
  };
  if (wrong.length > 0) throw errors.together(file, wrong);
  checkNeeds(slotsOf(experiment), file, { subspaces: subspaces !== undefined, sharedWeights: sharedWeights !== undefined });
  deepFreeze(manifest); // and with it the options in the slots
  return experiment;
}

/** Gives every slot its full form, and what follows from other slots its default. */
function normalise(manifest: RawManifest): void {
  for (const key of ["space", "distance", "evaluator", "controller"] as const) manifest[key] = fullSlot(manifest[key]);
  manifest.middleware = manifest.middleware.map(fullSlot);
  manifest.reward = (manifest.reward ?? [manifest.subspaces ? "improvement" : "absolute"]).map(fullSlot);
  if (manifest.constraints) manifest.constraints = manifest.constraints.map(fullSlot);
  manifest.observers = manifest.observers.map(fullSlot);
  if (manifest.subspaces) {
    manifest.subspaces.initial = fullSlot(manifest.subspaces.initial);
    manifest.subspaces.accept = manifest.subspaces.accept.map(fullSlot);
  }
  if (typeof manifest.budget.cost === "string") manifest.budget.cost = COST_MODELS[manifest.budget.cost];
}

/** Without queries there are the first centres alone, so there must be some, and they must be free: what is wrong with that. */
function budgetProblems({ subspaces, budget }: RawManifest): string[] {
  if (budget.queries !== 0) return [];
  const { initial } = budget.cost as CostModel;
  if (subspaces && initial === "free") return [];
  const obstacle = subspaces
    ? 'the cost model charges them. Take at least 1, or the cost model "official"'
    : "the manifest has no /subspaces. Take at least 1";
  return [`/budget/queries: 0 evaluates the first centres only, and ${obstacle}`];
}

/** Where slots are, and lists of them. */
const SLOTS = {
  "/space": "space",
  "/distance": "distance",
  "/evaluator": "evaluator",
  "/subspaces/initial": "initial",
  "/subspaces/accept": "acceptance",
  "/controller": "controller",
  "/middleware": "middleware",
  "/reward": "reward",
  "/constraints": "acceptance",
  "/observers": "observer",
} as const satisfies Record<string, Kind>;

/** What is wrong in those slots of a manifest that are slots, where something else is wrong in it. */
async function wrongSlots(source: ManifestSource, manifest: object): Promise<unknown[]> {
  const { plugins } = manifest as { readonly plugins: unknown };
  const named = Array.isArray(plugins) && plugins.every((specifier) => typeof specifier === "string");
  if (!named) return []; // so that it is not known which plugins there are
  const known = await knownPlugins(source, plugins);
  const wrong: unknown[] = [];
  const look = async (kind: Kind, pointer: string, raw: unknown) => {
    const slot = typeof raw === "string" ? { use: raw } : raw;
    if (!isObject(slot) || typeof slot.use !== "string" || !isObject(slot.options ?? {})) return;
    await resolveSlot(source.file, known, kind, pointer, fullSlot(structuredClone(slot))).catch((error) => wrong.push(error));
  };
  for (const [pointer, kind] of Object.entries(SLOTS)) {
    const found = valueAt(manifest, pointer);
    if (!Array.isArray(found)) await look(kind, pointer, found);
    else for (const [i, raw] of found.entries()) await look(kind, `${pointer}/${i}`, raw);
  }
  return wrong;
}

/** Every slot of an experiment, in a fixed order. */
export function slotsOf(experiment: Experiment): readonly Slot[] {
  const { space, distance, evaluator, subspaces, controller, middleware, rewards, constraints, observers } = experiment;
  return [
    space,
    distance,
    evaluator,
    ...(subspaces ? [subspaces.initial, ...subspaces.acceptance] : []),
    controller,
    ...middleware,
    ...rewards,
    ...constraints,
    ...observers,
  ];
}

/**
 * Names the runs of an experiment by everything that their results follow from: the slots with
 * their options, the budget, the code of the plugins, and the inputs. The experiment's name, its
 * question, its seeds and its observers do not change a result, and are left out.
 *
 * @param inputs  digests of what the plugins opened, by name
 * @param concurrency  proposals that are made before their outcomes are known
 */
export function experimentDigest(experiment: Experiment, inputs: ReadonlyMap<string, string>, concurrency: number): string {
  const { subspaces, sharedWeights, budget, failures, observers, evaluations, order, fronts } = experiment;
  const slots = slotsOf(experiment).filter((slot) => !observers.includes(slot as Slot<"observer">));
  return digestOf({
    slots: slots.map(identityOf),
    subspaces: subspaces ? { count: subspaces.count, radius: subspaces.radius } : null,
    budget,
    failures,
    inputs: Object.fromEntries(inputs),
    ...(concurrency > 1 && { concurrency }),
    ...(evaluations !== "own" && { evaluations }),
    ...(order !== "as-proposed" && { order }),
    ...(fronts && { fronts }),
    ...(sharedWeights && { sharedWeights: without(sharedWeights, BACKEND_DETAILS) }),
  });
}

/**
 * Names what an architecture is evaluated by, wherever: the space, the evaluator, and the inputs.
 *
 * @param inputs  digests of what the plugins opened, by name
 */
export function evaluatorDigest({ space, evaluator, failures }: Experiment, inputs: ReadonlyMap<string, string>): string {
  const read = [...inputs].filter(([name]) => !name.startsWith("experiment ")); // what a search begins with evaluates nothing
  return digestOf({ slots: [space, evaluator].map(identityOf), failures, inputs: Object.fromEntries(read) });
}

/** What a result follows from in a slot. */
function identityOf({ pointer, plugin, options, version }: Slot): object {
  const { outsideDigest = [] } = plugin;
  return { pointer, use: plugin.name, options: without(options, outsideDigest), version };
}

function without(options: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}
