/** Nulls of merge patches that take away nothing, since no experiment has what they name. @module */
import { listed, nearest } from "../../errors/index.ts";
import { pointerOf } from "../../json/json-pointer.ts";
import { isObject } from "../../json/merge-patch.ts";
import { experimentSchema, SLOTS } from "../../schemas/experiment.ts";
import type { Schema } from "../../schemas/patches.ts";

/** A slot that is written with options. */
const SLOT: Schema = SLOTS.space.anyOf[1];

/**
 * RFC 7396 passes over them in silence, and a cell without them is what it was: a mistyped name would change nothing.
 * What is in options is left out, since the plugin of the base may be another one than that of the patch.
 *
 * @param at  pointer of the patch
 * @returns a sentence for each
 */
export function* strayNulls(patch: object, at: string, schema: Schema = experimentSchema): Generator<string> {
  const { properties } = schema.$ref === undefined ? schema : SLOT;
  if (properties === undefined) return;
  for (const [key, value] of Object.entries(patch)) {
    const place = at + pointerOf(key);
    const known = Object.hasOwn(properties, key);
    if (known && isObject(value)) yield* strayNulls(value, place, properties[key]);
    if (known || value !== null) continue;
    const near = nearest(key, Object.keys(properties));
    const hint = near ? `Did you mean "${near}"?` : `Known: ${listed(Object.keys(properties), "; ")}.`;
    yield `${place}: null takes away what an experiment cannot have. ${hint}`;
  }
}
