/** What stands in a cell of a file, as a number. @module */

/** How files write that there is no number. */
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "-"]);

/** True where a cell has nothing. */
export function isMissing(found: unknown): boolean {
  if (found === undefined || found === null) return true;
  return typeof found === "string" ? MISSING.has(found.trim().toLowerCase()) : Number.isNaN(found);
}

/** The number in a cell that has something; NaN if that is no number. Infinity is none. */
export function numberOf(found: unknown): number {
  if (typeof found === "number") return Number.isFinite(found) ? found : Number.NaN;
  if (typeof found === "bigint") return Number.isSafeInteger(Number(found)) ? Number(found) : Number.NaN;
  if (typeof found !== "string" || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(found.trim())) return Number.NaN;
  return Number(found);
}

/** The entries of a list in a cell, which a text has as JSON or between separators; undefined if it has none. */
export function listOf(found: unknown): readonly unknown[] | undefined {
  if (Array.isArray(found)) return found;
  if (ArrayBuffer.isView(found) && !(found instanceof DataView)) return Array.from(found as Float64Array);
  if (typeof found !== "string") return undefined;
  const entries = found
    .trim()
    .replace(/^[[(](.*)[\])]$/s, "$1")
    .split(/[\s,;:|]+/)
    .filter((entry) => entry !== "");
  return entries.map((entry) => entry.replace(/^(["'])(.*)\1$/, "$2"));
}

/** A cell as an error shows it. */
export function cellText(found: unknown): string {
  const text = typeof found === "bigint" || typeof found === "number" ? String(found) : (JSON.stringify(found) ?? "nothing");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
