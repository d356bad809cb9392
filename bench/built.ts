/**
 * The built package, which is what is measured: tsx compiles sources in a way that slows closures down.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const dist = new URL("../dist/", import.meta.url);

/** The command, as a path. */
export const COMMAND = fileURLToPath(new URL("app/cli/evoke.js", dist));

/** The URL of a module of dist/. */
export const url = (path: string): string => new URL(path, dist).href;

/** Loads a module of dist/; M is the type of its source. */
export async function built<M>(path: string): Promise<M> {
  if (!existsSync(COMMAND)) throw new Error("dist/ is missing: npm run build");
  return (await import(url(path))) as M;
}
