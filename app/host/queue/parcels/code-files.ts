/**
 * What the runtime reads of code that a manifest names: the modules, the package.json files that say how they are loaded, and
 * the links by which they find each other.
 *
 * @module
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { modulesOf } from "../../modules/code-digest.ts";
import { moduleFile } from "../../modules/import-module.ts";
import type { NamedModule } from "../../opened-files.ts";

const PACKAGE = "package.json";
/** Where plugins find Evoke, which every worker has. */
const OWN_NAME = "evoke-nas";

export interface CodeFiles {
  /** Real paths. */
  readonly files: ReadonlySet<string>;
  /** Of files that are sent with other content than they have. */
  readonly replaced: ReadonlyMap<string, string>;
  /** Where a link is, and where it leads: a real path. */
  readonly links: Map<string, string>;
}

/** @param placed  where what a manifest names is, among real paths */
export function codeFilesOf(modules: readonly NamedModule[], placed: (path: string) => string): CodeFiles {
  const files = new Set<string>();
  const links = new Map<string, string>();
  const addLink = (specifier: string, folder: string, place: (path: string) => string) => {
    const path = linkable(specifier, folder);
    if (path === undefined) return;
    const real = realpathSync(path);
    if (place(path) !== real) links.set(place(path), real);
  };
  for (const { specifier, folder } of modules) {
    addLink(specifier, folder, placed);
    const entry = realpathSync(moduleFile(specifier, join(folder, PACKAGE)));
    for (const [file, { imports }] of modulesOf(entry)) {
      if (files.has(file)) continue;
      files.add(file);
      for (const one of imports) addLink(one.specifier, dirname(file), (path) => path);
    }
  }
  const replaced = new Map<string, string>();
  for (const file of packageFilesOf(files)) {
    files.add(file);
    const text = ownPackage(file);
    if (text !== undefined) replaced.set(file, text);
  }
  return { files, replaced, links };
}

/** What of a specifier may be a link: the folder of a package, or the path itself where it has no extension to be found. */
function linkable(specifier: string, folder: string): string | undefined {
  if (/^\.\.?([\\/]|$)/.test(specifier)) {
    const path = resolve(folder, specifier);
    return [path, dirname(path)].find(existsSync);
  }
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  if (name === undefined || name === OWN_NAME) return undefined;
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "node_modules", name);
    if (existsSync(path)) return path;
    if (at === dirname(at)) return undefined;
  }
}

/** Of a file in a package all up to that of the package, of others the nearest. */
function packageFilesOf(files: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  for (const file of files) {
    const installed = /[\\/]node_modules[\\/]/.test(file);
    for (let folder = dirname(file); !seen.has(folder); folder = dirname(folder)) {
      seen.add(folder);
      const own = join(folder, PACKAGE);
      if (existsSync(own)) found.add(own);
      const parent = basename(dirname(folder));
      const ends = installed
        ? parent === "node_modules" || (parent.startsWith("@") && basename(dirname(dirname(folder))) === "node_modules")
        : found.has(own);
      if (ends || folder === dirname(folder)) break;
    }
  }
  return found;
}

/** Evoke's own package.json says where its parts are, which are not sent. What is left of it says how its examples are loaded. */
function ownPackage(file: string): string | undefined {
  const { name, type } = JSON.parse(readFileSync(file, "utf8")) as { readonly name?: string; readonly type?: string };
  return name === OWN_NAME ? JSON.stringify({ type }) : undefined;
}
