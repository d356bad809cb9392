/**
 * Errors as values that threads can send each other: a structured clone of an EvokeError is none, and has lost its code.
 *
 * @module
 */
import { type ErrorCode, EvokeError } from "../evoke-error.ts";
import { errorThrown, stackOf } from "./error-thrown.ts";
import { thrownAt } from "./thrown-at.ts";

/** What is left of an error that crosses to another thread, or is kept. */
export interface ErrorValue {
  readonly message: string;
  /** Of an EvokeError: the manifest or an input is wrong, not this piece of work alone. */
  readonly code?: ErrorCode;
  /** Of any other error: the place in the code. */
  readonly thrown?: string;
  /** With those of its causes, for those who debug. */
  readonly stack?: string;
}

/** The value of whatever was thrown. */
export function errorValue(whatever: unknown): ErrorValue {
  const error = errorThrown(whatever);
  const { message } = error;
  if (error instanceof EvokeError) return { message, code: error.code, stack: stackOf(error) };
  const thrown = thrownAt(error);
  return { message, ...(thrown !== undefined && { thrown }), stack: stackOf(error) };
}

/** An error again, with the stack of the one that was thrown. */
export function errorOf({ message, code, stack }: ErrorValue): Error {
  const error = code ? new EvokeError(code, message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
