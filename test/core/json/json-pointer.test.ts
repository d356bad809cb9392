import { test } from "uvu";
import * as assert from "uvu/assert";
import { keysOf, pointerOf, valueAt } from "../../../core/json/json-pointer.ts";

/** RFC 6901, Section 5. */
const document = { foo: ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8 };
const EXAMPLES: readonly (readonly [string, unknown])[] = [
  ["", document],
  ["/foo", ["bar", "baz"]],
  ["/foo/0", "bar"],
  ["/", 0],
  ["/a~1b", 1],
  ["/c%d", 2],
  ["/e^f", 3],
  ["/g|h", 4],
  ["/i\\j", 5],
  ['/k"l', 6],
  ["/ ", 7],
  ["/m~0n", 8],
];

test("valueAt finds what the examples of RFC 6901 find, and pointerOf writes their pointers", () => {
  for (const [pointer, value] of EXAMPLES) {
    assert.equal(valueAt(document, pointer), value, pointer);
    assert.is(pointerOf(...keysOf(pointer)!), pointer);
  }
});

test("~01 is ~1, not a slash", () => {
  assert.equal(keysOf("/~01"), ["~1"]);
});

test("a text without its first slash, or with a lone ~, is no pointer", () => {
  for (const text of ["foo", "#/foo", "/a~", "/a~2b"]) assert.is(keysOf(text), undefined, text);
});

test("a pointer to nothing gives undefined: unknown keys, beyond a list, leading zeros, what objects inherit", () => {
  for (const pointer of ["/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/length", "/foo/0/0", "/toString", "/__proto__"])
    assert.is(valueAt(document, pointer), undefined, pointer);
});

test.run();
