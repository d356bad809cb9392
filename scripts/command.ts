/**
 * Calls the built command, or another script, for scripts whose working folder is the repository. The progress of
 * what is called is seen; where it fails, the script ends with its status.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

/** Runs the built command. @returns what it printed */
export function evoke(...args: readonly string[]): string {
  return node("dist/app/cli/evoke.js", ...args);
}

/** Runs Node. @returns what it printed */
export function node(...args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
