import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SupernetFolder } from "../../../training/supernet/supernet-folder.ts";

const root = await mkdtemp(join(tmpdir(), "evoke-supernet-"));
let made = 0;
const notes: string[] = [];
function create(path = join(root, `folder ${made++}`), digest = "d1"): SupernetFolder {
  notes.length = 0;
  return new SupernetFolder(path, digest, (line) => notes.push(line));
}
const values = (epoch: number) => Float32Array.of(epoch, epoch + 0.5, -epoch);
const damage = async (file: string, how: (content: Uint8Array) => Uint8Array) => writeFile(file, how(await readFile(file)));

test("the last of two checkpoints is given, and the weights in their place in the end", async () => {
  const folder = create();
  assert.is(await folder.checkpoint(), undefined);
  assert.is(await folder.weights(), undefined);
  for (const epoch of [1, 2, 10]) await folder.writeCheckpoint({ epoch, values: values(epoch) });
  assert.equal(await folder.checkpoint(), { epoch: 10, values: values(10) });
  assert.equal((await readdir(folder.path)).sort(), ["epoch-10.bin"]);
  await folder.writeCheckpoint({ epoch: 11, values: values(11) });
  assert.equal((await readdir(folder.path)).sort(), ["epoch-10.bin", "epoch-11.bin"]);
  await folder.writeWeights({ epoch: 11, values: values(7) });
  assert.equal(await readdir(folder.path), ["weights.bin"]);
  assert.equal(await folder.weights(), values(7));
  assert.equal(notes, []);
});

test("checkpoints and the lock of a process that was killed as soon as it had kept the weights are removed with the next look", async () => {
  const folder = create();
  await folder.writeWeights({ epoch: 3, values: values(3) });
  for (const epoch of [2, 3]) await folder.writeCheckpoint({ epoch, values: values(epoch) });
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await writeFile(join(folder.path, `.lock-${pid}-Node-gone`), "");
  assert.equal(await folder.weights(), values(3));
  assert.equal(await readdir(folder.path), ["weights.bin"]);
  const held = `.lock-${process.ppid}-Node-there`;
  await writeFile(join(folder.path, held), "");
  assert.equal(await folder.weights(), values(3));
  assert.equal((await readdir(folder.path)).sort(), [held, "weights.bin"], "one that is held stays");
});

test("a checkpoint that is cut off, damaged or empty is told of, and the one before is taken", async () => {
  const ways: ((content: Uint8Array) => Uint8Array)[] = [
    (content) => content.subarray(0, content.length - 5),
    (content) => content.map((byte, i) => (i === content.length - 40 ? byte ^ 1 : byte)),
    (content) => content.map((byte, i) => (i === 3 ? byte ^ 1 : byte)),
    () => new Uint8Array(),
  ];
  for (const way of ways) {
    const folder = create();
    for (const epoch of [1, 2]) await folder.writeCheckpoint({ epoch, values: values(epoch) });
    await damage(join(folder.path, "epoch-2.bin"), way);
    assert.equal(await folder.checkpoint(), { epoch: 1, values: values(1) });
    assert.is(notes.length, 1);
    assert.match(notes[0]!, /epoch-2\.bin is damaged or cut off/);
    await damage(join(folder.path, "epoch-1.bin"), way);
    assert.is(await folder.checkpoint(), undefined);
  }
});

test("files of another supernet are not taken", async () => {
  const folder = create();
  await folder.writeWeights({ epoch: 1, values: values(1) });
  assert.is(await create(folder.path, "d2").weights(), undefined);
  assert.match(notes[0]!, "of another supernet");
});

test("one at a time has the lock; who waits is told, and comes after", async () => {
  const folder = create();
  const order: string[] = [];
  let release = () => {};
  const first = folder.locked(async () => {
    order.push("first begins");
    await new Promise<void>((resolve) => (release = resolve));
    order.push("first ends");
  });
  while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = create(folder.path).locked(async () => void order.push("second"));
  while (notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  release();
  await Promise.all([first, second]);
  assert.equal(order, ["first begins", "first ends", "second"]);
  assert.is(notes.length, 1);
  assert.match(notes[0]!, new RegExp(`process ${process.pid} is training the supernet in .*: waiting for it; .*remove .*lock-`));
  assert.equal(await readdir(folder.path), []);
});

test("a folder that cannot be written says which file", async () => {
  const file = join(root, "a file");
  await writeFile(file, "");
  const expected = (error: { code?: string; message: string }) => error.code === "CANNOT_WRITE" && error.message.includes(file);
  for (const attempt of [
    () => create(join(file, "folder")).writeWeights({ epoch: 1, values: values(1) }),
    () => create(join(file, "folder")).locked(async () => {}),
  ])
    await attempt().then(
      () => assert.unreachable(),
      (error) => assert.ok(expected(error), error.message),
    );
});

test.after(() => rm(root, { recursive: true }));
test.run();
