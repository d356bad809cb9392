/**
 * Checks of JSON values against JSON Schema (draft 2020-12) by ajv: defaults are filled in, and each
 * violation becomes a sentence with its JSON pointer, what was found, and what was expected.
 *
 * @module
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { nearest } from "../errors/index.ts";

const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: true, strictRequired: false, allowUnionTypes: true, verbose: true });
const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Checks a value and fills in the defaults, in place.
 *
 * @param at  JSON pointer of the value in its document, "" for the document itself
 * @returns a sentence for each problem; empty if there is none
 * @throws whatever ajv throws if the schema itself is wrong
 */
export function problemsOf(schema: object, value: unknown, at = ""): string[] {
  let validate = compiled.get(schema);
  if (!validate) compiled.set(schema, (validate = ajv.compile(schema)));
  return validate(value) ? [] : sentences(validate.errors ?? [], at);
}

function sentences(errors: readonly ErrorObject[], at: string): string[] {
  // Under an anyOf every branch complains; what the alternatives have in common is said once.
  const alternatives = errors.filter(({ keyword }) => keyword === "anyOf");
  const told = errors.filter(
    (error) =>
      !alternatives.some(
        ({ schemaPath, instancePath }) =>
          error.schemaPath.startsWith(schemaPath) && error.schemaPath !== schemaPath && instancePath !== undefined,
      ),
  );
  return [...new Set(told.map((error) => `${at}${error.instancePath || (at ? "" : "/")}: ${sentence(error)}`))];
}

function sentence({ keyword, params, message, data, parentSchema, schema }: ErrorObject): string {
  switch (keyword) {
    case "additionalProperties": {
      const unknown = String(params.additionalProperty);
      const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
      const near = nearest(unknown, known);
      const hint = near ? `Did you mean "${near}"?` : known.length > 0 ? `Known: ${known.join(", ")}.` : "None is known here.";
      return `unknown property "${unknown}". ${hint}`;
    }
    case "required":
      return `the property "${params.missingProperty}" is missing`;
    case "type":
      return `must be ${article([params.type].flat().join(" or "))}; found ${shown(data)}`;
    case "enum": {
      const allowed = (params.allowedValues as unknown[]).map(String);
      const near = typeof data === "string" ? nearest(data, allowed) : undefined;
      const { description } = parentSchema as { description?: string };
      const about = description ? ` (${description})` : "";
      return `must be one of ${allowed.join(", ")}${about}; found ${shown(data)}${near ? `. Did you mean "${near}"?` : ""}`;
    }
    case "anyOf":
      return `must be ${alternativesOf(schema as Alternative[])}; found ${shown(data)}`;
    default:
      return `${inPlainWords(message!)}; found ${shown(data)}`;
  }
}

/** What ajv says of lengths and of duplicates, without its capitals and plurals. */
function inPlainWords(message: string): string {
  return message
    .replace("must NOT have fewer than", "must have at least")
    .replace("must NOT have more than", "must have at most")
    .replace("NOT", "not")
    .replace(/ 1 (item|character)s$/, " 1 $1")
    .replace(/ 1 properties$/, " 1 property");
}

interface Alternative {
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly type?: string;
  readonly $ref?: string;
}

function alternativesOf(schemas: readonly Alternative[]): string {
  return schemas
    .map((schema) => {
      if (schema.enum) return `one of ${schema.enum.join(", ")}`;
      const names = schema.required?.map((name) => `"${name}"`).join(", ");
      if (names) return schema.type ? `an object with ${names}` : `given ${names}`;
      return schema.type ? article(schema.type) : "as its schema says";
    })
    .join(", or ");
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

/** A value as an error shows it: JSON, cut short. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}
