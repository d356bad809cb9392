import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Standing, WeightSharingResult } from "../../../core/training/weight-sharing.ts";
import { EPOCHS, searchedShortly } from "./killed-search.ts";

const root = await mkdtemp(join(tmpdir(), "evoke-killed-search-"));
const script = fileURLToPath(new URL("./killed-search.ts", import.meta.url));

/** Lets a process search, and kills it when it tells of this epoch. */
async function killedAt(last: number, backend: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, script, backend, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const over = once(child, "exit");
  for await (const epoch of createInterface(child.stdout)) if (Number(epoch) === last) child.kill("SIGKILL");
  assert.equal(await over, [null, "SIGKILL"]);
}

const found = ({ ranked, accuracies }: WeightSharingResult) => ({ ranked, accuracies });

test("shared weights whose process is killed go on after the last checkpoint, and end with the same bits", async () => {
  const folder = join(root, "wasm");
  const notes: string[] = [];
  const told = { whole: [] as Standing[], resumed: [] as Standing[] };
  const listener = (epochs: Standing[]) => ({
    epoch: (_: number, standing: Standing) => void epochs.push(standing),
    note: (line: string) => void notes.push(line),
  });
  const [whole] = await Promise.all([searchedShortly("wasm", undefined, listener(told.whole)), killedAt(2, "wasm", folder)]);
  const resumed = await searchedShortly("wasm", folder, listener(told.resumed));
  assert.match(notes.join(), new RegExp(`^go on after epoch [1-3] of ${EPOCHS}$`));
  assert.is(told.whole.length, EPOCHS);
  assert.equal(told.resumed, told.whole);
  assert.equal(found(resumed), found(whole));
  assert.not.equal(told.whole[0], told.whole[1]);
});

test.after(() => rm(root, { recursive: true }));
test.run();
