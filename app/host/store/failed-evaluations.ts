/** What failed within runs that went on, with the logs that their journals have. @module */
import { type FailuresOfRuns, joinedFailures, type ReasonOfRuns } from "../../../core/record/failures.ts";
import type { RunResult } from "../../../core/record/result.ts";
import type { RunStore } from "./run-store.ts";

/** Evaluations that failed in runs that went on. */
export type EvaluationFailures = FailuresOfRuns<ReasonOfRuns & { readonly log?: string }>;

/** Why evaluations of these runs failed; undefined if none did. */
export function evaluationFailures(
  store: RunStore,
  digest: string,
  runs: Iterable<Pick<RunResult, "seed" | "failed" | "retried">>,
): EvaluationFailures | undefined {
  const found = joinedFailures(failuresOf(store, digest, runs));
  return found && { ...found, reasons: withLogs(store, digest, found.reasons) };
}

function* failuresOf(store: RunStore, digest: string, runs: Iterable<Pick<RunResult, "seed" | "failed" | "retried">>) {
  for (const { seed, failed, retried } of runs) {
    const failures = failed || retried ? store.trajectory(digest, seed)?.failures : undefined;
    if (failures) yield { seed, failures };
  }
}

/** Adds the log of the first failure for each reason, where the run's journal has it. */
export function withLogs(
  { evaluations }: Pick<RunStore, "evaluations">,
  digest: string,
  reasons: readonly ReasonOfRuns[],
): EvaluationFailures["reasons"] {
  const journals = new Map<number, ReturnType<typeof evaluations.journal>>();
  return reasons.map((one) => {
    const { seed, architecture, reason } = one;
    const journal = journals.get(seed) ?? evaluations.journal(digest, seed);
    journals.set(seed, journal);
    const begins = reason.endsWith("…") ? reason.slice(0, -1) : reason;
    const failures = journal.flatMap((entry) => (entry.architecture === architecture ? entry.evaluated.failures : []));
    const log = failures.find((failure) => failure.log && failure.reason.startsWith(begins))?.log;
    return log === undefined ? one : { ...one, log: endOf(log) };
  });
}

/** Lines and characters of a log that are shown: its end says what went wrong. */
const [LINES, CHARACTERS] = [20, 4000];

function endOf(log: string): string {
  return log.trimEnd().split("\n").slice(-LINES).join("\n").slice(-CHARACTERS);
}
