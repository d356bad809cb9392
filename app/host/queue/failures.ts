/** What was thrown at a worker, for the call: it goes on there as if it had been thrown there. @module */
import { EvokeError, errorValue } from "../../../core/errors/index.ts";
import type { FailureValue } from "./messages.ts";

export function failureValue(error: unknown): FailureValue {
  const thrown = error instanceof EvokeError && error.code === "PLUGIN_FAILED" ? error.cause : error;
  const { log, final } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as {
    readonly log?: unknown;
    readonly final?: unknown;
  };
  return {
    ...errorValue(error),
    ...(thrown !== error && { reason: thrown instanceof Error ? thrown.message : String(thrown) }),
    ...(typeof log === "string" && log !== "" && { log }),
    ...(final === true && { final }),
  };
}

/** An error again, of which a search makes what it makes of the one that was thrown: see measure. */
export function thrownError({ message, code, stack, reason, log, final }: FailureValue): Error {
  const further = { ...(log !== undefined && { log }), ...(final && { final }) };
  const cause = reason === undefined ? undefined : Object.assign(new Error(reason), further);
  if (cause) cause.stack = ""; // it is in that of the error
  const error = code ? new EvokeError(code, message, { ...further, ...(cause && { cause }) }) : Object.assign(new Error(message), further);
  if (stack !== undefined) error.stack = stack;
  return error;
}
