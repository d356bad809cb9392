/**
 * What several commands do with their options and with signals.
 *
 * @module
 */
import process from "node:process";
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

/** At SIGINT or SIGTERM: saves what there is, and ends with status 130. */
export function onInterrupt(save: () => Promise<void>): void {
  const interrupted = () => void save().finally(() => process.exit(130));
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
}
