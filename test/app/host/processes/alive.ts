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

/** Milliseconds after which a process that has not ended never will. */
const PATIENCE = 60_000;

/** Fulfilled when none of the processes is alive. */
export async function allEnded(pids: readonly number[]): Promise<void> {
  for (const began = performance.now(); pids.some(isAlive); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (performance.now() - began > PATIENCE) throw new Error(`${pids.filter(isAlive).join(", ")} have not ended`);
}
