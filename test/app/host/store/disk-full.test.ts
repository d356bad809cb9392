import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { when } from "../../../when.ts";
import { Scratch, toy, toyEvaluator } from "../../cli/command.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const manifest = scratch.write("toy.json", { ...toy, budget: { queries: 400 }, seeds: { count: 12 } });

/** A small disk of its own. */
const disk = mkdtempSync(join(tmpdir(), "evoke-disk-"));
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=200k", "tmpfs", disk]).status === 0;
/** Calls have processes of their own: what one holds open is not gone from the disk before it ends. */
const resize = (size: string) => assert.is(spawnSync("mount", ["-o", `remount,size=${size}`, disk]).status, 0);
test.after(() => {
  if (mounted) spawnSync("umount", ["-l", disk]);
  rmdirSync(disk);
});
const onSmallDisk = when(test, mounted, "no file system can be mounted here");

const results = (document: string) => JSON.parse(document).runs.map(({ wallSeconds: _, ...run }: { wallSeconds: number }) => run);
const NO_ROOM =
  /^Cannot write .*evoke-disk-.*: (ENOSPC: no space left on device, write|database or disk is full)\.\n {2}What was written before is kept\. Make room on that disk; the same command goes on from there\.\n$/m;

onSmallDisk(
  "a full disk is one clear error, with any number of workers and records, and where there is room again the rest is done",
  () => {
    const expected = results(scratch.evokeAlone("run", manifest, "--json", "--out", "roomy").stdout);
    for (const [workers, observers, size] of [
      ["1", '["recorder"]', "200k"],
      ["2", "[]", "80k"],
    ] as const) {
      resize(size);
      const out = join(disk, workers);
      const args = ["run", manifest, "--json", "--out", out, "--workers", workers, "--set", `/observers=${observers}`];
      const full = scratch.evokeAlone(...args);
      assert.equal([full.status, full.stdout], [2, ""], full.stderr);
      assert.match(full.stderr, NO_ROOM);
      assert.not.match(full.stderr, / {4}at |detached/);
      resize("20m");
      const again = scratch.evokeAlone(...args);
      assert.is(again.status, 0, again.stderr);
      assert.equal(results(again.stdout), expected);
      assert.equal(
        readdirSync(disk, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".new")),
        [],
      );
      rmSync(out, { recursive: true });
    }
  },
);

onSmallDisk("what a command was told to write does not take the place of what is there, where there is no room for it", () => {
  const file = join(disk, "cell.svg");
  const draw = (architecture: string) => scratch.evokeAlone("draw", architecture, "--space", "nas-bench-201", "--out", file);
  const none = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
  assert.is(draw(none).status, 0);
  const before = readFileSync(file);
  resize(`${Math.ceil(before.length / 4096) * 4}k`);
  const full = draw(none.replaceAll("none", "nor_conv_3x3"));
  assert.is(full.status, 2);
  assert.match(full.stderr, NO_ROOM);
  assert.equal(readdirSync(disk), ["cell.svg"]);
  assert.ok(readFileSync(file).equals(before));
});

test.run();
