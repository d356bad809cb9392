/**
 * From the text of a manifest to an experiment that can be composed: JSON, the envelope's schema,
 * the plugins that the slots name, each slot's options against its plugin's schema.
 *
 * @module
 */
import type { ParseError } from "jsonc-parser";
import type { ModuleFile } from "../errors/index.ts";
import * as errors from "../errors/index.ts";
import { digestOf } from "../json/canonical-json.ts";
import { keysOf } from "../json/json-pointer.ts";
import { problemsOf } from "../json/schema.ts";
import { pluginsOf } from "../plugin/checks/literal.ts";
import { checkNeeds } from "../plugin/checks/needs.ts";
import type { Kind, Plugin } from "../plugin/plugin.ts";
import { experimentSchema } from "../schemas/experiment.ts";
import { COST_MODELS, type CostModel, type Limits } from "../search/budget.ts";
import type { FailurePolicy } from "../search/measure.ts";
import { VERSION } from "../version.ts";

/** A slot of the manifest, with the plugin that it names. */
export interface Slot<K extends Kind = Kind> {
  /** The manifest's. */
  readonly file: string;
  /** JSON pointer of the slot. */
  readonly pointer: string;
  readonly plugin: Plugin<K>;
  /** Complete, with defaults; frozen. */
  readonly options: object;
  /** What identifies the plugin's code: the version of Evoke, or the digest of a module outside it. */
  readonly version: string;
  /** That module. */
  readonly module?: ModuleFile;
}

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
  readonly subspaces?: {
    readonly count: number;
    readonly radius: number;
    readonly initial: Slot<"initial">;
    readonly acceptance: readonly Slot<"acceptance">[];
  };
  readonly controller: Slot<"controller">;
  /** What the controller is wrapped in, outermost first. */
  readonly middleware: readonly Slot<"middleware">[];
  readonly rewards: readonly Slot<"reward">[];
  /** Limits on what may be a centre, or the answer. */
  readonly constraints: readonly Slot<"acceptance">[];
  readonly budget: Limits;
  readonly seeds: { readonly first: number; readonly count: number };
  readonly observers: readonly Slot<"observer">[];
}

/** Where a manifest and the plugins that it names come from. */
export interface ManifestSource {
  /** Shown in errors. */
  readonly file: string;
  readonly text: string;
  /** JSON pointers and the values to put there, before anything is checked. */
  readonly changes?: readonly Change[];
  /** The built-in plugins. */
  readonly catalogue: readonly Plugin[];
  /** Imports a module that the manifest names under /plugins. */
  importModule(specifier: string): Promise<ImportedModule>;
}

export interface Change {
  readonly pointer: string;
  readonly value: unknown;
}

export interface ImportedModule {
  readonly exports: object;
  /** Identifies the code, for the digest. */
  readonly version: string;
  /** Where it is. */
  readonly module: ModuleFile;
}

export interface RawSlot {
  use: string;
  options: Record<string, unknown>;
}
interface RawManifest {
  name: string;
  question?: string;
  plugins: string[];
  space: RawSlot;
  distance: RawSlot;
  evaluator: RawSlot;
  failures: FailurePolicy;
  subspaces?: { count: number; radius: number; initial: RawSlot; accept: RawSlot[] };
  controller: RawSlot;
  middleware: RawSlot[];
  reward: RawSlot[];
  constraints?: RawSlot[];
  budget: { queries?: number; seconds?: number; cost: keyof typeof COST_MODELS | CostModel };
  seeds: { first: number; count: number };
  observers: RawSlot[];
}

