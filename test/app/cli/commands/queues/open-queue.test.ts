/** The address of a queue on the command line. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { when } from "../../../../when.ts";
import { root } from "../../command.ts";

const withTitles = when(test, existsSync("/proc/self/cmdline"), "the system does not show the titles of processes as Linux does");

withTitles("a password in the address leaves the title of the process, and nothing else of the call does", async () => {
  const command = join(root, "dist/app/cli/evoke.js");
  // Nobody is there, which takes some seconds to find out.
  const args = [command, "worker", "--queue=redis://nas:secret@127.0.0.1:1", "--workers", "1"];
  const worker = spawn(process.execPath, args, { stdio: "ignore" });
  const title = () => readFileSync(`/proc/${worker.pid}/cmdline`, "utf8");
  try {
    while (worker.exitCode === null && !title().startsWith("evoke")) await pause(20);
    assert.match(title(), "evoke worker --queue=redis://127.0.0.1:1/0 --workers 1");
    assert.not.match(title(), "secret");
  } finally {
    worker.kill("SIGKILL");
  }
});

test.run();
