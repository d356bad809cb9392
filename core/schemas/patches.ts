/**
 * Schemas of what changes an experiment, made from those of what it changes: merge patches of variants and tasks, and the
 * places that axes lead to.
 *
 * @module
 */
import { pointerOf } from "../json/json-pointer.ts";

/** A JSON Schema, as far as it is looked into here. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** What ties the members of an object to each other. A patch has only some of them. */
const TIES = [
  ...["required", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas"],
  ...["allOf", "oneOf", "not", "if", "then", "else"],
];

/** The same, or null. */
export function orNull(schema: Schema): Schema {
  const { description, ...rest } = schema;
  const about = description === undefined ? {} : { description };
  if (schema.$ref !== undefined) return { ...about, anyOf: [rest, { type: "null" }] };
  if (schema.enum) return { ...schema, ...(schema.type && { type: withNull(schema.type) }), enum: [...schema.enum, null] };
  if (schema.type !== undefined) return { ...schema, type: withNull(schema.type) };
  if (schema.anyOf) return { ...schema, anyOf: [...schema.anyOf, { type: "null" }] };
  return { ...about, anyOf: [rest, { type: "null" }] };
}

function withNull(type: string | readonly string[]): readonly string[] {
  return [...[type].flat(), "null"];
}

/**
 * What a JSON Merge Patch (RFC 7396) may have in the place of what a schema describes: some of an object's members, and null
 * for those that are taken away. A list is replaced whole, so it is as it was.
 *
 * @param refs  what takes the place of a reference
 */
export function patchOf(schema: Schema, refs: ($ref: string) => Schema): Schema {
  const { $ref, ...others } = schema;
  if ($ref !== undefined) return { ...others, ...(others.type && { type: withNull(others.type) }), ...refs($ref) };
  if (schema.properties === undefined && typeof schema.additionalProperties !== "object")
    return orNull(schema.anyOf ? { ...schema, anyOf: schema.anyOf.map((one) => patchOf(one, refs)) } : schema);
  const { anyOf: _, ...untied } = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !TIES.includes(keyword))) as Schema;
  const { properties, additionalProperties } = untied;
  return orNull({
    ...untied,
    ...(properties && { properties: mapped(properties, (property) => patchOf(property, refs)) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: patchOf(additionalProperties, refs) }),
  });
}

/** Where a JSON Pointer may lead to in what a schema describes. */
export interface Places {
  /** Where the schemas of the values are, by pointer: several, where it depends on other members which of them it is. */
  readonly known: Map<string, Place[]>;
  /** Pointers to lists, and to objects whose members have any names: whatever is in them is a place. */
  readonly open: Set<string>;
}

export interface Place {
  readonly $ref: string;
  readonly schema: Schema;
}

/**
 * Adds the places within an object to those that are known.
 *
 * @param at  where the object is
 * @param object  where its schema is, and the schema
 * @param within  goes on where there is another reference
 */
export function addPlaces(places: Places, at: string, { $ref, schema }: Place, within: (at: string, $ref: string) => void): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const pointer = at + pointerOf(name);
    const place = { $ref: `${$ref}/properties${pointerOf(name)}`, schema: property };
    const others = places.known.get(pointer) ?? [];
    if (!others.some((other) => JSON.stringify(other.schema) === JSON.stringify(property))) places.known.set(pointer, [...others, place]);
    if (property.$ref !== undefined) within(pointer, property.$ref);
    else if (property.properties) addPlaces(places, pointer, place, within);
    else if (!SCALAR.has(String(property.type)) && property.enum === undefined) places.open.add(pointer);
  }
}

const SCALAR = new Set(["string", "number", "integer", "boolean"]);

export function mapped<A, B>(object: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
