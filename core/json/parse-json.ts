/**
 * JSON as people write it: with a byte-order mark, comments and trailing commas. What JSON.parse passes over in silence,
 * a member that an object has twice, is found as well.
 *
 * @module
 */
import { printParseErrorCode, visit } from "jsonc-parser";
import { pointerOf } from "./json-pointer.ts";
import { MOST_LEVELS } from "./plain-json.ts";

/** A place in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A member that an object has more than once. */
export interface RepeatedMember {
  readonly pointer: string;
  readonly first: Place;
  readonly again: Place;
}

export interface JsonDocument {
  readonly value: unknown;
  readonly repeated: readonly RepeatedMember[];
}

/** Why a text is no JSON. */
export interface NoJson {
  readonly problem: string;
  readonly at: Place;
}

/** Leaves the parser, which has no other way out. */
class TooDeep extends Error {}

/** An object or a list whose end is still to come. */
interface Level {
  readonly container: Record<string, unknown> | unknown[];
  readonly places: Map<string, Place>;
  key: string;
}

export function parseJson(text: string): JsonDocument | NoJson {
  let value: unknown;
  let wrong: NoJson | undefined;
  const repeated: RepeatedMember[] = [];
  const levels: Level[] = [];

  function put(item: unknown): void {
    const level = levels.at(-1);
    if (!level) value = item;
    else if (Array.isArray(level.container)) level.container.push(item);
    // Assigning to "__proto__" would make no member of that name.
    else Object.defineProperty(level.container, level.key, { value: item, enumerable: true, configurable: true, writable: true });
  }
  function begin(container: Level["container"], line: number, character: number): void {
    if (levels.length === MOST_LEVELS) {
      wrong ??= { problem: `more than ${MOST_LEVELS} objects and lists in each other`, at: { line: line + 1, column: character + 1 } };
      throw new TooDeep();
    }
    put(container);
    levels.push({ container, places: new Map(), key: "" });
  }
  const end = () => void levels.pop();

  try {
    visit(
      text.replace(/^\uFEFF/, ""),
      {
        onObjectBegin: (_offset, _length, line, character) => begin({}, line, character),
        onArrayBegin: (_offset, _length, line, character) => begin([], line, character),
        onObjectEnd: end,
        onArrayEnd: end,
        onObjectProperty(key, _offset, _length, line, character, pathOf) {
          const level = levels.at(-1)!;
          const place = { line: line + 1, column: character + 1 };
          const first = level.places.get(key);
          if (first) repeated.push({ pointer: pointerOf(...pathOf(), key), first, again: place });
          else level.places.set(key, place);
          level.key = key;
        },
        onLiteralValue: put,
        onError(code, _offset, _length, line, character) {
          const words = printParseErrorCode(code).replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`);
          wrong ??= { problem: words.toLowerCase(), at: { line: line + 1, column: character + 1 } };
        },
      },
      { allowTrailingComma: true },
    );
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
  }
  return wrong ?? { value, repeated };
}
