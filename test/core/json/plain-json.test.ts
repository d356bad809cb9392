import { test } from "uvu";
import * as assert from "uvu/assert";
import { amountOf, MOST_LEVELS, plainJson } from "../../../core/json/plain-json.ts";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

test("plainJson() is JSON.parse, up to so many levels", () => {
  for (const text of ['{"a":[1,{"b":"]}\\"["}]}', nested(MOST_LEVELS), "3", '"[[["']) assert.equal(plainJson(text), JSON.parse(text));
  assert.throws(() => plainJson(nested(MOST_LEVELS + 1)), /more than 200 objects and lists in each other/);
  assert.throws(() => plainJson("[".repeat(1e6)), /more than 200/);
  assert.throws(() => plainJson("[1"), SyntaxError);
});

test("amountOf() counts what is outside of texts", () => {
  assert.equal(amountOf('{"a,[{":[1,2,{}],"\\"":3}'), { levels: 3, containers: 3, commas: 3 });
  assert.equal(amountOf('"never closed ,['), { levels: 0, containers: 0, commas: 0 });
});

test.run();
