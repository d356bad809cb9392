import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checked } from "../../../core/json/check.ts";
import type { prepared } from "../../../core/json/prepared.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import { knownSchemas } from "../../../scripts/prepared-checks.ts";
import { twelveLayers } from "../../support/twelve-layers.ts";

const built: { readonly prepared: typeof prepared } = await import(new URL("../../../dist/core/json/prepared.js", import.meta.url).href);
const schemas = await knownSchemas();

const METRIC = { name: "accuracy", dataset: "mine", epochs: 1, unit: "percent" };
/** What is in manifests: every object in those of the repository, and options that none of these has. */
const DOCUMENTS: readonly Record<string, unknown>[] = [
  twelveLayers,
  { metric: METRIC },
  { metric: METRIC, command: ["train"] },
  ...["manifests", "manifests/fit", "manifests/tabulate", "tables"].flatMap((folder) => {
    const url = new URL(`../../../${folder}/`, import.meta.url);
    const files = readdirSync(url).filter((name) => name.endsWith(".json"));
    return files.flatMap((name) => objectsIn(JSON.parse(readFileSync(new URL(name, url), "utf8"))));
  }),
];

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  return [...(Array.isArray(value) ? [] : [value as Record<string, unknown>]), ...Object.values(value).flatMap(objectsIn)];
}

/** A value for each type that a property may have or not. */
const VALUES = [undefined, null, true, -1, 0.5, 3, "", "random", [], ["a"], {}, { use: "random" }, { name: "a" }];

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly default?: unknown; readonly enum?: readonly unknown[] }>>;
  readonly required?: readonly string[];
}

/** An object with the required properties, and others with one property of each value, or one that is unknown. */
function* samples({ properties = {}, required = [] }: ObjectSchema): Generator<Record<string, unknown>> {
  const least = Object.fromEntries(required.map((name) => [name, properties[name]?.enum?.[0] ?? "a"]));
  yield {};
  yield least;
  yield { ...least, unknown: 1 };
  for (const [name, schema] of Object.entries(properties))
    for (const value of [...VALUES, schema.default, ...(schema.enum ?? [])]) yield { ...least, [name]: value };
}

test("the built package has a check for each manifest and each built-in plugin, and no other", () => {
  assert.equal(Object.keys(built.prepared).sort(), [...schemas.keys()].sort());
});

test("a check of the built package takes what ajv takes, refuses what it refuses, and fills in the same defaults", async () => {
  const barren: string[] = [];
  for (const [name, schema] of schemas) {
    const { default: check } = await built.prepared[name]!();
    let right = 0;
    for (const sample of [...DOCUMENTS, ...samples(schema)]) {
      const [ours, theirs] = [structuredClone(sample), structuredClone(sample)];
      const problems = problemsOf(schema, theirs);
      assert.is(check(ours), problems.length === 0, `${name}: ${JSON.stringify(sample)}: ${problems[0]}`);
      if (problems.length > 0) continue;
      right++;
      assert.equal(ours, theirs, name);
    }
    if (right === 0) barren.push(name);
  }
  assert.equal(barren, [], "no sample of these was right");
});

test("what has no check of that name is checked by ajv, and told in the same sentences", async () => {
  const schema = { type: "object", additionalProperties: false, properties: { n: { type: "number", default: 2 } } };
  const value = {};
  assert.equal(await checked(undefined, schema, value), []);
  assert.equal(value, { n: 2 });
  assert.equal(await checked("no such name", schema, { n: "x" }, "/a"), problemsOf(schema, { n: "x" }, "/a"));
});

test.run();
