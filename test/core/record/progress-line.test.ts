import { test } from "uvu";
import * as assert from "uvu/assert";
import { ProgressLine } from "../../../core/record/progress-line.ts";

function noting(interactive: boolean) {
  let now = 0;
  let written = "";
  const terminal = { interactive, columns: 10, write: (text: string) => void (written += text) };
  const notes = new ProgressLine(terminal, () => now);
  return { notes, wait: (milliseconds: number) => void (now += milliseconds), written: () => written };
}

test("where lines stay there is one now and then, and the final one", () => {
  const { notes, wait, written } = noting(false);
  notes.show(() => "too soon");
  wait(10_000);
  notes.show(() => "a line that is longer");
  notes.show(() => "too soon");
  notes.show(() => "the end", true);
  assert.is(written(), "a line that is longer\nthe end\n");
});

test("on a terminal each note replaces the one before, cut to its width, and what is said stays", () => {
  const { notes, wait, written } = noting(true);
  wait(200);
  notes.show(() => "a line that is longer");
  notes.say("it was damaged");
  assert.is(written(), "\r\u001b[2Ka line th\r\u001b[2Kit was damaged\n");
});

test.run();
