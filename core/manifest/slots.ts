/**
 * Slots: the places of a manifest that name a plugin, from what is written there to the plugin with its options,
 * checked against the plugin's schema and complete.
 *
 * @module
 */
import type { ModuleFile } from "../errors/index.ts";
import * as errors from "../errors/index.ts";
import { checked } from "../json/check.ts";
import { deepFreeze } from "../json/deep-freeze.ts";
import type { Kind, ListedPlugin, Plugin } from "../plugin/plugin.ts";
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
  readonly catalogue: readonly ListedPlugin[];
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
type KnownPlugin = ListedPlugin & Pick<Slot, "version" | "module">;
export type KnownPlugins = ReadonlyMap<string, KnownPlugin>;

const key = (kind: Kind, name: string) => `${kind} ${name}`;

/** The built-in plugins and those of the modules that a manifest names. */
export async function knownPlugins({ file, catalogue, importModule }: PluginSource, specifiers: readonly string[]): Promise<KnownPlugins> {
  const known = new Map<string, KnownPlugin>(
    catalogue.map(({ kind, name, load }) => [key(kind, name), { kind, name, load, version: VERSION }]),
  );
  for (const [i, specifier] of specifiers.entries()) {
    const { pluginsOf } = await import("../plugin/checks/literal.ts"); // with ajv, and most manifests name none
    const { exports, version, module } = await importModule(specifier);
    for (const plugin of pluginsOf(exports, specifier, `/plugins/${i} of ${file}`)) {
      const { kind, name } = plugin;
      if (known.has(key(kind, name))) throw errors.pluginDuplicate(kind, name, `/plugins/${i} of ${file}`);
      known.set(key(kind, name), { kind, name, load: async () => plugin, version, module });
    }
  }
  return known;
}

/** A slot given as a name alone is one without options. */
export function fullSlot(slot: string | Partial<RawSlot>): RawSlot {
  return typeof slot === "string" ? { use: slot, options: {} } : { use: slot.use!, options: slot.options ?? {} };
}

/** The name by which what checks the options of a built-in plugin is found: see checked. */
export const optionsName = (kind: Kind, name: string): string => `options of ${kind} ${name}`;

/** Finds the plugin of a slot, checks its options, and fills in their defaults. */
export async function resolveSlot<K extends Kind>(
  file: string,
  known: KnownPlugins,
  kind: K,
  pointer: string,
  { use, options }: RawSlot,
): Promise<Slot<K>> {
  const entry = known.get(key(kind, use));
  if (!entry) {
    const others = [...known.values()].filter((other) => other.kind === kind).map(({ name }) => name);
    throw errors.pluginUnknown(kind, use, `${pointer} of ${file}`, others);
  }
  const { load, version, module } = entry;
  const plugin = (await load()) as Plugin<K>;
  const problems = await checked(module ? undefined : optionsName(kind, use), plugin.options, options, `${pointer}/options`);
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  return { file, pointer, plugin, options, version, ...(module && { module }) };
}

/** The space of a manifest that is no experiment's; frozen. */
export async function resolveLoneSpace(file: string, known: KnownPlugins, slot: string | Partial<RawSlot>): Promise<Slot<"space">> {
  const space = await resolveSlot(file, known, "space", "/space", fullSlot(slot));
  deepFreeze(space.options);
  return space;
}

/** A slot as a table or a predictor keeps it: the plugin's name, and those of its options that are not the defaults. */
export function shortSlot({ plugin, options }: Pick<Slot, "plugin" | "options">): { readonly use: string; readonly options?: object } {
  const { properties = {} } = plugin.options as { properties?: Readonly<Record<string, { readonly default?: unknown }>> };
  const own = Object.entries(options).filter(([option, value]) => JSON.stringify(properties[option]?.default) !== JSON.stringify(value));
  return { use: plugin.name, ...(own.length > 0 && { options: Object.fromEntries(own) }) };
}
