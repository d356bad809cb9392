/**
 * Calls the built command, for scripts whose working folder is the repository. Its progress is seen; where it
 * fails, the script ends with its status.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

/** @returns what it printed */
export function evoke(...args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, ["dist/app/cli/evoke.js", ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
