/**
 * Maps from dist/ to our sources in TypeScript, for the stacks that `--debug` shows in a clone (app/host/original-places.ts).
 * Each step of the build takes up the maps of the one before it, and leaves its own beside its files: `x.js.map`. Files do
 * not name them, and the package does not have them.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { type TransformOptions, transform } from "esbuild";
import type { Plugin } from "rollup";

const NAMED = /\n\/\/# sourceMappingURL=.*\n?$/;

/** Has rollup begin with the maps that lie beside modules. */
export const takingUpMaps: Plugin = {
  name: "taking up maps",
  load(id) {
    if (!existsSync(`${id}.map`)) return null;
    return { code: readFileSync(id, "utf8").replace(NAMED, "\n"), map: JSON.parse(readFileSync(`${id}.map`, "utf8")) };
  },
};

/** Transforms a file in place, and its map with it. */
export async function transformed(file: string, options: TransformOptions): Promise<void> {
  const text = readFileSync(file, "utf8").replace(NAMED, "\n");
  const before = existsSync(`${file}.map`) ? readFileSync(`${file}.map`).toString("base64") : undefined;
  const inline = before === undefined ? "" : `//# sourceMappingURL=data:application/json;base64,${before}\n`;
  const mapping = { sourcemap: "external", sourcesContent: false, sourcefile: basename(file) } as const;
  const { code, map } = await transform(text + inline, { ...options, ...(before !== undefined && mapping) });
  writeFileSync(file, code);
  if (before !== undefined) writeFileSync(`${file}.map`, map);
}
