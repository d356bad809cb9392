/** Which processes are alive. @module */
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";

/** True until the process has ended; not while it only waits for somebody to ask how. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (!existsSync("/proc/self/stat")) return true;
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !"ZX".includes(stat[stat.lastIndexOf(")") + 2]!);
  } catch {
    return false;
  }
}

/** Fulfilled when none of the processes is alive. */
export async function allEnded(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
}
