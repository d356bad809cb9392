/** What is otherwise in one manifest than in another. @module */
import { digestOf } from "../../json/canonical-json.ts";
import { pointerOf } from "../../json/json-pointer.ts";
import { isObject } from "../../json/merge-patch.ts";
import { NOT_OF_A_CELL } from "./raw-matrix.ts";

export interface CellDifference {
  readonly pointer: string;
  /** Left out where there is nothing. */
  readonly base?: unknown;
  readonly value?: unknown;
}

/** What is otherwise in b than in a, as deep down as it is; a slot with another plugin, and a list, as a whole. */
export function differences(a: unknown, b: unknown, at: readonly string[] = []): CellDifference[] {
  if (at.length === 1 && NOT_OF_A_CELL.includes(at[0]!)) return [];
  if (equal(a, b)) return [];
  const otherPlugin = isObject(a) && isObject(b) && a.use !== b.use;
  if (!isObject(a) || !isObject(b) || otherPlugin)
    return [{ pointer: pointerOf(...at), ...(a !== undefined && { base: a }), ...(b !== undefined && { value: b }) }];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], [...at, key]));
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function equal(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && digestOf(a) === digestOf(b));
}
