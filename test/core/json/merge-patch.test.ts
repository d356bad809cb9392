import { test } from "uvu";
import * as assert from "uvu/assert";
import { mergePatch } from "../../../core/json/merge-patch.ts";

/** RFC 7396, Appendix A: original, patch, result. */
const APPENDIX: readonly (readonly [unknown, unknown, unknown])[] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

for (const [i, [original, patch, result]] of APPENDIX.entries()) {
  test(`mergePatch does as case ${i + 1} of RFC 7396, Appendix A, and changes neither argument`, () => {
    const before = JSON.stringify([original, patch]);
    assert.equal(mergePatch(original, patch), result);
    assert.is(JSON.stringify([original, patch]), before);
  });
}

test("a member named __proto__ is a member like any other", () => {
  const merged = mergePatch({}, JSON.parse('{ "__proto__": { "polluted": 1 } }')) as object;
  assert.is((merged as { polluted?: number }).polluted, undefined);
  assert.equal(Object.keys(merged), ["__proto__"]);
});

test.run();
