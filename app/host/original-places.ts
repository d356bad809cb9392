/**
 * Stacks in terms of the sources that somebody wrote. Where a module was compiled and its map is there, a place in it
 * becomes the place in the source. The runtime's own maps (`--enable-source-maps`) know only modules that were loaded after
 * they were turned on, and cost time with each; a stack is shown once, at the end, and may come from another process.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import nodeModule from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A place at the end of a line of a stack: a URL of a file, or its path. */
const PLACE = /(file:\/\/[^\s()]+?|(?<=[ (])(?:\/|[A-Za-z]:\\)[^()\n]*?):(\d+):(\d+)(?=\)?$)/gm;

/** The stack with the places of sources, as far as there are maps. */
export function withOriginalPlaces(stack: string): string {
  const maps = new Map<string, ReturnType<typeof mapOf>>();
  return stack.replaceAll(PLACE, (place, module: string, line: string, column: string) => {
    try {
      const file = module.startsWith("file:") ? fileURLToPath(module.replace(/[?#].*$/, "")) : module;
      if (!maps.has(file)) maps.set(file, mapOf(file));
      const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!entry || !("originalSource" in entry)) return place;
      const source = fileURLToPath(new URL(entry.originalSource, pathToFileURL(file)));
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    } catch {
      return place; // the file or its map cannot be read
    }
  });
}

/** The map that a file names, or that lies beside it. */
function mapOf(file: string): InstanceType<typeof nodeModule.SourceMap> | undefined {
  if (!nodeModule.SourceMap || !/\.[cm]?js$/.test(file)) return undefined; // others are run as they were written
  const named =
    [...readFileSync(file, "utf8").matchAll(/^\/\/# sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1] ??
    `${encodeURIComponent(file.split(/[\\/]/).at(-1)!)}.map`;
  const [, inline] = /^data:application\/json[^,]*;base64,(.*)$/.exec(named) ?? [];
  const text = inline === undefined ? readFileSync(new URL(named, pathToFileURL(file)), "utf8") : Buffer.from(inline, "base64").toString();
  return new nodeModule.SourceMap(JSON.parse(text));
}
