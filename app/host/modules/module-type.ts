/** What the runtime takes the modules of a folder for, and which languages it reads. @module */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

/**
 * What files that end in .js or .ts are there: what the nearest package.json says. Where it says nothing, Node looks into
 * each file, and warns; Deno takes them for modules.
 */
export function packageType(folder: string): "module" | "commonjs" | "unsaid" {
  const unsaid = "Deno" in globalThis ? "module" : "unsaid";
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "package.json");
    if (existsSync(file)) {
      try {
        const { type } = JSON.parse(readFileSync(file, "utf8")) as { readonly type?: string };
        return type === "module" || type === "commonjs" ? type : unsaid;
      } catch {
        return unsaid;
      }
    }
    if (at === dirname(at)) return unsaid;
  }
}

/** Whether this runtime reads TypeScript: Deno, and Node from 22.18 on. */
export function readsTypeScript(): boolean {
  return "Deno" in globalThis || ("typescript" in process.features && Boolean(process.features.typescript));
}
