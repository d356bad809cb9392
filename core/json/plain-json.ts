/**
 * JSON as programs write it, from outside: JSON.parse, which itself goes as deep as a text does, with a bound. What people
 * write is read by parse-json.ts.
 *
 * @module
 */

/** How deep objects and lists may be in each other: whatever reads them calls itself for each level. */
export const MOST_LEVELS = 200;

/** What a JSON text amounts to. */
export interface JsonAmount {
  /** How deep objects and lists are in each other. */
  readonly levels: number;
  /** Objects and lists. */
  readonly containers: number;
  /** Commas: what objects and lists have, but the first of each. */
  readonly commas: number;
}

/** @throws SyntaxError if the text is no JSON, or has more than MOST_LEVELS levels */
export function plainJson(text: string): unknown {
  if (amountOf(text).levels > MOST_LEVELS) throw new SyntaxError(`more than ${MOST_LEVELS} objects and lists in each other`);
  return JSON.parse(text);
}

const [QUOTE, COMMA, LIST, BACKSLASH, LIST_END, OBJECT, OBJECT_END] = [0x22, 0x2c, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d];

/** Counts without parsing. Of a text that is no JSON it says something all the same. */
export function amountOf(text: string): JsonAmount {
  let level = 0;
  let levels = 0;
  let containers = 0;
  let commas = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
        break;
      case OBJECT:
      case LIST:
        containers++;
        levels = Math.max(levels, ++level);
        break;
      case OBJECT_END:
      case LIST_END:
        level--;
        break;
      case COMMA:
        commas++;
    }
  }
  return { levels, containers, commas };
}
