/**
 * Slots: the places of a manifest that name a plugin, from what is written there to the plugin with its options,
 * checked against the plugin's schema and complete.
 *
 * @module
 */
import type { ModuleFile } from "../errors/index.ts";
import * as errors from "../errors/index.ts";
import { deepFreeze } from "../json/deep-freeze.ts";
import { problemsOf } from "../json/schema.ts";
import { pluginsOf } from "../plugin/checks/literal.ts";
import type { Kind, Plugin } from "../plugin/plugin.ts";
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
  /** Where it is. */
  readonly module: ModuleFile;
}

/** A plugin that a manifest can name, with what identifies its code. */
type KnownPlugin = Pick<Slot, "plugin" | "version" | "module">;
export type KnownPlugins = ReadonlyMap<string, KnownPlugin>;

const key = (kind: Kind, name: string) => `${kind} ${name}`;

/** The built-in plugins and those of the modules that a manifest names. */
export async function knownPlugins({ file, catalogue, importModule }: PluginSource, specifiers: readonly string[]): Promise<KnownPlugins> {
  const known = new Map<string, KnownPlugin>(catalogue.map((plugin) => [key(plugin.kind, plugin.name), { plugin, version: VERSION }]));
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
  return { ...entry, file, pointer, plugin: entry.plugin as Plugin<K>, options };
}

/** The space of a manifest that is no experiment's; frozen. */
export function resolveLoneSpace(file: string, known: KnownPlugins, slot: string | Partial<RawSlot>): Slot<"space"> {
  const space = resolveSlot(file, known, "space", "/space", fullSlot(slot));
  deepFreeze(space.options);
  return space;
}

/** A slot as a table or a predictor keeps it: the plugin's name, and those of its options that are not the defaults. */
export function shortSlot({ plugin, options }: Pick<Slot, "plugin" | "options">): { readonly use: string; readonly options?: object } {
  const { properties = {} } = plugin.options as { properties?: Readonly<Record<string, { readonly default?: unknown }>> };
  const own = Object.entries(options).filter(([option, value]) => JSON.stringify(properties[option]?.default) !== JSON.stringify(value));
  return { use: plugin.name, ...(own.length > 0 && { options: Object.fromEntries(own) }) };
}
