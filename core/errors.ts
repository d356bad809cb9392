/**
 * Every error that a user can meet, from one file: a stable code, what could not be done, where,
 * what was found, and what to do next. `docs/errors.md` lists them; a test holds both equal.
 *
 * @module
 */
import leven from "leven";

export type ErrorCode = "ARCHITECTURE_INVALID";

/** An error that the user can mend. Everything else that is thrown is a defect. */
export class EvokeError extends Error {
  override readonly name = "EvokeError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The known name that a mistyped one most likely meant, if any is near. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const near = known.map((name) => ({ name, edits: leven(wanted.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.edits - b.edits)[0];
  return near && near.edits <= Math.max(2, Math.floor(wanted.length / 3)) ? near.name : undefined;
}

function suggestion(wanted: string, known: readonly string[], plural: string): string {
  const near = nearest(wanted, known);
  return near ? `Did you mean "${near}"?` : known.length > 0 ? `Known ${plural}: ${known.join(", ")}.` : `There are no ${plural} yet.`;
}

/** A text does not name a member of the space. */
export function architectureInvalid(space: string, found: string, expected: string): EvokeError {
  return new EvokeError(
    "ARCHITECTURE_INVALID",
    `Cannot read ${JSON.stringify(found)} as an architecture of ${space}.\n  Expected ${expected}.`,
  );
}
