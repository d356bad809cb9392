/** What is told of an evaluation. @module */
import { outcomeInvalid } from "../../../core/errors/index.ts";
import { measurementProblem } from "../../../core/plugin/checks/evaluator.ts";
import { found } from "../../../core/plugin/checks/found.ts";
import type { Measurement } from "../../../core/plugin/evaluator.ts";

/** It succeeded. In the unit of the evaluator's metric, as it was measured, whatever its goal. */
export interface Success extends Omit<Measurement, "seconds"> {
  /** What it cost, for the budget; left out, the seconds since it was asked for. */
  readonly seconds?: number | undefined;
}

/** It failed: the manifest's `failures` says what is done then. */
export interface Failed {
  /** Why. */
  readonly failed: string;
  /** The last of what was printed. */
  readonly log?: string | undefined;
}

/** What came of an evaluation: what was measured, or why it failed. */
export type Outcome = Success | Failed;

/** An outcome as it is kept. */
export type Told = Measurement | Failed;

/**
 * An outcome as it is kept.
 * @param seconds  since it was asked for
 * @param names  of the further metrics that it must have
 * @throws EvokeError OUTCOME_INVALID
 */
export function checkedOutcome(query: number, outcome: Outcome, seconds: number, names: readonly string[]): Told {
  const wrong = (expected: string, value: unknown) => outcomeInvalid(query, `it must have ${expected}, and has ${found(value)}`);
  if (typeof outcome !== "object" || outcome === null) throw wrong('"score" or "failed"', outcome);
  if ("failed" in outcome) {
    const { failed, log } = outcome;
    if ("score" in outcome) throw wrong('one of "score" and "failed"', outcome);
    if (typeof failed !== "string" || failed.trim() === "") throw wrong('the reason, a text, as "failed"', failed);
    if (log !== undefined && typeof log !== "string") throw wrong('a text as "log"', log);
    return outcome;
  }
  const measurement = { ...outcome, seconds: outcome.seconds ?? seconds };
  const problem = measurementProblem(measurement, names);
  if (problem) throw wrong(...problem);
  return measurement;
}

/** What the search hears of it. @returns a promise that rejects if it failed */
export async function heard(told: Told): Promise<Measurement> {
  if (!("failed" in told)) return told;
  throw Object.assign(new Error(told.failed), { log: told.log });
}
