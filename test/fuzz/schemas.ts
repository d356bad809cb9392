/** Values grown from a JSON Schema, as far as ours go; now and then a part is something else. @module */
import fc, { type Arbitrary } from "fast-check";
import { oddValue } from "./mutations.ts";

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
}

/** How often a part is whatever it likes, where right ones weigh this much. */
const RIGHT = 60;
/** Items of a list, and members of an object whose names are free. */
const MOST = 4;
/** The largest number where a schema has no largest one, or one for the richest machine. */
const LARGEST = 1000;
/** Between a number that is excluded and the next that is not. */
const STEP = 1e-3;

/** How values are grown. */
export interface Growing {
  /** Whether some parts may break the schema. */
  readonly wrong: boolean;
  /** What texts are that may be any. */
  readonly texts: Arbitrary<string>;
  /** What stands under $defs; where it is an arbitrary, that is taken instead. */
  readonly definitions: Readonly<Record<string, Schema | Arbitrary<unknown>>>;
  /** How often a definition may still be in another. */
  readonly levels: number;
}
const USUAL: Growing = { wrong: true, texts: fc.string({ minLength: 1, maxLength: 8 }), definitions: {}, levels: 2 };

export function grown(schema: Schema, given: Partial<Growing> = {}): Arbitrary<unknown> {
  const how = { ...USUAL, ...given, definitions: { ...schema.$defs, ...given.definitions } };
  const right = ofSchema(schema, how);
  return how.wrong ? fc.oneof({ weight: RIGHT, arbitrary: right }, { weight: 1, arbitrary: oddValue }) : right;
}

function ofSchema(schema: Schema, how: Growing): Arbitrary<unknown> {
  const { type, enum: values, anyOf, oneOf, $ref } = schema;
  if ($ref !== undefined) return definition(how.definitions[$ref.split("/").at(-1)!]!, how);
  if ("const" in schema) return fc.constant(schema.const);
  if (values) return fc.constantFrom(...values);
  const some = anyOf ?? oneOf;
  if (some?.every(({ required, properties, ...one }) => Object.keys(one).length > 0 || properties))
    return fc.oneof(...some.map((one) => grown(one, how)));
  const types = [type ?? "any"].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, how)));
}

function definition(defined: Schema | Arbitrary<unknown>, how: Growing): Arbitrary<unknown> {
  if (defined instanceof fc.Arbitrary) return defined;
  return how.levels === 0 ? oddValue : grown(defined, { ...how, levels: how.levels - 1 });
}

function ofType(type: string, schema: Schema, how: Growing): Arbitrary<unknown> {
  if (type === "object") return objectOf(schema, how);
  if (type === "array") {
    const { items = true, minItems = 0, maxItems = MOST } = schema;
    const item = typeof items === "boolean" ? oddValue : grown(items, how);
    return fc.array(item, { minLength: minItems, maxLength: Math.max(minItems, Math.min(MOST, maxItems)) });
  }
  if (type === "integer") return numberOf(schema, 1).map(Math.round);
  if (type === "number") return numberOf(schema, STEP);
  if (type === "string") return schema.pattern ? fc.stringMatching(new RegExp(schema.pattern)) : how.texts;
  if (type === "boolean") return fc.boolean();
  return type === "null" ? fc.constant(null) : oddValue;
}

/** @param step  by which numbers differ at least that are not equal */
function numberOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, default: usual }: Schema, step: number): Arbitrary<number> {
  const above = exclusiveMinimum === undefined ? -LARGEST : exclusiveMinimum + step;
  const below = exclusiveMaximum === undefined ? LARGEST : exclusiveMaximum - step;
  const least = minimum ?? above;
  const most = Math.max(least, Math.min(maximum ?? below, LARGEST));
  const ends = [least, Math.min(least + 1, most), ...(typeof usual === "number" ? [usual] : [])];
  return fc.oneof(fc.constantFrom(...ends), fc.double({ min: least, max: Math.min(most, least + 10), noNaN: true }));
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, how: Growing): Arbitrary<object> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, grown(schema, how)]));
  const own = fc.record(members, { requiredKeys: required.filter((name) => name in members) as never[] });
  if (typeof additionalProperties !== "object") return own;
  const further = fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), grown(additionalProperties, how), { maxKeys: MOST });
  return fc.tuple(own, further).map(([members, more]) => ({ ...more, ...members }));
}
