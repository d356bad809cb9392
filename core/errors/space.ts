/** Spaces that are described in a manifest. @module */
import { EvokeError } from "./evoke-error.ts";

/**
 * What the options of a space describe cannot be: a name that nothing has, a condition that never holds, layers whose
 * shapes do not fit.
 * @param at  JSON pointer within the options
 */
export function spaceInvalid(at: string, problem: string, remedy: string): EvokeError {
  return new EvokeError("SPACE_INVALID", `Cannot use /space/options${at}: ${problem}.\n  ${remedy}`);
}
