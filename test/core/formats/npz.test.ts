import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readNpz, writeNpz } from "../../../core/formats/npz.ts";
import { when } from "../../when.ts";

const invalid = (problem: string) => new Error(problem);
const arrays = {
  floats: { shape: [2, 3], values: Float32Array.of(1.5, -2, 0, 1e-30, 3, 4) },
  bytes: { shape: [4], values: Uint8Array.of(1, 2, 3, 255) },
  doubles: { shape: [], values: Float64Array.of(Math.PI) },
};

test("what is written is read again, and the same arrays give the same bytes", () => {
  const bytes = writeNpz(arrays);
  assert.equal(writeNpz(arrays), bytes);
  const { names, read } = readNpz(bytes, invalid);
  assert.equal(names, Object.keys(arrays));
  for (const [name, array] of Object.entries(arrays)) assert.equal(read(name), array);
});

test("what an archive unpacks to is bounded, and its files may not overlap", () => {
  const large = (size: number) => zipSync({ "a.npy": new Uint8Array(size), "b.npy": new Uint8Array(size) }, { level: 1 });
  assert.throws(() => readNpz(large(33e6), invalid), /its files have more than 64 MB when they are unpacked\. Save it without compression/);
  // Both entries of the directory lead to the content of the first.
  const bytes = zipSync({ "a.npy": Uint8Array.of(1, 2, 3), "b.npy": Uint8Array.of(1, 2, 3) }, { level: 0 });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const directory = view.getUint32(bytes.length - 6, true);
  view.setUint32(directory + 46 + 5 + 42, 0, true);
  assert.throws(() => readNpz(bytes, invalid), /damaged or cut off/);
  view.setUint32(directory + 46 + 5 + 42, 30 + 5 + 3, true);
  assert.equal(readNpz(bytes, invalid).names, ["a", "b"]);
});

const python = "Deno" in globalThis ? 1 : spawnSync("python3", ["-c", "import numpy"]).status;
when(
  test,
  python === 0,
  "there is no python3 with numpy",
)("NumPy reads what is written", () => {
  const folder = mkdtempSync(join(tmpdir(), "evoke-npz-"));
  const file = join(folder, "a.npz");
  writeFileSync(file, writeNpz(arrays));
  const script = "import numpy, sys; a = numpy.load(sys.argv[1]); print([(k, a[k].dtype.str, a[k].shape, a[k].sum()) for k in a])";
  const { stdout, stderr } = spawnSync("python3", ["-c", `${script.replace("a[k].sum()", "float(a[k].sum())")}`, file], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  assert.is(
    stdout.trim(),
    "[('floats', '<f4', (2, 3), 6.5), ('bytes', '|u1', (4,), 261.0), ('doubles', '<f8', (), 3.141592653589793)]",
    stderr,
  );
});

test("a damaged archive is noticed by its checksums", () => {
  const bytes = writeNpz(arrays);
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = bytes.with(at, bytes[at]! ^ 0x10);
    try {
      const { names, read } = readNpz(changed, invalid);
      for (const name of names) if (name in arrays) assert.equal(read(name), arrays[name as keyof typeof arrays]);
    } catch (error) {
      assert.match((error as Error).message, /^its /);
    }
  }
});

test("an archive that claims to unpack to more than deflate can make of its bytes is refused", () => {
  const bytes = zipSync({ "a.npy": new Uint8Array(100_000) });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const directory = view.getUint32(bytes.length - 6, true);
  view.setUint32(directory + 24, 0xfffffff0, true);
  assert.throws(() => readNpz(bytes, invalid), /damaged or cut off/);
});

test.run();