/** Reads and checks a manifest. @throws EvokeError with the file and the JSON pointer of each problem */
export async function readManifest(source: ManifestSource): Promise<Experiment> {
  const { file } = source;
  const manifest = (await parseManifest(source, "experiment")) as RawManifest;
  const problems = problemsOf(experimentSchema, manifest);
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  normalise(manifest);
  checkBudget(file, manifest);
  const known = await knownPlugins(source, manifest.plugins);
  const slot = <K extends Kind>(kind: K, pointer: string, raw: RawSlot) => resolveSlot(file, known, kind, pointer, raw);
  const slots = <K extends Kind>(kind: K, pointer: string, raw: RawSlot[]) => raw.map((one, i) => slot(kind, `${pointer}/${i}`, one));
  const { subspaces } = manifest;
  const experiment: Experiment = {
    name: manifest.name,
    file,
    resolved: manifest,
    space: slot("space", "/space", manifest.space),
    distance: slot("distance", "/distance", manifest.distance),
    evaluator: slot("evaluator", "/evaluator", manifest.evaluator),
    failures: manifest.failures,
    ...(subspaces && {
      subspaces: {
        count: subspaces.count,
        radius: subspaces.radius,
        initial: slot("initial", "/subspaces/initial", subspaces.initial),
        acceptance: slots("acceptance", "/subspaces/accept", subspaces.accept),
      },
    }),
    controller: slot("controller", "/controller", manifest.controller),
    middleware: slots("middleware", "/middleware", manifest.middleware),
    rewards: slots("reward", "/reward", manifest.reward),
    constraints: slots("acceptance", "/constraints", manifest.constraints ?? []),
    budget: manifest.budget as Limits,
    seeds: manifest.seeds,
    observers: slots("observer", "/observers", manifest.observers),
  };
  checkNeeds(slotsOf(experiment), subspaces !== undefined);
  deepFreeze(manifest); // and with it the options in the slots
  return experiment;
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
 */
export function experimentDigest(experiment: Experiment, inputs: ReadonlyMap<string, string>): string {
  const { subspaces, budget, failures, observers } = experiment;
  const slots = slotsOf(experiment).filter((slot) => !observers.includes(slot as Slot<"observer">));
  return digestOf({
    slots: slots.map(({ pointer, plugin, options, version }) => ({ pointer, use: plugin.name, options, version })),
    subspaces: subspaces ? { count: subspaces.count, radius: subspaces.radius } : null,
    budget,
    failures,
    inputs: Object.fromEntries(inputs),
  });
}

/** What a manifest may be of, the command that it is for, and a member that those before it in this list do not have. */
const MANIFEST_KINDS = {
  tabulation: { called: "a table that is to be made", command: "evoke tabulate", has: "fidelities" },
  matrix: { called: "a matrix", command: "evoke matrix", has: "base" },
  fit: { called: "a predictor that is to be made", command: "evoke fit", has: "pairs" },
  experiment: { called: "an experiment", command: "evoke run", has: "controller" },
} as const;
export type ManifestKind = keyof typeof MANIFEST_KINDS;

/** The kind that a manifest is of, as far as that can be seen. */
export function manifestKind(manifest: object): ManifestKind | undefined {
  return (Object.keys(MANIFEST_KINDS) as ManifestKind[]).find((kind) => Object.hasOwn(manifest, MANIFEST_KINDS[kind].has));
}

/** One error in place of all that the schema would say of a manifest for another command. */
function refuseOtherKind(file: string, manifest: object, wanted: ManifestKind): void {
  const found = manifestKind(manifest);
  if (found === undefined || Object.hasOwn(manifest, MANIFEST_KINDS[wanted].has)) return;
  const { called, command } = MANIFEST_KINDS[found];
  throw errors.manifestOfAnotherKind(file, MANIFEST_KINDS[wanted].called, called, `It is for: ${command} ${file}`);
}

/** The JSON object of a manifest, with the changes made in it. */
export async function parseManifest({ file, text, changes = [] }: ManifestSource, kind: ManifestKind): Promise<object> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw errors.notJson(file, text, await firstSyntaxError(text), error as SyntaxError);
  }
  if (typeof manifest !== "object" || manifest === null || Array.isArray(manifest))
    throw errors.manifestInvalid(file, [`/: must be an object; found ${text.trim().slice(0, 40)}`]);
  refuseOtherKind(file, manifest, kind);
  for (const { pointer, value } of changes) setAt(file, manifest, pointer, value);
  return manifest;
}

