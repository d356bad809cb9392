/** Building backends. @module */
import { EvokeError } from "./evoke-error.ts";

/** Lines of a program's output that an error shows. */
const SHOWN_LINES = 8;

/** This machine lacks what a native backend is built with, or on: a program, space on the disk, a platform that is known to work. */
export function backendUnbuildable(problem: string, remedy: string): EvokeError {
  return new EvokeError("BACKEND_UNBUILDABLE", `Cannot build the native backend: ${problem}.\n  ${remedy}`);
}

/**
 * A step of building a native backend failed.
 * @param step  for example "fetching TensorFlow 2.15.1 with pip"
 * @param printed  what the program printed, of which the last lines are shown
 */
export function backendBuildFailed(step: string, problem: string, printed: string, remedy: string): EvokeError {
  const lines = printed.trim().split("\n").slice(-SHOWN_LINES);
  const shown = printed.trim() === "" ? ["It printed nothing."] : lines.map((line) => line.trimEnd());
  return new EvokeError(
    "BACKEND_BUILD_FAILED",
    `Cannot build the native backend: ${step} failed: ${problem}.\n${[...shown, remedy].map((line) => `  ${line}`).join("\n")}`,
  );
}
