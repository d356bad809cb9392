/**
 * How large the parts of a manifest may be, looked at before anything else is: a schema compares the items of a list with
 * each other, and names and pointers stand in messages.
 *
 * @module
 */
import { pointerOf } from "../json/json-pointer.ts";

/** Items of a list, and members of an object. */
const MOST_PARTS = 5000;
/** Characters of a text. */
const MOST_CHARACTERS = 100_000;
/** Characters of a member's name, JSON pointers among them. */
const MOST_IN_NAME = 1000;
/** Characters of a name that a message shows. */
const SHOWN = 40;

/** A sentence for each part of a manifest that is too large; what is within it is not looked at. */
export function* oversized(value: unknown, at = ""): Generator<string> {
  if (typeof value === "string" && value.length > MOST_CHARACTERS)
    yield `${at}: must have at most ${MOST_CHARACTERS} characters; it has ${value.length}`;
  if (typeof value !== "object" || value === null) return;
  const parts = Object.entries(value);
  const kind = Array.isArray(value) ? "items" : "members";
  if (parts.length > MOST_PARTS) return yield `${at || "/"}: must have at most ${MOST_PARTS} ${kind}; it has ${parts.length}`;
  for (const [name, part] of parts) {
    if (name.length <= MOST_IN_NAME) yield* oversized(part, `${at}${pointerOf(name)}`);
    else
      yield `${at || "/"}: the name of a member must have at most ${MOST_IN_NAME} characters; "${name.slice(0, SHOWN)}…" has ${name.length}`;
  }
}