/** Where and how a text is no JSON; V8's own message has no place for short texts. */
async function firstSyntaxError(text: string): Promise<{ readonly offset: number; readonly problem: string }> {
  const { parse, printParseErrorCode } = await import("jsonc-parser");
  const found: ParseError[] = [];
  parse(text, found, { disallowComments: true });
  const [first] = found;
  if (!first) return { offset: 0, problem: "it is no JSON" };
  const words = printParseErrorCode(first.error).replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`);
  return { offset: first.offset, problem: words.toLowerCase() };
}

/**
 * Puts a value where a JSON pointer (RFC 6901) points. Objects on the way that are not there are
 * made; whether they belong there, the schema will say.
 */
export function setAt(file: string, manifest: object, pointer: string, value: unknown): void {
  const keys = keysOf(pointer);
  if (!keys || keys.length === 0) throw errors.pointerInvalid(pointer);
  let parent = manifest;
  for (const [depth, key] of keys.entries()) {
    const here = `/${keys.slice(0, depth + 1).join("/")}`;
    const place = Array.isArray(parent) && key === "-" ? String(parent.length) : key;
    if (Array.isArray(parent) && !(/^\d+$/.test(place) && Number(place) <= parent.length))
      throw errors.pointerUnknown(file, pointer, here, Object.keys(parent));
    const last = depth === keys.length - 1;
    const present = Object.hasOwn(parent, place) ? (parent as Record<string, unknown>)[place] : {};
    // A slot given as a name alone is an object in full: "gnn-lstm" is { "use": "gnn-lstm" }.
    const child = last ? value : typeof present === "string" ? { use: present } : present;
    if (!last && (typeof child !== "object" || child === null))
      throw errors.pointerUnknown(file, pointer, `${here}/${keys[depth + 1]}`, []);
    Object.defineProperty(parent, place, { value: child, enumerable: true, configurable: true, writable: true });
    parent = child as object;
  }
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

/** A slot given as a name alone is one without options. */
export function fullSlot(slot: string | Partial<RawSlot>): RawSlot {
  return typeof slot === "string" ? { use: slot, options: {} } : { use: slot.use!, options: slot.options ?? {} };
}

/** Without queries there are the first centres alone, so there must be some, and they must be free. */
function checkBudget(file: string, { subspaces, budget }: RawManifest): void {
  if (budget.queries !== 0) return;
  const { initial } = budget.cost as CostModel;
  if (subspaces && initial === "free") return;
  const obstacle = subspaces
    ? 'the cost model charges them. Take at least 1, or the cost model "official"'
    : "the manifest has no /subspaces. Take at least 1";
  throw errors.manifestInvalid(file, [`/budget/queries: 0 evaluates the first centres only, and ${obstacle}`]);
}

type Known = ReadonlyMap<string, { plugin: Plugin; version: string; module?: ModuleFile }>;
const key = (kind: Kind, name: string) => `${kind} ${name}`;

/** The built-in plugins and those of the modules that a manifest names. */
export async function knownPlugins({ file, catalogue, importModule }: ManifestSource, specifiers: readonly string[]): Promise<Known> {
  const known = new Map<string, { plugin: Plugin; version: string; module?: ModuleFile }>(
    catalogue.map((plugin) => [key(plugin.kind, plugin.name), { plugin, version: VERSION }]),
  );
  for (const [i, specifier] of specifiers.entries()) {
    const { exports, version, module } = await importModule(specifier);
    for (const plugin of pluginsOf(exports, specifier, `/plugins/${i} of ${file}`)) {
      const name = key(plugin.kind, plugin.name);
      if (known.has(name)) throw errors.pluginDuplicate(plugin.kind, plugin.name, `/plugins/${i} of ${file}`);
      known.set(name, { plugin, version, module });
    }
  }
  return known;
}

/** Finds the plugin of a slot, checks its options, and fills in their defaults. */
export function resolveSlot<K extends Kind>(file: string, known: Known, kind: K, pointer: string, { use, options }: RawSlot): Slot<K> {
  const entry = known.get(key(kind, use));
  if (!entry) {
    const others = [...known.values()].filter(({ plugin }) => plugin.kind === kind).map(({ plugin }) => plugin.name);
    throw errors.pluginUnknown(kind, use, `${pointer} of ${file}`, others);
  }
  const problems = problemsOf(entry.plugin.options, options, `${pointer}/options`);
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  return { ...entry, file, pointer, plugin: entry.plugin as Plugin<K>, options };
}

/** The space of a manifest that is no experiment's; frozen. */
export function resolveLoneSpace(file: string, known: Known, slot: string | Partial<RawSlot>): Slot<"space"> {
  const space = resolveSlot(file, known, "space", "/space", fullSlot(slot));
  deepFreeze(space.options);
  return space;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}
