import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ManifestFiles } from "../../../app/host/files.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-test-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const name of ["manifests", "plugins"]) mkdirSync(join(folder, name));
writeFileSync(join(folder, "plugins/50% #1.txt"), "abc");
const beside = new URL("./50%25 %231.txt", pathToFileURL(join(folder, "plugins/plugin.js")));
const sha256OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

test("a file is read by a path relative to the manifest, or by a URL; as an input it has a name that no machine is in", async () => {
  const inputs = new Map<string, string>();
  const files = new ManifestFiles(join(folder, "manifests"), inputs);
  const bytes = await files.read(beside);
  assert.is(new TextDecoder().decode(bytes), "abc");
  assert.equal([...inputs], [["file ../plugins/50% #1.txt", sha256OfAbc]]);
  assert.is(await files.read("../plugins/50% #1.txt"), bytes, "it is read once");
  assert.is(inputs.size, 1);
});

test("a file that is not there is told by its path, and one that no file system has by its URL", async () => {
  const files = new ManifestFiles(folder, new Map());
  const message = (url: URL) =>
    files.read(url).then(
      () => "it was read",
      (error: Error) => error.message,
    );
  assert.is(
    await message(new URL("./gone.txt", beside)),
    `Cannot read the file ${join(folder, "plugins/gone.txt")}: there is no such file.`,
  );
  assert.is(
    await message(new URL("https://example.org/weights.npz")),
    "Cannot read the file https://example.org/weights.npz: only files of this machine are read, whose URLs begin with file:.",
  );
});

test("a file that was read has changed when its content is another, or it is gone, and not when it was only touched", async () => {
  const file = join(folder, "script.py");
  writeFileSync(file, "print(1)");
  const files = new ManifestFiles(folder, new Map());
  await files.read("script.py");
  assert.not.ok(await files.changed("script.py"));
  utimesSync(file, 1, 1);
  assert.not.ok(await files.changed("script.py"));
  writeFileSync(file, "print(2)");
  assert.ok(await files.changed("script.py"));
  rmSync(file);
  assert.ok(await files.changed("script.py"));
});

test.run();
