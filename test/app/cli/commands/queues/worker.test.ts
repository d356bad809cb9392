/** What `evoke worker` refuses before it is at a queue. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type WorkerCommandOptions, workerCommand } from "../../../../../app/cli/commands/queues/worker.ts";
import type { EvokeError } from "../../../../../core/errors/index.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-worker-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test("options that no worker can have are refused, with what is expected", async () => {
  writeFileSync(join(folder, "file"), "");
  const refused: readonly [Omit<WorkerCommandOptions, "queue">, RegExp][] = [
    [{ workdir: join(folder, "file") }, /^Cannot use --workdir ".*file": expected a folder that can be written to \(EEXIST/],
    [{ workdir: join(folder, "file", "in-it") }, /^Cannot use --workdir .*\(ENOTDIR/],
    [{ slots: "two" }, /^Cannot use --slots "two": expected a number from 1, or a list of variables/],
    [{ slots: '[{"GPU":0}]' }, /^Cannot use --slots/],
    [{ slots: '[{"GPU":"0"},{"GPU":"0"}]' }, /each another one/],
    [{ workers: "0", parallel: "0" }, /the worker would do nothing/],
    [{ workers: "-1" }, /^Cannot use --workers "-1"/],
  ];
  for (const [options, message] of refused) {
    const error = await workerCommand({ queue: "redis://nowhere.invalid", ...options }).then(
      () => assert.unreachable(),
      (thrown: EvokeError) => thrown,
    );
    assert.is((error as EvokeError).code, "OPTION_INVALID", JSON.stringify(options));
    assert.match((error as EvokeError).message, message);
  }
});

test.run();
