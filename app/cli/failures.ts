/** How runs that failed are told. @module */
import type { FailedRun } from "../host/run/run-seed.ts";
import { whole } from "./terminal.ts";

/** Up to this many seeds are named. */
const NAMED = 10;

/** Names runs by their seeds, ascending. */
export function seedsText(seeds: readonly number[]): string {
  if (seeds.length === 1) return `The run of seed ${seeds[0]}`;
  const more = seeds.length > NAMED ? ` and ${whole(seeds.length - NAMED)} others` : "";
  return `The run of each of the seeds ${seeds.slice(0, NAMED).join(", ")}${more}`;
}

/**
 * A line for each reason, with all runs that failed for it.
 * @param of  what the runs are of, if that is to be said
 * @param debug  whether the stack of the first of them follows
 */
export function failureLines(failed: readonly FailedRun[], { of = "", debug = false } = {}): string[] {
  const sorted = [...failed].sort((a, b) => a.seed - b.seed);
  return [...new Set(sorted.map(({ message }) => message))].map((reason) => {
    const runs = sorted.filter((run) => run.message === reason);
    const { thrown, stack } = runs[0]!;
    const more = `${thrown ? `\n  Thrown at ${thrown}` : ""}${debug && stack ? `\n${stack}` : ""}`;
    return `${seedsText(runs.map(({ seed }) => seed))}${of} failed: ${reason}${more}`;
  });
}
