/** The address of a queue on the command line. */
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { addressOf } from "../../../../../app/cli/commands/queues/open-queue.ts";

test("a password in the address leaves the title of the process, and nothing else of the call does", () => {
  const url = "redis://nas:secret@box";
  const { argv, title } = process;
  try {
    process.argv = ["node", "evoke.js", "worker", `--queue=${url}`, "--workers", "1"];
    assert.is(addressOf(url).password, "secret");
    assert.match("evoke worker --queue=redis://box:6379/0 --workers 1", process.title.trim()); // no longer than it was
    assert.match(process.title, "evoke worker");
  } finally {
    [process.argv, process.title] = [argv, title];
  }
});

test.run();
