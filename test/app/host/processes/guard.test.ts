import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { allEnded } from "./alive.ts";

const parent = fileURLToPath(new URL("./ends-with.ts", import.meta.url));

for (const how of ["exit", "throw", "SIGINT", "SIGTERM", "SIGKILL"])
  test(`nothing is left of a program, of what it has started, or of an idle worker, after ${how}`, async () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", parent, how], { encoding: "utf8" });
    const pids = stdout.trim().split(/\s+/).map(Number);
    assert.ok(pids.length === 3 && pids.every((pid) => pid > 0), stdout + stderr);
    await allEnded(pids);
  });

test.run();
