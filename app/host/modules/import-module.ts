/** Imports modules that a manifest names under /plugins. @module */
import { realpathSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { EvokeError, errorThrown, moduleSlow, moduleUnloadable, moduleUnsettled } from "../../../core/errors/index.ts";
import type { ImportedModule } from "../../../core/manifest/slots.ts";
import { MOST } from "../../../training/files/limits.ts";
import { checkNamed } from "../../../training/files/named-file.ts";
import { settled } from "../run/settle.ts";
import { shortPath } from "../short-path.ts";
import { codeDigest } from "./code-digest.ts";
import { importing } from "./foreign-modules.ts";
import { resolveImport } from "./resolve.ts";
import { watched } from "./watched.ts";

/**
 * What a module may take to define its plugins. It includes reading all that it imports, on a machine that has much else
 * to do.
 */
const MOST_SECONDS = 60;

/** By file; the runtime imports a module once as well. */
const imported = new Map<string, Promise<ImportedModule>>();

/**
 * Imports a module: a file relative to the manifest, or a package that is found from the manifest's folder.
 * @param called  the module, and where it is named, for errors
 * @throws EvokeError MODULE_UNLOADABLE
 */
export async function importModule(specifier: string, manifest: string, called = calledIn(specifier, manifest)): Promise<ImportedModule> {
  const file = foundModule(specifier, manifest, called);
  let loading = imported.get(file);
  if (!loading) imported.set(file, (loading = load(file, called)));
  return loading.catch((whatever: unknown) => {
    const error = errorThrown(whatever);
    if (error instanceof EvokeError) throw error;
    throw moduleUnloadable(called, shortPath(file), error);
  });
}

/** The file that would be imported, without links; nothing of it is run. @throws EvokeError MODULE_UNLOADABLE */
export function foundModule(specifier: string, manifest: string, called: string): string {
  let file: string | undefined;
  try {
    file = realpathSync(moduleFile(specifier, resolve(manifest)));
    checkNamed({ path: file, shown: shortPath(file), what: "the module", most: MOST.module });
    return file;
  } catch (whatever) {
    const error = errorThrown(whatever);
    if (error instanceof EvokeError) throw error;
    throw moduleUnloadable(called, file && shortPath(file), error);
  }
}

const calledIn = (specifier: string, manifest: string) => `"${specifier}" at /plugins of ${manifest}`;

/** The file of a module as a manifest names it; links are not followed yet. */
export function moduleFile(specifier: string, manifest: string): string {
  // A path may have letters that mean something in a URL, so it becomes one only when it is complete.
  if (isAbsolute(specifier) || /^\.\.?[\\/]/.test(specifier)) return resolve(dirname(manifest), specifier);
  return fileURLToPath(resolveImport(specifier, manifest));
}

async function load(file: string, called: string): Promise<ImportedModule> {
  const url = pathToFileURL(file).href;
  const module = { file: shortPath(file), url };
  const over = importing(called, module);
  try {
    return { exports: await exportsOf(url, called), version: codeDigest(file), module };
  } finally {
    over();
  }
}

/** @throws EvokeError MODULE_UNLOADABLE, where the code of the module does not come to an end */
async function exportsOf(url: string, called: string): Promise<object> {
  const unwatch = watched(called, MOST_SECONDS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(moduleSlow(called, MOST_SECONDS)), MOST_SECONDS * 1000).unref();
  });
  try {
    return await Promise.race([settled(import(url) as Promise<object>), late]);
  } catch (error) {
    throw errorThrown(error) === error && (error as EvokeError).code === "NEVER_SETTLES" ? moduleUnsettled(called) : error;
  } finally {
    clearTimeout(timer);
    unwatch();
  }
}
