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

/** A whole number from 1. */
export function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw optionInvalid(option, text, "a whole number from 1");
  return value;
}

/** A whole number from 0. */
export function countOrNone(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0) throw optionInvalid(option, text, "a whole number from 0");
  return value;
}

/** What --seeds changes in a manifest. */
export function seedsChange(seeds: string | undefined): Change[] {
  return seeds === undefined ? [] : [{ pointer: "/seeds/count", value: count("--seeds", seeds) }];
}
