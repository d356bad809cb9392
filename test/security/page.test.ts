/** Every list of docs/security.md is tried by a file of tests. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { sentences, TESTS } from "./claims.ts";

test("docs/security.md has sentences in the sections that are tested, and in no others", () => {
  assert.equal([...sentences().keys()], Object.keys(TESTS));
  const files = readdirSync(fileURLToPath(new URL(".", import.meta.url))).filter((name) => name.endsWith(".test.ts"));
  assert.equal(files.sort(), ["page.test.ts", ...new Set(Object.values(TESTS))].sort());
});

test("no sentence is said twice", () => {
  const all = [...sentences().values()].flat();
  assert.is(new Set(all).size, all.length);
});

test.run();
