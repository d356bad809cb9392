import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { KeptTraining } from "../../training/kept-training.ts";

const root = await mkdtemp(join(tmpdir(), "evoke-training-"));
const script = fileURLToPath(new URL("./killed-training.ts", import.meta.url));

interface Line {
  readonly epoch?: number;
  readonly note?: string;
  readonly curve?: readonly object[];
  readonly weights?: string;
}

/** Lets a process train. @param heard  told each of its lines @returns all of them */
async function trainIn(folder: string, backend: string, heard: (line: Line, child: ChildProcess) => void = () => {}): Promise<Line[]> {
  const child = spawn(process.execPath, [...process.execArgv, script, backend, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    heard(line, child);
  }
  return lines;
}

const killAt = (last: number) => (line: Line, child: ChildProcess) => {
  if (line.epoch === last) child.kill("SIGKILL");
};

for (const [backend, kills] of [
  ["wasm", [4, 7]],
  ["cpu", [5]],
] as const)
  test(`a training that is killed goes on after its last checkpoint, and ends with the same bits, on ${backend}`, async () => {
    const folder = join(root, backend);
    const [whole] = await Promise.all([trainIn(join(root, `${backend}-whole`), backend), trainIn(folder, backend, killAt(kills[0]))]);
    for (const kill of kills.slice(1)) {
      const killed = await trainIn(folder, backend, killAt(kill));
      assert.match(killed[0]!.note!, /^goes on after epoch [2-9] of 10$/);
      assert.not(killed.some(({ curve }) => curve));
    }
    const [{ note }, ...last] = (await trainIn(folder, backend)) as [Line, ...Line[]];
    assert.match(note!, /^goes on after epoch [3-9] of 10$/);
    assert.equal(last, whole, "the epochs before are told again");
    if (backend === "wasm") assert.equal(await trainIn(folder, backend), [{ note: "was done before" }, ...whole]);
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
