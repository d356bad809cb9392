import { test } from "uvu";
import * as assert from "uvu/assert";
import { describedOptions } from "../../../core/json/described-options.ts";

/** A line for each option: its name, what it can be, and its default. */
function lines(properties: object, rest: object = {}): string[] {
  return describedOptions({ type: "object", properties, ...rest }).map(
    ({ name, value, required, default: fallback }) =>
      `${name}: ${value}${required ? " (required)" : ""}${fallback === undefined ? "" : ` = ${JSON.stringify(fallback)}`}`,
  );
}

test("options of options stand after these, with their names before a dot", () => {
  const training = {
    type: "object",
    default: {},
    required: ["epochs"],
    properties: { epochs: { type: "integer", minimum: 1, maximum: 9 }, momentum: { type: "number", minimum: 0, exclusiveMaximum: 1 } },
  };
  assert.equal(lines({ training, seed: { type: "integer", exclusiveMinimum: 0 } }, { required: ["seed"] }), [
    "training: object = {}",
    "training.epochs: integer from 1 to 9 (required)",
    "training.momentum: number ≥ 0 and < 1",
    "seed: integer > 0 (required)",
  ]);
});

test("items of lists, members of any name, alternatives and what refers to itself are described, each once", () => {
  const metric = { type: "object", properties: { unit: { type: "string" }, goal: { enum: ["least", "most"], default: "most" } } };
  const tree = { type: "object", properties: { leaf: { type: "boolean" }, branches: { type: "array", items: { $ref: "#/$defs/tree" } } } };
  const size = { anyOf: [{ type: "integer", minimum: 1 }, { type: "object", properties: { from: { type: "number" } } }, { const: "all" }] };
  const list = { type: "array", items: metric };
  assert.equal(
    lines({ list, metrics: { type: "object", additionalProperties: metric }, size, tree: { $ref: "#/$defs/tree" } }, { $defs: { tree } }),
    [
      "list: array of object",
      "list[].unit: string",
      'list[].goal: least, most = "most"',
      "metrics: object",
      "metrics.*.unit: string",
      'metrics.*.goal: least, most = "most"',
      "size: integer ≥ 1, or object, or all",
      "size.from: number",
      "tree: object",
      "tree.leaf: boolean",
      "tree.branches: array of object",
    ],
  );
});

test("a description beside a reference is the one that counts, and values are written as is asked", () => {
  const schema = {
    properties: { kind: { $ref: "#/$defs/kind", description: "here" } },
    $defs: { kind: { enum: ["a", 1], description: "there", default: "a" } },
  };
  assert.equal(describedOptions(schema, JSON.stringify), [
    { name: "kind", value: '"a", 1', default: "a", required: false, description: "here" },
  ]);
});

test.run();
