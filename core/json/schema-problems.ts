/**
 * What is wrong with a JSON value, in sentences: of all that ajv complains of, each thing once.
 *
 * @module
 */
import type { ErrorObject } from "ajv/dist/2020.js";
import { nearest } from "../errors/index.ts";

/** So many complaints are looked at: each of them is compared with all others. */
const MOST = 1000;

/** @param at  JSON pointer of the value in its document, "" for the document itself */
export function sentencesOf(errors: readonly ErrorObject[], at: string): string[] {
  return [...new Set(told(errors.slice(0, MOST)).map((error) => placed(error, at)))];
}

/** ajv complains of each alternative, and of what holds them together; told is what the value seems to be meant as. */
function told(errors: readonly ErrorObject[]): ErrorObject[] {
  const within = new Set(errors.filter(isChoice).flatMap((choice) => branchesOf(choice, errors).flat()));
  return errors
    .filter((error) => !within.has(error) && error.keyword !== "if" && error.keyword !== "propertyNames")
    .flatMap((error) => {
      const branch = isChoice(error) ? meant(error, branchesOf(error, errors)) : undefined;
      return branch ? told(branch) : [error];
    });
}

function isChoice({ keyword }: ErrorObject): boolean {
  return keyword === "anyOf" || keyword === "oneOf";
}

/** What is wrong by each of the alternatives. */
function branchesOf({ schemaPath, instancePath, schema }: ErrorObject, errors: readonly ErrorObject[]): ErrorObject[][] {
  return (schema as Alternative[]).map(({ $ref = "" }, i) => {
    const places = [`${schemaPath}/${i}/`, ...($ref ? [`${$ref}/`] : [])];
    return errors.filter(
      (error) => places.some((place) => error.schemaPath.startsWith(place)) && `${error.instancePath}/`.startsWith(`${instancePath}/`),
    );
  });
}

/** The one alternative of a choice that the value is like: in its type, else in its tag, else in what it has. */
function meant({ instancePath, params }: ErrorObject, branches: readonly ErrorObject[][]): ErrorObject[] | undefined {
  if (params.passingSchemas) return undefined; // it is like several
  const here = ({ instancePath: path }: ErrorObject) => path === instancePath;
  const unlike: readonly ((error: ErrorObject) => boolean)[] = [
    (error) => here(error) && isOfAnotherType(error),
    (error) => !here(error) && (error.keyword === "const" || error.keyword === "enum"),
    (error) => here(error) && (error.keyword === "required" || error.keyword === "additionalProperties"),
  ];
  let like = branches;
  for (const differs of unlike) {
    const left = like.filter((branch) => !branch.some(differs));
    if (left.length === 1) return left[0];
    if (left.length > 0) like = left;
  }
  return undefined;
}

function isOfAnotherType({ keyword, params, data }: ErrorObject): boolean {
  if (keyword === "enum") return !(params.allowedValues as unknown[]).some((value) => typeof value === typeof data);
  return keyword === "type" || (keyword === "const" && typeof params.allowedValue !== typeof data);
}

function placed(error: ErrorObject, at: string): string {
  const { instancePath, propertyName } = error;
  const place = `${at}${instancePath || (at ? "" : "/")}`;
  return `${place}: ${propertyName === undefined ? "" : "a name in it "}${sentence(error)}`;
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
    case "dependentRequired":
      return `the property "${params.missingProperty}" is missing, which "${params.property}" needs`;
    case "type":
      return `must be ${article([params.type].flat().join(" or "))}; found ${shown(data)}`;
    case "const":
      return `must be ${shown(params.allowedValue)}; found ${shown(data)}`;
    case "enum": {
      const allowed = (params.allowedValues as unknown[]).map(String);
      const near = typeof data === "string" ? nearest(data, allowed) : undefined;
      const { description } = parentSchema as { description?: string };
      const about = description ? ` (${description})` : "";
      return `must be one of ${allowed.join(", ")}${about}; found ${shown(data)}${near ? `. Did you mean "${near}"?` : ""}`;
    }
    case "anyOf":
    case "oneOf": {
      const alternatives = alternativesOf(schema as Alternative[]);
      return `must be ${params.passingSchemas ? "only one of these: " : ""}${alternatives}; found ${shown(data)}`;
    }
    case "uniqueItems":
      return `must not have duplicate items; items ${Math.min(params.i, params.j)} and ${Math.max(params.i, params.j)} of ${shown(data)} are equal`;
    case "not":
      return `must not be like this; found ${shown(data)}`;
    default:
      return `${inPlainWords(message!)}; found ${shown(data)}`;
  }
}

/** What ajv says of lengths and numbers, without its capitals and plurals. */
function inPlainWords(message: string): string {
  return message
    .replace("must NOT have fewer than", "must have at least")
    .replace("must NOT have more than", "must have at most")
    .replace("NOT", "not")
    .replace("be multiple", "be a multiple")
    .replace(/ 1 (item|character)s$/, " 1 $1")
    .replace(/ 1 properties$/, " 1 property");
}

interface Alternative {
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string;
  readonly $ref?: string;
}

function alternativesOf(schemas: readonly Alternative[]): string {
  return schemas
    .map((schema) => {
      if (schema.enum) return `one of ${schema.enum.join(", ")}`;
      if (schema.const !== undefined) return shown(schema.const);
      const names = schema.required?.map((name) => `"${name}"`).join(", ");
      if (names) return schema.type ? `an object with ${names}` : `given ${names}`;
      return schema.type ? article(schema.type) : "as its schema says";
    })
    .join(", or ");
}

function article(type: string): string {
  if (type === "null") return type;
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

/** A value as an error shows it: JSON, cut short. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}
