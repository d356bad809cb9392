/** What a program has printed, in an error's message. @module */

/** Lines of it that are shown. */
const SHOWN_LINES = 5;
/** Characters of each. */
const SHOWN_CHARACTERS = 200;

/** Colours of a terminal, and other characters that are not to be seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is for them
export const CONTROLS = /\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** The last lines of what a program has printed, for the message of an error. */
export function endOfLog(log: string): string {
  if (log.trim() === "") return "It printed nothing else.";
  // A bar of progress is rewritten again and again after "\r": its last state counts, and colours are of no use here.
  const last = (line: string) => line.trimEnd().split("\r").at(-1)!.replaceAll(CONTROLS, "").slice(0, SHOWN_CHARACTERS);
  return log.trimEnd().split("\n").slice(-SHOWN_LINES).map(last).join("\n  ");
}
