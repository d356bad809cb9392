/**
 * What pages bring with them: their own scripts and styles, which `npm run build` makes of app/page, and Vega's build for
 * browsers, which lies in its package.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { resolve } from "import-meta-resolve";
import { cannotReadFile } from "../../../core/errors/index.ts";

/** Seen from the sources, and from dist/. */
const BUILT = new URL(import.meta.url.endsWith(".ts") ? "../../../dist/app/page/" : "../../page/", import.meta.url);

/** @param name  of a file that the build makes: "report.js", "report.css" */
export function pagePart(name: string): Promise<string> {
  return text(new URL(name, BUILT), "In a clone, npm run build makes it.");
}

/** Vega for browsers: a script that sets the global `vega`. */
export function vegaBuild(): Promise<string> {
  return text(new URL("vega.min.js", resolve("vega", import.meta.url)), "Install Evoke again, with the packages that it depends on.");
}

async function text(url: URL, missing: string): Promise<string> {
  const file = fileURLToPath(url);
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw cannotReadFile(file, "a part of Evoke's pages,", cause as Error, missing);
  }
}
