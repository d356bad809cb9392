/** Groups of processes: a program and what it has started, such as the workers that load its data. @module */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds that programs have to end by themselves. */
const GRACE = 5_000;
/** Milliseconds after which those that were killed are not waited for any longer: the system may not let go of them. */
const LAST = 2_000;
const LOOK_EVERY = 50;

/** Asks all processes of a group to end, and kills those that have not after five seconds. @returns when none is left */
export async function endGroup(group: number): Promise<void> {
  for (const [signal, patience] of [["SIGTERM", GRACE] as const, ["SIGKILL", LAST] as const]) {
    if (!isAlive(group)) return;
    send(group, signal);
    for (const began = performance.now(); performance.now() - began < patience; await delay(LOOK_EVERY)) if (!isAlive(group)) return;
  }
}

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false; // there is none of the group, or none that may be sent anything
  }
}

/** Processes that have ended count for as long as nobody has asked how; in a container that may be for ever. */
function isAlive(group: number): boolean {
  return send(group, 0) && (!existsSync("/proc/self/stat") || readdirSync("/proc").some((name) => isMember(name, group)));
}

function isMember(name: string, group: number): boolean {
  if (!/^\d+$/.test(name)) return false;
  try {
    // PID (NAME) STATE PARENT GROUP …, where a name can have brackets and spaces in it
    const stat = readFileSync(`/proc/${name}/stat`, "latin1");
    const [state, , its] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(its) === group && state !== "Z" && state !== "X";
  } catch {
    return false; // it has just ended
  }
}
