import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseJson } from "../../../core/json/parse-json.ts";

const read = (text: string) => {
  const parsed = parseJson(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.value;
};

test("JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: "binary" }), (text) => {
      assert.is(JSON.stringify(read(text)), JSON.stringify(JSON.parse(text)));
    }),
    { seed: 1, examples: [['{"__proto__":{"a":1},"a":1e999,"":"\\ud800 \\u0000"}']] },
  );
});

test("what JSON.parse refuses is refused, but for what people write", () => {
  const refused = ["", " ", "{", "[1 2]", "{a:1}", "{'a':1}", "01", "+1", ".5", "NaN", '"\n"', '"\\x41"', "{} {}", "[,1]", '{"a"}', "tru"];
  for (const text of refused) {
    assert.throws(() => JSON.parse(text), undefined, text);
    assert.ok("problem" in parseJson(text), text);
  }
  assert.equal(read('\uFEFF{ // one\r\n "a": [1, 2,], /* two */ "b": "// not one", }\r\n// end'), { a: [1, 2], b: "// not one" });
});

test("the first thing that is wrong is told, by line and column", () => {
  assert.equal(parseJson('{\r\n  "a": 1\r\n  "b": 2,,\r\n}'), { problem: "comma expected", at: { line: 3, column: 3 } });
});

test("a text whose objects and lists are more than 200 levels deep is refused, and 200 levels are read", () => {
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  assert.ok("value" in parseJson(nested(200)));
  const refused = { problem: "more than 200 objects and lists in each other", at: { line: 1, column: 201 } };
  assert.equal(parseJson(nested(201)), refused);
  assert.equal(parseJson("[".repeat(1_000_000)), refused);
});

test("members that are there twice are found in every object, with both places", () => {
  const parsed = parseJson('{ "a/b": [{ "c": 1,\n"c": 2, "d": {"c": 3} }],\n "a/b": 4, "a/b": 5 }');
  assert.equal("repeated" in parsed && parsed.repeated, [
    { pointer: "/a~1b/0/c", first: { line: 1, column: 13 }, again: { line: 2, column: 1 } },
    { pointer: "/a~1b", first: { line: 1, column: 3 }, again: { line: 3, column: 2 } },
    { pointer: "/a~1b", first: { line: 1, column: 3 }, again: { line: 3, column: 12 } },
  ]);
});

test.run();
