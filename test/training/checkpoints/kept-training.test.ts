import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EpochResult } from "../../../core/training/trainer.ts";
import { KeptTraining } from "../../../training/checkpoints/kept-training.ts";
import { trainTenEpochs } from "./killed-training.ts";

const root = await mkdtemp(join(tmpdir(), "evoke-training-"));
const script = fileURLToPath(new URL("./killed-training.ts", import.meta.url));

/** Lets a process train, and kills it when it tells of this epoch. */
async function killedAt(last: number, backend: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, script, backend, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const over = once(child, "exit");
  for await (const epoch of createInterface(child.stdout)) if (Number(epoch) === last) child.kill("SIGKILL");
  assert.equal(await over, [null, "SIGKILL"]);
}

const numbers = ({ epoch, loss, validation, test }: EpochResult) => ({ epoch, loss, validation, test });

for (const backend of ["wasm", "cpu"] as const)
  test(`a training that is killed goes on after its last checkpoint, and ends with the same bits, on ${backend}`, async () => {
    const folder = join(root, backend);
    const [whole] = await Promise.all([trainTenEpochs(backend, undefined, {}), killedAt(5, backend, folder)]);
    const told: EpochResult[] = [];
    const notes: string[] = [];
    const observer = { epoch: (result: EpochResult) => told.push(result) > 0, note: (line: string) => void notes.push(line) };
    const resumed = await trainTenEpochs(backend, folder, observer);
    assert.match(notes.join(), /^goes on after epoch \d+ of 10$/); // the tenth where the kill came late
    assert.equal(resumed.epochs.map(numbers), whole.epochs.map(numbers));
    assert.equal(resumed.weights, whole.weights);
    assert.equal(told, resumed.epochs, "the epochs before are told again");
    if (backend === "cpu") return;
    const again = await trainTenEpochs(backend, folder, observer);
    assert.equal([again, notes.at(-1)], [resumed, "was done before"]);
    const earlier = await trainTenEpochs(backend, folder, { epoch: ({ epoch }) => epoch < 4 });
    assert.equal(earlier.epochs, resumed.epochs.slice(0, 4), "an observer ends it where it did");
  });

test("a damaged checkpoint is told, and not used; one of another training neither", async () => {
  const file = join(root, "damaged.bin");
  const notes: string[] = [];
  const kept = (digest: string) => new KeptTraining(file, digest, (line) => notes.push(line));
  const checkpoint = { epochs: [{ epoch: 1, loss: 2, seconds: 3 }], state: Uint8Array.of(1, 2, 3, 4) };
  const writing = kept("a");
  writing.keep(checkpoint);
  await writing.settled();
  assert.equal(await kept("a").read(), { checkpoint });
  assert.is(await kept("b").read(), undefined);
  assert.match(notes.pop()!, /is of another training/);
  const bytes = await readFile(file);
  for (const damaged of [bytes.subarray(0, 40), Buffer.from(bytes).fill(0, 10, 12), Buffer.alloc(0)]) {
    await writeFile(file, damaged);
    assert.is(await kept("a").read(), undefined);
    assert.match(notes.pop()!, /is damaged or cut off/);
  }
});

test("what cannot be kept is told, and the training goes on", async () => {
  const file = join(root, "no-folder");
  await writeFile(file, "");
  const notes: string[] = [];
  const kept = new KeptTraining(join(file, "a.bin"), "a", (line) => notes.push(line));
  kept.keep({ epochs: [], state: new Uint8Array(4) });
  await kept.settled();
  assert.is(notes.length, 1);
  assert.match(notes[0]!, /Cannot write/);
  assert.equal(await readdir(root).then((names) => names.includes("no-folder")), true);
});

test.after(() => rm(root, { recursive: true }));
test.run();
