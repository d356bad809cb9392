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

/**
 * Transforms the text of a file, and the map that lies beside it.
 * @param text  of the file, or with parts of it blank
 * @param before  lines that are going to stand before what this gives
 */
export async function transformed(file: string, text: string, options: TransformOptions, before = 0): Promise<string> {
  const plain = text.replace(NAMED, "\n");
  if (!existsSync(`${file}.map`)) return (await transform(plain, options)).code;
  const inline = `//# sourceMappingURL=data:application/json;base64,${readFileSync(`${file}.map`).toString("base64")}\n`;
  const mapping = { sourcemap: "external", sourcesContent: false, sourcefile: basename(file) } as const;
  const { code, map } = await transform(plain + inline, { ...options, ...mapping });
  writeFileSync(`${file}.map`, map.replace('"mappings": "', `"mappings": "${";".repeat(before)}`));
  return code;
}
