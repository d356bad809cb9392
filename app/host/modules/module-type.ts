/** What the runtime takes the modules of a folder for, and which languages it reads. @module */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { plainJson } from "../../../core/json/plain-json.ts";
import { MOST } from "../../../training/files/limits.ts";
import { readNamedText } from "../../../training/files/named-file.ts";

/**
 * Whether files that end in .js or .ts are modules there, as the nearest package.json says. Where it says nothing, Node looks
 * into each file, and warns; Deno takes them for modules.
 */
export function holdsModules(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "package.json");
    if (existsSync(file)) return typeIn(file) === "module" || ("Deno" in globalThis && typeIn(file) !== "commonjs");
    if (at === dirname(at)) return "Deno" in globalThis;
  }
}

function typeIn(file: string): unknown {
  try {
    return (plainJson(readNamedText({ path: file, what: "the package", most: MOST.manifest })) as { readonly type?: unknown }).type;
  } catch {
    return undefined; // it says nothing
  }
}

/** Whether this runtime reads TypeScript: Deno, and Node from 22.18 on. */
export function readsTypeScript(): boolean {
  return "Deno" in globalThis || ("typescript" in process.features && Boolean(process.features.typescript));
}
