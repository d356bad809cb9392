/** What kind of thing a column of a file has. @module */
import { isMissing, listOf, numberOf } from "../import/numbers.ts";
import type { SourceRows } from "../source/source-rows.ts";

/** What is seen of a column. */
export interface Profile {
  readonly column: string;
  readonly kind: "numbers" | "texts" | "lists" | "nothing";
  /** The least and the most of its numbers, those of its lists included. */
  readonly range: readonly [number, number];
  /** True if all of them are whole. */
  readonly whole: boolean;
  /** Its different values, in the order in which they come, as far as they are few; undefined where they are many. */
  readonly values: readonly unknown[] | undefined;
  /** In how many rows it is empty. */
  readonly missing: number;
}

/** Components have so many choices at most, as far as is guessed. */
const FEW = 32;

/** Whether a cell of a column has nothing. Among texts "none" is one, such as an operation; among numbers it says that there is none. */
export function isEmpty(found: unknown, kind: Profile["kind"]): boolean {
  return isMissing(found) && !(kind === "texts" && isNone(found));
}

function isNone(found: unknown): boolean {
  return typeof found === "string" && found.trim().toLowerCase() === "none";
}

/** Looks at every value of a column. */
export function profileOf(source: SourceRows, column: string): Profile {
  const values = new Map<string, unknown>();
  const nones = new Map<string, number>();
  let [missing, texts, lists, whole] = [0, 0, 0, true];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const count = (number: number) => {
    whole &&= Number.isInteger(number);
    least = Math.min(least, number);
    most = Math.max(most, number);
  };
  for (let row = 0; row < source.rows; row++) {
    const found = source.value(column, row);
    if (isMissing(found)) {
      if (isNone(found)) nones.set(String(found), (nones.get(String(found)) ?? 0) + 1);
      missing++;
      continue;
    }
    if (values.size <= FEW) values.set(String(found), found);
    const number = numberOf(found);
    if (!Number.isNaN(number)) count(number);
    else if (isList(found)) {
      lists++;
      for (const entry of listOf(found)!) count(numberOf(entry));
    } else texts++;
  }
  const kind = missing === source.rows ? "nothing" : texts > 0 ? "texts" : lists > 0 ? "lists" : "numbers";
  if (kind === "texts")
    for (const [none, rows] of nones) {
      values.set(none, none);
      missing -= rows;
    }
  return { column, kind, range: [least, most], whole, values: values.size <= FEW ? [...values.values()] : undefined, missing };
}

/** A list of numbers; texts are lists where they have brackets. */
function isList(found: unknown): boolean {
  if (typeof found === "string" && !/^\s*\[.*\]\s*$/s.test(found)) return false;
  const list = listOf(found);
  return list !== undefined && list.length > 0 && list.every((entry) => !Number.isNaN(numberOf(entry)));
}
