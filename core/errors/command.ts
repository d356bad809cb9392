/** Programs of the user's that evaluate. @module */
import { EvokeError } from "./evoke-error.ts";

/** Lines of its output that a failure shows. */
const SHOWN_LINES = 5;
/** Characters of each. */
const SHOWN_CHARACTERS = 200;

/**
 * The program that is to evaluate is not there, or cannot be started.
 * @param final  whether it cannot be later either
 */
export function programUnusable(program: string, problem: string, final = true): EvokeError {
  return new EvokeError(
    "PROGRAM_UNUSABLE",
    `Cannot start the program ${program} of /evaluator/options/command: ${problem}.\n  Name one on the PATH, or a file by a path relative to the manifest, such as "./train.sh"; arguments are texts of their own.`,
    { final },
  );
}

/** Deno was not told that it may start programs. */
export function programsForbidden(program: string): EvokeError {
  return new EvokeError(
    "PROGRAM_UNUSABLE",
    `Cannot start the program ${program} of /evaluator/options/command: this Deno may start none.\n  Give Deno the permissions --allow-run and --allow-env (-A gives all), or run Evoke on Node.`,
    { final: true },
  );
}

/**
 * A program that was to evaluate an architecture did not.
 * @param log  the last of what it has printed; kept as the error's `log`
 */
export function commandFailed(command: readonly string[], problem: string, log: string): EvokeError {
  const printed = endOf(log);
  return new EvokeError("COMMAND_FAILED", `Cannot evaluate with ${command.join(" ")}: ${problem}.\n  ${printed}`, { log });
}

function endOf(log: string): string {
  if (log.trim() === "") return "It printed nothing else.";
  const lines = log.trimEnd().split("\n").slice(-SHOWN_LINES);
  return lines.map((line) => line.trimEnd().slice(0, SHOWN_CHARACTERS)).join("\n  ");
}
