/** A path as people type it: relative to the working folder where that is shorter. @module */
import { relative } from "node:path";
import process from "node:process";

export function shortPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : near || ".";
}
