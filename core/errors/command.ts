/** Programs of the user's that evaluate. @module */

import { EvokeError } from "./evoke-error.ts";
import { CONTROLS, endOfLog } from "./parts/end-of-log.ts";

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
  const printed = endOfLog(log);
  const told = problem.replaceAll(CONTROLS, "");
  return new EvokeError("COMMAND_FAILED", `Cannot evaluate with ${command.join(" ")}: ${told}.\n  ${printed}`, {
    log: log.replaceAll(/\r\n?/g, "\n").replaceAll(CONTROLS, ""),
  });
}

/** A file that names the runs is another one than when the call began. */
export function inputChanged(file: string): EvokeError {
  return new EvokeError(
    "INPUT_CHANGED",
    `Cannot go on: ${file} has changed since this call began, and evaluations by both would be mixed.\n  What is finished is kept: put the file back, and the same command goes on. With the changed file it begins anew, under another digest.`,
    { final: true },
  );
}
