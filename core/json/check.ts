/**
 * Checks of JSON values by the schemas of manifests and of built-in plugins, without the time that ajv takes: what is
 * right is found so by code that ajv has made before, and only what is wrong is worth its sentences.
 *
 * @module
 */
import { prepared } from "./prepared.ts";

/**
 * Checks a value and fills in the defaults, in place.
 *
 * @param name  of the schema among those that were compiled when the package was built
 * @param at  JSON pointer of the value in its document, "" for the document itself
 * @returns as problemsOf: a sentence for each problem; empty if there is none
 */
export async function checked(name: string | undefined, schema: object, value: unknown, at = ""): Promise<string[]> {
  const known = name === undefined ? undefined : await prepared[name]?.();
  if (known?.default(value)) return [];
  const { problemsOf } = await import("./schema.ts");
  return problemsOf(schema, value, at);
}
