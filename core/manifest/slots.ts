/**
 * Slots: the places of a manifest that name a plugin, from what is written there to the plugin with its options,
 * checked against the plugin's schema and complete.
 *
 * @module
 */
import * as errors from "../errors/index.ts";
import { problemsOf } from "../json/schema.ts";
import { KINDS, type Kind, type Plugin } from "../plugin/plugin.ts";
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
}

/** A slot as it is written, in full. */
export interface RawSlot {
  use: string;
  options: Record<string, unknown>;
}

/** Where the plugins that a manifest names come from. */
export interface PluginSource {
  /** The manifest's, for errors. */
  readonly file: string;
  /** The built-in plugins. */
  readonly catalogue: readonly Plugin[];
  /** Imports a module that the manifest names under /plugins. */
  importModule(specifier: string): Promise<ImportedModule>;
}

export interface ImportedModule {
  readonly exports: object;
  /** Identifies the code, for the digest. */
  readonly version: string;
}

/** The plugins that a manifest can name, each with what identifies its code. */
export type KnownPlugins = ReadonlyMap<string, { readonly plugin: Plugin; readonly version: string }>;

const key = (kind: Kind, name: string) => `${kind} ${name}`;

/** The built-in plugins and those of the modules that a manifest names. */
export async function knownPlugins({ file, catalogue, importModule }: PluginSource, specifiers: readonly string[]): Promise<KnownPlugins> {
  const known = new Map(catalogue.map((plugin) => [key(plugin.kind, plugin.name), { plugin, version: VERSION }]));
  for (const [i, specifier] of specifiers.entries()) {
    const { exports, version } = await importModule(specifier);
    const found = pluginsOf(exports, (problem) => errors.pluginMalformed(specifier, `/plugins/${i} of ${file}`, problem));
    for (const plugin of found) {
      const name = key(plugin.kind, plugin.name);
      if (known.has(name)) throw errors.pluginDuplicate(plugin.kind, plugin.name, `/plugins/${i} of ${file}`);
      known.set(name, { plugin, version });
    }
  }
  return known;
}

/** The plugins among a module's exports, each checked for its shape. */
function pluginsOf(exports: object, malformed: (problem: string) => Error): Plugin[] {
  const found = new Set<object>();
  for (const value of Object.values(exports).flat()) if (typeof value === "object" && value !== null && "kind" in value) found.add(value);
  if (found.size === 0)
    throw malformed('it exports no plugin, that is no object with "kind", "name", "summary", "options", "needs" and "create"');
  for (const candidate of found as Set<Record<string, unknown>>) {
    const { kind, name, summary, options, needs, create } = candidate;
    const who = typeof name === "string" ? `plugin "${name}"` : "a plugin";
    if (!KINDS.includes(kind as Kind))
      throw malformed(`the kind of ${who} must be one of ${KINDS.join(", ")}; found ${JSON.stringify(kind)}`);
    if (typeof name !== "string" || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
      throw malformed(`a name is lower-case words joined by hyphens; found ${JSON.stringify(name)}`);
    if (typeof summary !== "string") throw malformed(`${who} has no "summary"`);
    if (typeof options !== "object" || options === null) throw malformed(`${who} has no "options", the JSON Schema of its options`);
    if (!Array.isArray(needs)) throw malformed(`${who} has no "needs", the list of what create is handed`);
    if (typeof create !== "function") throw malformed(`${who} has no function "create"`);
    try {
      problemsOf(options, {});
    } catch (error) {
      throw malformed(`the options schema of ${who} is wrong: ${(error as Error).message}`);
    }
  }
  return [...found] as Plugin[];
}

/** A slot given as a name alone is one without options. */
export function fullSlot(slot: string | Partial<RawSlot>): RawSlot {
  return typeof slot === "string" ? { use: slot, options: {} } : { use: slot.use!, options: slot.options ?? {} };
}

/** Finds the plugin of a slot, checks its options, and fills in their defaults. */
export function resolveSlot<K extends Kind>(
  file: string,
  known: KnownPlugins,
  kind: K,
  pointer: string,
  { use, options }: RawSlot,
): Slot<K> {
  const entry = known.get(key(kind, use));
  if (!entry) {
    const others = [...known.values()].filter(({ plugin }) => plugin.kind === kind).map(({ plugin }) => plugin.name);
    throw errors.pluginUnknown(kind, use, `${pointer} of ${file}`, others);
  }
  const problems = problemsOf(entry.plugin.options, options, `${pointer}/options`);
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  return { file, pointer, plugin: entry.plugin as Plugin<K>, options, version: entry.version };
}
