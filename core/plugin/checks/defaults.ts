/**
 * Defaults in the schema of a plugin's options. One that its own schema does not allow would be told as a mistake of the
 * manifest, in which nobody has written it.
 *
 * @module
 */
import { pointerOf } from "../../json/json-pointer.ts";
import { problemsOf } from "../../json/schema.ts";

/** Members of a schema that have schemas in them: one each, by name, or in a list. */
const INNER = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];
const INNER_BY_NAME = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const INNER_LISTS = ["anyOf", "oneOf", "allOf", "prefixItems"];

/** What is wrong with the first default that its own schema does not allow. */
export function defaultProblem(schema: object): string | undefined {
  const { $defs, definitions } = schema as { readonly $defs?: object; readonly definitions?: object };
  const shared = { ...($defs && { $defs }), ...(definitions && { definitions }) };
  for (const [pointer, inner] of schemasIn(schema)) {
    const problem = "default" in inner ? problemWith({ ...shared, ...inner }) : undefined;
    if (problem !== undefined) return `the default at ${pointer} of its "options" is not as the schema there says: ${problem}`;
  }
  return undefined;
}

function problemWith({ $id: _, default: value, ...schema }: { readonly $id?: unknown; readonly default?: unknown }): string | undefined {
  try {
    return problemsOf(schema, structuredClone(value))[0]?.replace(/^\/: /, "");
  } catch {
    return undefined; // it refers to what is elsewhere in the schema, so it says nothing by itself
  }
}

/** All schemas within a schema, with their pointers. */
function* schemasIn(schema: object, at = ""): Generator<readonly [pointer: string, schema: object & { readonly default?: unknown }]> {
  yield [at, schema];
  for (const [key, value] of Object.entries(schema)) {
    if (typeof value !== "object" || value === null) continue;
    const inner = INNER.includes(key)
      ? [["", value]]
      : INNER_BY_NAME.includes(key) || INNER_LISTS.includes(key)
        ? Object.entries(value)
        : [];
    for (const [name, one] of inner) {
      if (typeof one === "object" && one !== null) yield* schemasIn(one, `${at}${name === "" ? pointerOf(key) : pointerOf(key, name)}`);
    }
  }
}
