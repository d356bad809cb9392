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
  /** In how many rows it has nothing. */
  readonly missing: number;
}

/** Components have so many choices at most, as far as is guessed. */
const FEW = 32;

/** Looks at every value of a column. */
export function profileOf(source: SourceRows, column: string): Profile {
  const values = new Map<string, unknown>();
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
  return { column, kind, range: [least, most], whole, values: values.size <= FEW ? [...values.values()] : undefined, missing };
}

/** A list of numbers; texts are lists where they have brackets. */
function isList(found: unknown): boolean {
  if (typeof found === "string" && !/^\s*\[.*\]\s*$/s.test(found)) return false;
  const list = listOf(found);
  return list !== undefined && list.length > 0 && list.every((entry) => !Number.isNaN(numberOf(entry)));
}
