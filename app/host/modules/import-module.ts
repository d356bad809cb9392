/** Imports modules that a manifest names under /plugins. @module */
import { realpathSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { EvokeError, moduleUnloadable } from "../../../core/errors/index.ts";
import type { ImportedModule } from "../../../core/manifest/slots.ts";
import { MOST } from "../../../training/files/limits.ts";
import { checkNamed } from "../../../training/files/named-file.ts";
import { shortPath } from "../short-path.ts";
import { codeDigest } from "./code-digest.ts";
import { resolveImport } from "./resolve.ts";

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
  if (!loading) imported.set(file, (loading = load(file)));
  return loading.catch((error: Error) => {
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
  } catch (error) {
    if (error instanceof EvokeError) throw error;
    throw moduleUnloadable(called, file && shortPath(file), error as Error);
  }
}

const calledIn = (specifier: string, manifest: string) => `"${specifier}" at /plugins of ${manifest}`;

/** The file of a module as a manifest names it; links are not followed yet. */
export function moduleFile(specifier: string, manifest: string): string {
  // A path may have letters that mean something in a URL, so it becomes one only when it is complete.
  if (isAbsolute(specifier) || /^\.\.?[\\/]/.test(specifier)) return resolve(dirname(manifest), specifier);
  return fileURLToPath(resolveImport(specifier, manifest));
}

async function load(file: string): Promise<ImportedModule> {
  const url = pathToFileURL(file).href;
  const exports = (await import(url)) as object;
  return { exports, version: codeDigest(file), module: { file: shortPath(file), url } };
}
