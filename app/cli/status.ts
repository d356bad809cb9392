/** The exit status that an error ends a command with. @module */
import type { ErrorCode } from "../../core/errors/evoke-error.ts";

/** What only shows while runs are done. */
const OF_RUNS: readonly ErrorCode[] = ["NEVER_SETTLES", "STRAY_ERROR"];

/**
 * 2 where the manifest, an option or a file is wrong; 1 where a run failed, or the code of a plugin.
 * @param code  of an EvokeError
 */
export function statusOf(code: ErrorCode | undefined): 1 | 2 {
  return code === undefined || OF_RUNS.includes(code) ? 1 : 2;
}
