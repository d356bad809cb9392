/** How a value is told that is not what it should be. @module */
import { shown } from "../../json/schema-problems.ts";

/** The value, and what kind of thing it is where that is easily overlooked. Whatever it is, it can be told. */
export function found(value: unknown): string {
  try {
    return foundIn(value);
  } catch {
    return "what cannot be read";
  }
}

function foundIn(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isPromise(value)) return "a promise";
  switch (typeof value) {
    case "string":
      return `${shown(clipped(value))}, a text`;
    case "number":
      return String(value);
    case "bigint":
      return `${String(value).slice(0, LENGTH)}n, a bigint`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    default:
      return shownObject(clipped(value));
  }
}

/** JSON knows neither NaN nor what holds itself. */
function shownObject(value: unknown): string {
  if (Array.isArray(value) && value.some((item) => typeof item === "number" && !Number.isFinite(item))) return `[${value.join(",")}]`;
  try {
    return shown(value);
  } catch {
    return Array.isArray(value) ? "an array" : "an object";
  }
}

/** Items, members and characters of a value that are looked at: what is shown of it is shorter. */
const LENGTH = 100;

/** The beginning of a value that may be of any size. */
function clipped(value: unknown): unknown {
  if (typeof value === "string") return value.slice(0, LENGTH);
  if (Array.isArray(value)) return value.length > LENGTH ? Array.from({ length: LENGTH }, (_, i) => value[i]) : value;
  return value;
}

/** True for promises of any make. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
