import { test } from "uvu";
import * as assert from "uvu/assert";
import { visible } from "../../core/visible.ts";

test("visible() shows what a terminal would obey, as JSON writes it", () => {
  assert.is(visible("\u001b[31mred\u0007 \u009b2J \r\u202eevil"), "\\u001b[31mred\\u0007 \\u009b2J \\u000d\\u202eevil");
  assert.is(visible("a \ud83d b \ude00 \uffff"), "a \\ud83d b \\ude00 \\uffff");
});

test("visible() leaves letters of all languages, emoji, tabulators and line feeds as they are", () => {
  const text = "Größe\t精度 שלום 😀\n±½ “x”";
  assert.is(visible(text), text);
});

test("visible() changes nothing of what a JSON text means", () => {
  const value = { name: "a\u009b\u2028\u202e\u007f" };
  const shown = visible(JSON.stringify(value));
  assert.match(shown, /^[ -~]*$/);
  assert.equal(JSON.parse(shown), value);
});

test.run();
