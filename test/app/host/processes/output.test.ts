import { test } from "uvu";
import * as assert from "uvu/assert";
import { Lines, LogTail } from "../../../../app/host/processes/output.ts";

function linesOf(...pieces: readonly string[]) {
  const [lines, excess]: [string[], string[]] = [[], []];
  const reader = new Lines(
    (line) => lines.push(line),
    (text) => excess.push(text),
  );
  for (const piece of pieces) reader.add(piece);
  reader.end();
  return { lines, excess };
}

test("lines are found wherever a text was cut, the last one without an end too", () => {
  assert.equal(linesOf("a\nb", "c\r", "\n", "\nd").lines, ["a", "bc", "", "d"]);
  assert.equal(linesOf("a\n").lines, ["a"]);
  assert.equal(linesOf("").lines, []);
});

test("a line without an end is no line, and what comes after it is", () => {
  const mega = "x".repeat(2 ** 20);
  const { lines, excess } = linesOf("before\n", mega, mega, mega, mega, mega, "y\nafter\n");
  assert.equal(lines, ["before", "after"]);
  assert.ok(excess.join("") === `${mega.repeat(5)}y\n`, "it is handed on as it comes");
});

test("a log keeps the last 64 kB", () => {
  const log = new LogTail();
  log.add("first\n");
  assert.is(String(log), "first\n");
  for (let i = 0; i < 100_000; i++) log.add(`line ${i}\n`);
  assert.is(String(log).length, 65_536);
  assert.ok(String(log).endsWith("line 99998\nline 99999\n"));
  log.add("z".repeat(70_000));
  assert.is(String(log), "z".repeat(65_536));
});

test.run();
