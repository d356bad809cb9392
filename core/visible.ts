/**
 * Texts from outside, as they are shown: a name, a reason, a line that a program has printed may hold characters that
 * colour a terminal, clear it, or turn what follows around.
 *
 * @module
 */

/**
 * What is not to be shown as it is: control characters but line feed and tabulator (ECMA-48, C0 and C1), line separators
 * that no format of ours has, what changes the direction of writing (Unicode UAX #9), halves of surrogate pairs, and what
 * XML forbids.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is for them
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with each of them as JSON writes it, `\u001b`: in JSON it means the same as before. */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
