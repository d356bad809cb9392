/** Changes of a manifest before anything in it is checked: what --set and the axes of a matrix make. @module */
import { nothingToRemove, pointerInvalid, pointerUnknown } from "../errors/index.ts";
import { keysOf, valueAt } from "../json/json-pointer.ts";

/** A value to be put where a JSON pointer leads; null takes away what is there. */
export interface Change {
  readonly pointer: string;
  readonly value: unknown;
}

/** Makes a change. @throws EvokeError if the pointer leads nowhere, or there is nothing to take away */
export function applyChange(file: string, manifest: object, { pointer, value }: Change): void {
  if (setAt(file, manifest, pointer, value)) return;
  const parent = valueAt(manifest, pointer.slice(0, pointer.lastIndexOf("/")));
  throw nothingToRemove(file, pointer, Object.keys(parent ?? {}));
}

/**
 * Puts a value where a JSON pointer (RFC 6901) leads; null takes away what is there. Objects on the way that are not
 * there are made; whether they belong there, the schema will say.
 *
 * @returns false if there was nothing to take away
 */
export function setAt(file: string, manifest: object, pointer: string, value: unknown): boolean {
  const keys = keysOf(pointer);
  if (!keys || keys.length === 0) throw pointerInvalid(pointer);
  let parent = manifest;
  for (const [depth, key] of keys.entries()) {
    const here = `/${keys.slice(0, depth + 1).join("/")}`;
    const place = Array.isArray(parent) && key === "-" ? String(parent.length) : key;
    if (Array.isArray(parent) && !(/^\d+$/.test(place) && Number(place) <= parent.length))
      throw pointerUnknown(file, pointer, here, Object.keys(parent));
    const last = depth === keys.length - 1;
    if (last && value === null) return removed(parent, place);
    const present = Object.hasOwn(parent, place) ? (parent as Record<string, unknown>)[place] : {};
    // A slot given as a name alone is an object in full: "gnn-lstm" is { "use": "gnn-lstm" }.
    const child = last ? value : typeof present === "string" ? { use: present } : present;
    if (!last && (typeof child !== "object" || child === null)) throw pointerUnknown(file, pointer, `${here}/${keys[depth + 1]}`, []);
    // Assigning to "__proto__" would make no member of that name.
    Object.defineProperty(parent, place, { value: child, enumerable: true, configurable: true, writable: true });
    parent = child as object;
  }
  return true;
}

function removed(parent: object, place: string): boolean {
  if (!Object.hasOwn(parent, place)) return false;
  if (Array.isArray(parent)) parent.splice(Number(place), 1);
  else delete (parent as Record<string, unknown>)[place];
  return true;
}
