/** The programs that a manifest has Evoke start. @module */
import type { Slot } from "../../core/manifest/slots.ts";

/** What every machine has its own of. */
const PYTHON = /^python[\d.]*$/;

/**
 * A program that the manifest names, in words: that of a plugin which starts programs, or the Python of a backend, unless it
 * is just `python3`.
 * @param manifest  resolved
 */
export function programIn(manifest: object, slots: readonly Slot[]): string | undefined {
  const slot = slots.find(({ plugin }) => plugin.needs.includes("processes"));
  if (slot) return `the programs of "${slot.plugin.name}" at ${slot.pointer}`;
  const python = pythonIn(manifest);
  return python === undefined ? undefined : `the program ${python}`;
}

function pythonIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (name === "python" && typeof member === "string" && !PYTHON.test(member)) return member;
    const found = pythonIn(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All texts in a value of JSON. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
