/** The plugins that people name on a command line: by a module, by a package, or by a manifest that names modules. @module */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { notJson, pluginDuplicate } from "../../../core/errors/index.ts";
import { isObject } from "../../../core/json/merge-patch.ts";
import { parseJson } from "../../../core/json/parse-json.ts";
import { pluginsOf } from "../../../core/plugin/checks/literal.ts";
import type { ListedPlugin, Plugin } from "../../../core/plugin/plugin.ts";
import { MOST } from "../../../training/files/limits.ts";
import { readNamedText } from "../../../training/files/named-file.ts";
import { shortPath } from "../short-path.ts";
import { checkTrusted } from "../trust.ts";
import { foundModule, importModule } from "./import-module.ts";

interface NamedModule {
  readonly specifier: string;
  /** What it is relative to; code runs if its folder is trusted. */
  readonly file: string;
  /** The manifest that names it, or itself. */
  readonly title: string;
  /** The module, and where it is named, for errors. */
  readonly called: string;
}

/**
 * The plugins of what is named: files with modules, packages that are found from the working folder, and manifests, whose
 * modules are meant, and those of the base of a matrix. Several may name one module.
 *
 * @param catalogue  the built-in ones: none of the others may have the name of one
 * @throws EvokeError, as for a manifest that names the module
 */
export async function pluginsNamed(names: readonly string[], catalogue: readonly ListedPlugin[]): Promise<Plugin[]> {
  const plugins: Plugin[] = [];
  const files = new Set<string>();
  for (const module of names.flatMap((name) => (isManifest(name) ? modulesOf(readManifest(name), name) : [moduleNamed(name)]))) {
    const file = foundModule(module.specifier, module.file, module.called);
    if (files.has(file)) continue;
    files.add(file);
    for (const plugin of await pluginsIn(module)) {
      const { kind, name } = plugin;
      const others = [...catalogue, ...plugins];
      if (others.some((other) => other.kind === kind && other.name === name)) throw pluginDuplicate(kind, name, module.title);
      plugins.push(plugin);
    }
  }
  return plugins;
}

/** The plugins of a module. @throws EvokeError UNTRUSTED, MODULE_UNLOADABLE, PLUGIN_MALFORMED */
export async function pluginsIn({ specifier, file, title, called }: NamedModule): Promise<Plugin[]> {
  foundModule(specifier, file, called); // what is not there is told before whose it is
  await checkTrusted(dirname(resolve(file)), title, `the module ${specifier}`);
  const { exports } = await importModule(specifier, file, called);
  return pluginsOf(exports, specifier, title);
}

export function isManifest(name: string): boolean {
  return /\.jsonc?$/.test(name);
}

/** Whether a text names a file, as a path or by its ending, and not a package. */
export function isPath(name: string): boolean {
  return isManifest(name) || /^\.{0,2}[\\/]|\.[cm]?[jt]sx?$/.test(name) || existsSync(name);
}

/** A file, or else a package that is found from the working folder, as a manifest beside it would name it. */
export function moduleNamed(name: string): NamedModule {
  const folder = isPath(name) ? dirname(resolve(name)) : process.cwd();
  return { specifier: isPath(name) ? `./${basename(name)}` : name, file: join(folder, "manifest.json"), title: name, called: `"${name}"` };
}

/** The modules of a manifest of any kind. Nothing else of it is checked: it may be one that is being written. */
function modulesOf({ plugins, base }: Record<string, unknown>, path: string): NamedModule[] {
  const specifiers = Array.isArray(plugins) ? plugins.filter((one) => typeof one === "string") : [];
  const own = specifiers.map((specifier, i) => ({
    specifier,
    file: path,
    title: path,
    called: `"${specifier}" at /plugins/${i} of ${path}`,
  }));
  if (isObject(base)) return [...own, ...modulesOf({ ...base, base: undefined }, path)];
  if (typeof base !== "string") return own;
  const file = shortPath(join(dirname(path), base));
  return [...own, ...modulesOf({ ...readManifest(file), base: undefined }, file)];
}

function readManifest(path: string): Record<string, unknown> {
  const text = readNamedText({ path, what: "the manifest", most: MOST.manifest });
  const parsed = parseJson(text);
  if ("problem" in parsed) throw notJson(path, text, parsed);
  return isObject(parsed.value) ? parsed.value : {};
}
