/**
 * Makes dist/ small for whoever installs it: JavaScript is minified, but for the names that stacks show, and what
 * no entry of the package leads to is left out: declarations at once, modules when it is packed.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TransformOptions } from "esbuild";
import { parseAst } from "rollup/parseAst";
import { trimDeclarations } from "./package/declarations.ts";
import { transformed } from "./package/source-maps.ts";

/** The working folder is the repository. */
export async function trim(): Promise<void> {
  const files = readdirSync("dist", { recursive: true, encoding: "utf8" }).map((path) => join("dist", path));
  const { modules, declarations } = entries();
  trimDeclarations(declarations);
  const scripts = files.filter((file) => file.endsWith(".js"));
  for (const file of scripts) writeFileSync(file, await minified(file));
  // Imports, and files of worker threads.
  const reached = reachedFrom(modules, /["'`](\.\.?\/[^"'`\n]*?\.js)["'`]/g);
  const left = scripts.filter((file) => !reached.has(file) && !file.startsWith(join(...PAGES)));
  // In this clone they stay, for tests; npm reads this file.
  writeFileSync("dist/.npmignore", left.map((file) => `${file.replaceAll("\\", "/").replace("dist", "")}\n`).join(""));
}

/** What runs in browsers: no module imports it. */
const PAGES = ["dist", "app", "page"];

/** Names of functions and classes stay, but for those within others; so do names of methods, but for private ones. */
async function minified(file: string): Promise<string> {
  const text = readFileSync(file, "utf8");
  const options: TransformOptions = { minify: true, legalComments: "none", charset: "utf8", target: "es2022" };
  const withNames: TransformOptions = { ...options, minifyIdentifiers: false };
  const outside = parseAst(text).body.filter(({ type }) => /^(Im|Ex)port/.test(type)) as (Node & {
    source?: unknown;
    declaration?: unknown;
  })[];
  // What a module declares esbuild would rename as well, what a script declares it does not.
  const isOnlyModule = /\bimport\.meta\b|^await\b/m.test(text) || outside.some(({ declaration }) => declaration);
  if (isOnlyModule) return transformed(file, text, withNames);
  const isExport = ({ type, source }: (typeof outside)[number]) => type.startsWith("Export") && !source;
  const imports = outside.filter((node) => !isExport(node));
  // Blank, so that the map has the lines of all of it.
  const blank = (part: string) => part.replaceAll(/[^\n]/g, " ");
  const script = outside.reduceRight(
    (rest, { start, end }) => rest.slice(0, start) + blank(rest.slice(start, end)) + rest.slice(end),
    text,
  );
  const code = await transformed(file, script, options, imports.length);
  const tight = (nodes: readonly Node[]) =>
    nodes
      .map(
        ({ start, end }) =>
          `${text
            .slice(start, end)
            .replace(/\s+/g, " ")
            .replace(/ ?([{},;*]) ?/g, "$1")}\n`,
      )
      .join("");
  const [shebang = ""] = /^#!.*\n/.exec(code) ?? [];
  return shebang + tight(imports) + code.slice(shebang.length) + tight(outside.filter(isExport));
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** What package.json names. */
function entries(): { readonly modules: string[]; readonly declarations: string[] } {
  const { exports, bin } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly exports: Record<string, { readonly types?: string; readonly default?: string }>;
    readonly bin: Record<string, string>;
  };
  const named = (key: "types" | "default") => Object.values(exports).flatMap(({ [key]: path }) => (path === undefined ? [] : [join(path)]));
  return { modules: [...named("default"), ...Object.values(bin).map((path) => join(path))], declarations: named("types") };
}

/**
 * Files, and all of ours that they name.
 * @param name  its first group is a path relative to the file
 */
function reachedFrom(files: readonly string[], name: RegExp): ReadonlySet<string> {
  const found = new Set(files);
  for (const file of found)
    for (const [, path] of readFileSync(file, "utf8").matchAll(name)) {
      const named = join(dirname(file), path!);
      if (existsSync(named)) found.add(named);
    }
  return found;
}
