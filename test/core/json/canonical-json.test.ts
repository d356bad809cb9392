import { test } from "uvu";
import * as assert from "uvu/assert";
import { digestOf } from "../../../core/json/canonical-json.ts";

test("digestOf() is SHA-256 of the canonical JSON, as sha256sum gives it", () => {
  // printf '{"a":1,"b":[true,null,"é"]}' | sha256sum
  assert.is(digestOf({ b: [true, null, "é"], a: 1 }), "9488dd13ca33d3291f5a91a1833dfa164811755ffba538c2b340780f8c31a0cb");
});

test("digestOf() does not see the order of keys, and sees everything else", () => {
  assert.is(digestOf({ a: 1, b: { c: 2, d: 3 } }), digestOf({ b: { d: 3, c: 2 }, a: 1 }));
  assert.is.not(digestOf({ a: [1, 2] }), digestOf({ a: [2, 1] }));
  assert.is.not(digestOf({ a: 1 }), digestOf({ a: "1" }));
});

test.run();
