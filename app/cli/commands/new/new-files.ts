/** What `evoke new` has in common, whatever is made: names, files that are never written over, what to do next. @module */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { cannotWriteFile, filesThere, nameInvalid } from "../../../../core/errors/index.ts";
import { isPluginName, MOST_IN_NAME } from "../../../../core/plugin/checks/literal.ts";
import { ownPlace } from "../../../host/store/own-place.ts";
import { print } from "../../streams.ts";

/** Texts by the paths of files. */
export type NewFiles = Readonly<Record<string, string>>;

/** With the article that it has in a sentence. */
export function withArticle(what: string): string {
  return `${/^[aeiou]/.test(what) ? "an" : "a"} ${what}`;
}

/** @throws EvokeError NAME_INVALID */
export function checkName(what: string, name: string): void {
  if (isPluginName(name)) return;
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
  const joined = words.replaceAll(/[^a-z0-9]+/g, "-").slice(0, MOST_IN_NAME);
  const better = joined.replaceAll(/^-|-$/g, "");
  throw nameInvalid(what, name, MOST_IN_NAME, better || `my-${what}`);
}

/**
 * Writes the files, all of them or none.
 * @param what  what they make, for errors
 * @throws EvokeError FILES_THERE, CANNOT_WRITE
 */
export async function writeNew(what: string, files: NewFiles): Promise<void> {
  const there = Object.keys(files).filter((path) => existsSync(path));
  if (there.length > 0) throw filesThere(what, there);
  for (const [path, text] of Object.entries(files)) {
    ownPlace(".", path);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { flag: "wx" });
    } catch (error) {
      throw cannotWriteFile(path, error as NodeJS.ErrnoException);
    }
  }
}

/**
 * Says what was made, and the commands that come next, as they can be pasted.
 * @param files  by their paths, what is in each
 * @param others  files that need no word
 */
export function tellMade(what: string, files: NewFiles, next: readonly string[], others: readonly string[] = []): void {
  const width = Math.max(...Object.keys(files).map((path) => path.length));
  const lines = Object.entries(files).map(([path, holds]) => `  ${path.padEnd(width)}  ${holds}\n`);
  const rest = others.length > 0 ? `  ${others.join(", ")}\n` : "";
  print(`Made ${what}:\n${lines.join("")}${rest}\nNext: ${next.join(" && ")}\n`);
}

/** How this command was called: `npx` sets npm_command, and Deno has a task. */
export function evokeCommand(): string {
  if ("Deno" in globalThis) return "deno task evoke";
  return process.env.npm_command === "exec" ? "npx evoke" : "evoke";
}

/** A path in the working folder, for what asks where files would lie. */
export function inWorkingFolder(path: string): string {
  return join(process.cwd(), path);
}
