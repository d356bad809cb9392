import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import { experimentSchema } from "../../../core/schemas/experiment.ts";

const right = { name: "a", space: "s", evaluator: "e", controller: "c", budget: { queries: 1 } };
const problems = (schema: object, value: object) => problemsOf(schema, structuredClone(value));
const ofExperiment = (changed: object) => problems(experimentSchema, { ...right, ...changed });

const file = { type: "object", additionalProperties: false, required: ["file"], properties: { file: { type: "string" } } };
const url = { type: "object", additionalProperties: false, required: ["url"], properties: { url: { type: "string" } } };
const tagged = (kind: string) => ({
  type: "object",
  additionalProperties: false,
  required: ["kind", kind],
  properties: { kind: { const: kind }, [kind]: { type: "number" } },
});
/** Of a plugin that somebody writes. */
const nested = {
  type: "object",
  $defs: { file, url },
  properties: {
    dataset: { oneOf: [file, url, { type: "null" }] },
    referred: { oneOf: [{ $ref: "#/$defs/file" }, { $ref: "#/$defs/url" }] },
    list: { anyOf: [{ type: "string" }, { type: "array", items: { anyOf: [{ type: "string" }, file] } }] },
    tagged: { oneOf: [tagged("x"), tagged("y")] },
    either: { anyOf: [{ type: "integer", minimum: 1 }, { const: "all" }] },
    both: {
      oneOf: [
        { type: "number", minimum: 1 },
        { type: "number", maximum: 9 },
      ],
    },
    conditional: {
      type: "object",
      properties: { kind: { enum: ["a", "b"] }, n: { type: "number" } },
      if: { type: "object", required: ["kind"], properties: { kind: { const: "a" } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ["n"] },
      else: { type: "object", properties: { n: { type: "number", maximum: 3 } } },
    },
    all: {
      allOf: [
        { type: "number", minimum: 3 },
        { type: "number", minimum: 3, multipleOf: 2 },
      ],
    },
    dependent: { type: "object", dependentRequired: { a: ["b"] } },
    unique: { type: "array", uniqueItems: true },
    names: { type: "object", propertyNames: { pattern: "^[a-z]+$" } },
  },
};

/** A value, and all that is said of it. */
const TOLD: readonly (readonly [object, readonly string[]])[] = [
  // the alternative of the value's type
  [{ list: 3 }, ["/list: must be a string, or an array; found 3"]],
  [{ list: [3] }, ['/list/0: must be a string, or an object with "file"; found 3']],
  [
    { list: [{}, { file: 1 }, { flie: "x", file: "y" }] },
    [
      '/list/0: the property "file" is missing',
      "/list/1/file: must be a string; found 1",
      '/list/2: unknown property "flie". Did you mean "file"?',
    ],
  ],
  [{ either: 0 }, ["/either: must be >= 1; found 0"]],
  [{ either: "al" }, ['/either: must be "all"; found "al"']],
  [{ either: true }, ['/either: must be an integer, or "all"; found true']],
  // the alternative whose tag it has, or whose properties
  [{ tagged: { kind: "x" } }, ['/tagged: the property "x" is missing']],
  [{ tagged: { kind: "y", y: "1" } }, ['/tagged/y: must be a number; found "1"']],
  [{ dataset: { file: 3 } }, ["/dataset/file: must be a string; found 3"]],
  [{ referred: { file: 3 } }, ["/referred/file: must be a string; found 3"]],
  // all of them, where it is like none or like several
  [{ dataset: {} }, ['/dataset: must be an object with "file", or an object with "url", or null; found {}']],
  [{ dataset: 3 }, ['/dataset: must be an object with "file", or an object with "url", or null; found 3']],
  [{ both: 5 }, ["/both: must be only one of these: a number, or a number; found 5"]],
  // other schemas in schemas
  [{ conditional: { kind: "a" } }, ['/conditional: the property "n" is missing']],
  [{ conditional: { kind: "b", n: 4 } }, ["/conditional/n: must be <= 3; found 4"]],
  [{ all: 1 }, ["/all: must be >= 3; found 1", "/all: must be a multiple of 2; found 1"]],
  [{ dependent: { a: 1 } }, ['/dependent: the property "b" is missing, which "a" needs']],
  [{ unique: [1, 2, 1] }, ["/unique: must not have duplicate items; items 0 and 2 of [1,2,1] are equal"]],
  [{ names: { "A B": 1 } }, ['/names: a name in it must match pattern "^[a-z]+$"; found "A B"']],
];
for (const [value, sentences] of TOLD) {
  test(`of ${JSON.stringify(value)} each problem is told once`, () => assert.equal(problems(nested, value), sentences));
}

test("a slot that is wrong is told by what is wrong in it", () => {
  assert.equal(ofExperiment({ controller: { use: "x", optoins: {} } }), [
    '/controller: unknown property "optoins". Did you mean "options"?',
  ]);
  assert.equal(ofExperiment({ controller: {} }), ['/controller: the property "use" is missing']);
  assert.equal(ofExperiment({ reward: ["a", 3, { use: 4 }] }), [
    '/reward/1: must be a string, or an object with "use"; found 3',
    "/reward/2/use: must be a string; found 4",
  ]);
});

test("a cost model is a name, or complete", () => {
  const cost = (cost: unknown) => ofExperiment({ budget: { queries: 1, cost } });
  assert.equal(cost("oficial"), [
    '/budget/cost: must be one of official, every-query, distinct; found "oficial". Did you mean "official"?',
  ]);
  assert.equal(cost({ initial: "free", repeats: "never", overshot: true }), [
    '/budget/cost: the property "overshoot" is missing',
    '/budget/cost: unknown property "overshot". Did you mean "overshoot"?',
    '/budget/cost/repeats: must be one of free, charged (Architectures evaluated before in this run); found "never"',
  ]);
  assert.equal(cost(3), [
    '/budget/cost: must be one of official, every-query, distinct, or an object with "initial", "repeats", "overshoot"; found 3',
  ]);
});

test("the pointer is that of the value in its document", () => {
  const schema = { type: "object", properties: { n: { type: "number" } }, additionalProperties: false };
  assert.equal(problemsOf(schema, { n: "x", m: 1 }, "/controller/options"), [
    '/controller/options: unknown property "m". Did you mean "n"?',
    '/controller/options/n: must be a number; found "x"',
  ]);
});

test.run();
