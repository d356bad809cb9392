/** Searches whose outcomes are told from outside. @module */
import { EvokeError } from "./evoke-error.ts";

/** An evaluation by its number, as people read it. */
function named(query: number): string {
  return `query ${query}`;
}

function list(queries: readonly number[]): string {
  return queries.length === 0
    ? "Nothing is asked and not told."
    : `Asked and not told: ${queries.length === 1 ? "query" : "queries"} ${queries.join(", ")}.`;
}

/** An outcome was told of an evaluation that nobody was asked for. */
export function notAsked(query: number, asked: readonly number[]): EvokeError {
  return new EvokeError(
    "NOT_ASKED",
    `Cannot take the outcome of ${named(query)}: it was not asked for.\n  Tell only what ask has given, by its query number. ${list(asked)}`,
  );
}

/** An outcome was told twice. */
export function toldAlready(query: number, asked: readonly number[]): EvokeError {
  return new EvokeError(
    "TOLD_ALREADY",
    `Cannot take the outcome of ${named(query)}: it was told already, and what was told first counts.\n  Nothing was changed. ${list(asked)}`,
  );
}

/** An outcome was told that is none. */
export function outcomeInvalid(query: number, problem: string): EvokeError {
  return new EvokeError(
    "OUTCOME_INVALID",
    `Cannot take the outcome of ${named(query)}: ${problem}.\n  Nothing was changed. Tell a finite score, or why the evaluation has failed.`,
  );
}

/** An outcome was told after the end. */
export function searchOver(query: number): EvokeError {
  return new EvokeError("SEARCH_OVER", `Cannot take the outcome of ${named(query)}: the search is over.\n  Nothing was changed.`);
}

/** A search was to be finished before its budget was spent. */
export function searchUnfinished(asked: readonly number[]): EvokeError {
  return new EvokeError(
    "SEARCH_UNFINISHED",
    `Cannot finish the search: it is not over.\n  Go on until ask gives nothing any more, or close the search: what was told is kept. ${list(asked)}`,
  );
}

/** A program waits for the next evaluation, and does nothing that could tell of those that it was asked for. */
export function outcomesUntold(asked: readonly number[]): EvokeError {
  return new EvokeError(
    "OUTCOMES_UNTOLD",
    `Cannot ask for another evaluation: the search waits for the outcomes of those that it has asked for, and nothing in this program goes on that could tell them.\n  Tell them before asking for more. ${list(asked)}`,
  );
}

/** An evaluation failed, and the manifest says to stop then. */
export function searchStopped(query: number, reason: string): EvokeError {
  return new EvokeError(
    "SEARCH_STOPPED",
    `Cannot go on with the search: ${named(query)} failed, and /failures of the manifest says to stop then: ${reason}\n  What was told before is kept. Opened again, the search asks for that evaluation again.`,
  );
}

/** Another process, or another part of this one, is at the run. */
export function searchBusy(file: string, seed: number): EvokeError {
  return new EvokeError(
    "SEARCH_BUSY",
    `Cannot open the search of seed ${seed}: it is open elsewhere, on the same results in ${file}.\n  Wait until it is finished or closed there, or choose another seed, or another folder for the results.`,
  );
}

/** A manifest whose outcomes are told from outside was to be run. */
export function toldOnly(): EvokeError {
  return new EvokeError(
    "TOLD_ONLY",
    'Cannot run this experiment: its evaluator "told" measures nothing.\n  Drive the search from a script with evoke ask and evoke tell, or from a program with openSearch(): see docs/guide/programs/ask-and-tell.md.',
    { final: true },
  );
}
