/**
 * Checks of JSON values against JSON Schema (draft 2020-12) by ajv: defaults are filled in, and each
 * violation becomes a sentence with its JSON pointer, what was found, and what was expected.
 *
 * @module
 */
import { Ajv2020, type Options, type ValidateFunction } from "ajv/dist/2020.js";
import { sentencesOf } from "./schema-problems.ts";

/** With these, checks that are compiled before do as those that are compiled when they are needed. */
export const AJV_OPTIONS: Options = {
  allErrors: true,
  useDefaults: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  verbose: true,
};

const ajv = new Ajv2020(AJV_OPTIONS);
const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Checks a value and fills in the defaults, in place.
 *
 * @param at  JSON pointer of the value in its document, "" for the document itself
 * @returns a sentence for each problem; empty if there is none
 * @throws whatever ajv throws if the schema itself is wrong
 */
export function problemsOf(schema: object, value: unknown, at = ""): string[] {
  const validate = compiled.get(schema) ?? compile(schema);
  return validate(value) ? [] : sentencesOf(validate.errors ?? [], at);
}

function compile(schema: object): ValidateFunction {
  try {
    const validate = ajv.compile(schema);
    compiled.set(schema, validate);
    return validate;
  } catch (error) {
    ajv.removeSchema(schema); // it would be taken for right the next time, and fail elsewhere
    throw error;
  }
}
