/** How runs and evaluations that failed are told. @module */
import type { RunResult } from "../../core/record/result.ts";
import { withOriginalPlaces } from "../host/original-places.ts";
import type { FailedRun } from "../host/run/run-seed.ts";
import type { EvaluationFailures } from "../host/store/failed-evaluations.ts";
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
    const more = `${thrown ? `\n  Thrown at ${thrown}` : ""}${debug && stack ? `\n${withOriginalPlaces(stack)}` : ""}`;
    return `${seedsText(runs.map(({ seed }) => seed))}${of} failed: ${reason}${more}`;
  });
}

/** Reasons that are named on the terminal, and characters of each; the report has all. */
const [REASONS, LENGTH] = [3, 160];

/** A line for what failed within runs, one for each of the most frequent reasons, and one for what was stopped early. */
export function evaluationLines(failures: EvaluationFailures | undefined, stopped: RunResult["stopped"]): string[] {
  return [
    ...(failures ? evaluationFailureLines(failures) : []),
    ...(stopped?.trainings
      ? [
          `${whole(stopped.trainings)} ${stopped.trainings === 1 ? "training" : "trainings"} stopped early, ${whole(stopped.epochs)} epochs saved`,
        ]
      : []),
  ];
}

function evaluationFailureLines({ evaluations, tries, rejected, runs, reasons, further = 0 }: EvaluationFailures): string[] {
  const named = reasons.slice(0, REASONS);
  const others = reasons.length - named.length + further;
  const where = runs === 1 ? "in one run" : `in ${whole(runs)} runs`;
  return [
    `${whole(rejected)} of ${whole(evaluations)} evaluations failed, and ${whole(tries - rejected)} further tries, ${where}:`,
    ...named.map(({ reason, tries, seed }) => `  ${whole(tries)} ×  ${oneLine(reason)} (first with seed ${seed})`),
    ...(others > 0 ? [`  and for ${whole(others)} other ${others === 1 ? "reason" : "reasons"}`] : []),
  ];
}

function oneLine(reason: string): string {
  const line = reason.trim().split("\n")[0]!;
  return line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
}
