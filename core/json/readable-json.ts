/** JSON for people to read and edit: what fits into a line stands in one. @module */

const WIDTH = 100;

/** The text of a JSON value, without an end of line. */
export function readableJson(value: unknown, indent = ""): string {
  const line = spaced(value);
  if (typeof value !== "object" || value === null || indent.length + line.length <= WIDTH) return line;
  const within = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => readableJson(item, within))
    : Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${readableJson(member, within)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.map((part) => within + part).join(",\n")}\n${indent}${close}`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
