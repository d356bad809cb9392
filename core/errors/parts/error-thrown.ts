/** Whatever was thrown, as an error that can be told, and its stack. @module */

/** Characters of a message that are kept: it may quote all that a plugin was given. */
const MOST_IN_MESSAGE = 10_000;
/** Errors that have caused each other, of a stack. */
const MOST_CAUSES = 20;

/** The error itself, where its members can be read and are what an error has; else one that says what was thrown. */
export function errorThrown(thrown: unknown): Error {
  try {
    if (isTellable(thrown)) return thrown;
    if (typeof thrown === "object" && thrown !== null) return told(textOf((thrown as { readonly message?: unknown }).message));
    return told(typeof thrown === "string" ? textOf(thrown) : `${String(thrown)} was thrown, which is no error`);
  } catch {
    return told("something was thrown that cannot be read");
  }
}

/** The whole stack of an error, and of what has caused it. */
export function stackOf(error: unknown): string {
  const told = new Set<Error>();
  let cause = error;
  while (cause !== undefined && told.size < MOST_CAUSES) {
    const one = errorThrown(cause);
    if (told.has(one)) break; // it is its own cause
    told.add(one);
    cause = one.cause;
  }
  return [...told].map(({ stack, message }) => stack || message).join("\n");
}

function isTellable(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  const { message, stack = "", code, cause } = thrown as Error & { readonly code?: unknown };
  void [code, cause]; // they can be read
  return typeof message === "string" && message.trim() !== "" && message.length <= MOST_IN_MESSAGE && typeof stack === "string";
}

function textOf(message: unknown): string {
  if (typeof message !== "string") return "an object was thrown, which is no error";
  return message.trim() === "" ? "an error without a message was thrown" : message.slice(0, MOST_IN_MESSAGE);
}

/** It was not thrown where it is made, so it has no stack. */
function told(message: string): Error {
  return Object.assign(new Error(message), { stack: "" });
}
