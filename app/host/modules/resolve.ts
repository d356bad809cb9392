/** Where a specifier leads, by the rules of the runtime. @module */
import { createRequire, isBuiltin } from "node:module";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import { VERSION } from "../../../core/version.ts";
import type { Import } from "./imports-of.ts";

/** By what this runtime chooses among the files that a package offers for one name. */
const CONDITIONS = new Set([
  ...("Deno" in globalThis ? ["deno"] : []),
  ...["node", "import", "node-addons"],
  ...("require_module" in process.features && process.features.require_module ? ["module-sync"] : []),
]);

/** The URL of what a file imports. @throws Error if nothing is there */
export function resolveImport(specifier: string, file: string): URL {
  return moduleResolve(specifier, pathToFileURL(file), CONDITIONS);
}

/** A file, or what is not read: a module of the runtime's, of Evoke's, of another machine's, or one that is not there. */
export type Target = { readonly file: string } | { readonly unread: string };

/** What a file imports. Optional modules may be absent, so that is no error here; the runtime says so where it is one. */
export function targetOf({ specifier, by }: Import, file: string): Target {
  if (isBuiltin(specifier)) return { unread: "builtin" };
  if (specifier === "evoke-nas" || specifier.startsWith("evoke-nas/")) return { unread: `evoke-nas ${VERSION}` };
  try {
    if (by === "require") return { file: createRequire(file).resolve(specifier) };
    const url = resolveImport(specifier, file);
    return url.protocol === "file:" ? { file: fileURLToPath(url) } : { unread: url.href };
  } catch {
    return { unread: "absent" };
  }
}
