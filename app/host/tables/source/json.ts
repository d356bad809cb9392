/** JSON: an array of objects, or an object of objects by architecture; and JSON lines. @module */
import { tableInvalid } from "../../../../core/errors/index.ts";
import { amountOf, MOST_LEVELS } from "../../../../core/json/plain-json.ts";
import { refuseTooMany } from "./room.ts";
import { rowsOfObjects, type SourceRows } from "./source-rows.ts";

/** The column of the keys, where an object has the architectures as its keys. */
export const KEY_COLUMN = "$key";

/** @throws EvokeError TABLE_INVALID */
export function readJson(text: string, file: string): SourceRows {
  const { levels, containers, commas } = amountOf(text);
  if (levels > MOST_LEVELS) throw tableInvalid(file, `it has more than ${MOST_LEVELS} objects and lists in each other`);
  refuseTooMany(file, containers, containers + commas);
  const whole = parsed(text);
  if ("problem" in whole) return readLines(text, file, whole.problem);
  if (Array.isArray(whole.value)) {
    const rows = whole.value.map((row, i) => objectOf(row, file, `entry ${i + 1}`));
    return rowsOfObjects(rows, file, (row) => `entry ${row + 1}`);
  }
  const members = Object.entries(whole.value as object);
  // One line of JSON lines is an object as well.
  if (members.length > 0 && members.every(([, value]) => typeof value !== "object" || value === null || Array.isArray(value)))
    return rowsOfObjects([whole.value as object], file, () => "line 1");
  const rows = members.map(([key, value]) => ({ [KEY_COLUMN]: key, ...objectOf(value, file, `key ${JSON.stringify(key)}`) }));
  return rowsOfObjects(rows, file, (row) => `key ${JSON.stringify(members[row]![0])}`);
}

function readLines(text: string, file: string, problem: string): SourceRows {
  const rows: object[] = [];
  const numbers: number[] = [];
  for (let at = 0, number = 1; at < text.length; number++) {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, end);
    at = end + 1;
    if (line.trim() === "") continue;
    const read = parsed(line);
    // Where not even the first line is JSON by itself, the file is meant to be one document.
    if ("problem" in read)
      throw tableInvalid(file, rows.length === 0 ? `it is not JSON: ${problem}` : `line ${number} is not JSON: ${read.problem}`);
    rows.push(objectOf(read.value, file, `line ${number}`));
    numbers.push(number);
  }
  return rowsOfObjects(rows, file, (row) => `line ${numbers[row]}`);
}

function parsed(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function objectOf(value: unknown, file: string, place: string): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw tableInvalid(file, `${place} is ${JSON.stringify(value)?.slice(0, 40)}, and not an object with a member for each column`);
}
