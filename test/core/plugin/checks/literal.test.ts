import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaultProblem } from "../../../../core/plugin/checks/defaults.ts";
import { pluginsOf } from "../../../../core/plugin/checks/literal.ts";
import { builtInPlugins } from "../../../../plugins/catalogue.ts";

const builtIn = await builtInPlugins();

const right = {
  kind: "reward",
  name: "mine",
  summary: "Mine",
  options: { type: "object" },
  needs: [],
  create: () => ({ shape: (r: number) => r }),
};
const told = (changes: object) => {
  try {
    pluginsOf({ default: { ...right, ...changes } }, "./mine.js", "/plugins/0 of test.json");
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing";
};

test("a literal is refused for each member that is not what a plugin has, with its kind, name and module", () => {
  const reward = 'Cannot use reward "mine" (./mine.js) at /plugins/0 of test.json: ';
  for (const [changes, message] of [
    [{ kind: "rewards" }, 'Cannot use the plugin "mine" (./mine.js) at /plugins/0 of test.json: its "kind" must be one of space, distance'],
    [{ name: "My Reward" }, 'its "name" must be lower-case words joined by hyphens; found "My Reward", a text.'],
    [{ name: undefined }, 'Cannot use a reward (./mine.js) at /plugins/0 of test.json: its "name" must be'],
    [{ summary: 7 }, `${reward}its "summary" must be a text; found 7.`],
    [{ options: undefined }, `${reward}its "options" must be the JSON Schema of an object, { "type": "object", … }; found nothing.`],
    [{ options: { type: "array" } }, 'found {"type":"array"}.'],
    [
      { options: { type: "object", properties: { a: { typ: "string" } } } },
      `${reward}its "options" are no JSON Schema: strict mode: unknown keyword: "typ"`,
    ],
    [{ needs: undefined }, `${reward}its "needs" must be a list of what create is handed; found nothing.`],
    [{ needs: ["spce"] }, `${reward}it needs "spce", and there is no such thing. Did you mean "space"?`],
    [{ wholeSpace: "yes" }, `${reward}its "wholeSpace" must be true or false; found "yes", a text.`],
    [{ create: 1 }, `${reward}its "create" must be a function; found 1.`],
  ] as const)
    assert.ok(told(changes).includes(message), `${told(changes)}\nis not\n${message}`);
  assert.is(told({}), "nothing");
});

test("a default that its own schema does not allow is found, however deep it is; others are not", () => {
  const wrong = (options: object) => told({ options: { type: "object", ...options } });
  const inner = { type: "object", properties: { rate: { type: "number", maximum: 1, default: 2 } } };
  assert.match(
    wrong({ properties: { a: { type: "integer", default: 0.5 } } }),
    'at /properties/a of its "options" is not as the schema there says: must be an integer; found 0.5',
  );
  assert.match(wrong({ properties: { a: inner } }), "at /properties/a/properties/rate of");
  assert.match(wrong({ properties: { a: { type: "array", items: inner } } }), "at /properties/a/items/properties/rate of");
  assert.match(wrong({ properties: { a: { enum: ["x", "y"], default: "z" } } }), "must be one of x, y; found");
  assert.match(
    wrong({ properties: { a: { type: "object", required: ["b"], properties: { b: {} }, default: {} } } }),
    'the property "b" is missing',
  );
  assert.match(wrong({ $defs: { a: { type: "string" } }, properties: { a: { $ref: "#/$defs/a", default: 1 } } }), "must be a string");
  assert.is(wrong({ $defs: { a: { type: "string" } }, properties: { a: { $ref: "#/$defs/a", default: "b" } } }), "nothing");
  assert.is(
    wrong({
      required: ["a"],
      properties: { a: { type: "string" }, b: { type: "object", properties: { c: { default: 1 } }, default: {} } },
    }),
    "nothing",
  );
});

test("the defaults of all built-in plugins are as their schemas say", () => {
  for (const { name, options } of builtIn) assert.is(defaultProblem(options), undefined, name);
});

test.run();
