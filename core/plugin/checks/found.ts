/** How a value is told that is not what it should be. @module */
import { shown } from "../../json/schema-problems.ts";

/** The value, and what kind of thing it is where that is easily overlooked. */
export function found(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isPromise(value)) return "a promise";
  switch (typeof value) {
    case "string":
      return `${shown(value)}, a text`;
    case "number":
      return String(value);
    case "bigint":
      return `${value}n, a bigint`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    default:
      return shownObject(value);
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

/** True for promises of any make. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
