/**
 * Takes out of dist/ what nobody reads there: comments in JavaScript, which stand in the declarations, too, and
 * declarations that follow from no entry of the package.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformed } from "./package/source-maps.ts";

/** The working folder is the repository. */
export async function trim(): Promise<void> {
  const files = readdirSync("dist", { recursive: true, encoding: "utf8" }).map((path) => join("dist", path));
  const needed = declarationsFrom(entries());
  for (const file of files.filter((file) => file.endsWith(".d.ts"))) if (!needed.has(file)) rmSync(file);
  for (const file of files.filter((file) => file.endsWith(".js"))) {
    const options = { legalComments: "none", charset: "utf8", target: "es2022" } as const;
    writeFileSync(file, await transformed(file, readFileSync(file, "utf8"), options));
  }
}

/** The declarations that package.json names. */
function entries(): string[] {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly exports: Record<string, { readonly types?: string }> };
  return Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [join(types)]));
}

/** They, and all that they import of ours. */
function declarationsFrom(entries: readonly string[]): ReadonlySet<string> {
  const found = new Set(entries);
  for (const file of found)
    for (const [, imported] of readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport\(?) ?"(\.[^"]+)"/g)) {
      const declared = join(dirname(file), imported!.replace(/\.[jt]s$/, ".d.ts"));
      if (existsSync(declared)) found.add(declared);
    }
  return found;
}
