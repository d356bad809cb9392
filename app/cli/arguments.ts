/**
 * What several commands do with their options.
 *
 * @module
 */
import { optionInvalid } from "../../core/errors/index.ts";
import type { Change } from "../../core/manifest/changes.ts";

/** What --set, given any number of times, changes in a manifest. */
export function changesOf(set: readonly string[]): Change[] {
  return set.map((text) => {
    const [, pointer, json] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (pointer === undefined || json === undefined) throw optionInvalid("--set", text, "POINTER=JSON, for example /budget/queries=20");
    try {
      return { pointer, value: JSON.parse(json) as unknown };
    } catch {
      throw optionInvalid("--set", text, `JSON after the "=", for example ${pointer}='"${json.replaceAll(/["']/g, "")}"' for a text`);
    }
  });
}

/** A whole number from 1, or from another least one. */
export function count(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < least)
    throw optionInvalid(option, text, `a whole number from ${least}`);
  return value;
}

/** What --seeds changes in a manifest. */
export function seedsChange(seeds: string | undefined): Change[] {
  return seeds === undefined ? [] : [{ pointer: "/seeds/count", value: count("--seeds", seeds) }];
}
