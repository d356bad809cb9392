/** Files that are made to take what they can: in each place where people name files, they are refused, soon and in little memory. */
import { execFile, execFileSync } from "node:child_process";
import { ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { test } from "uvu";
import * as assert from "uvu/assert";

/** Of a case; the seconds are those of the processor, in all threads. */
const [SECONDS, MEGABYTES] = [5, 512];
/** What holds no content, or more than any limit. */
const IRREGULAR = /^(pipe\.js|zero|folder|sparse\.js)$/;
/** How much slower a processor may be whose cache and clock others share. */
const BUSY = 6;

const root = mkdtempSync(join(tmpdir(), "evoke-hostile-"));
test.after(() => rmSync(root, { recursive: true, force: true }));
const folder = join(root, "files");
mkdirSync(folder);

/** 3 GB in 3 MB: thirty parts, of which the last says how long it is. */
function bomb(name: string, content: string): void {
  const part = gzipSync(content.repeat(1e8 / content.length));
  writeFileSync(join(folder, name), Buffer.concat(Array.from({ length: 30 }, () => part)));
}

execFileSync("mkfifo", [join(folder, "pipe.js")]);
mkdirSync(join(folder, "folder"));
symlinkSync("/dev/zero", join(folder, "zero"));
ftruncateSync(openSync(join(folder, "sparse.js"), "w"), 10e9);
writeFileSync(join(folder, "lists.json"), "[".repeat(1e6));
writeFileSync(join(folder, "objects.json"), `${'{"a":'.repeat(6e5)}1${"}".repeat(6e5)}`);
writeFileSync(join(folder, "many.json"), `[${"[],".repeat(1.3e6)}[]]`);
writeFileSync(join(folder, "zip.npz"), zipSync({ "images.npy": [new Uint8Array(1e8), { level: 9 }] }));
bomb("zeros.gz", "\0");
bomb("rows.gz", "1,2\n");
bomb("lines.gz", "\n");

const script = fileURLToPath(new URL("./named-places.ts", import.meta.url));
const run = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, ["--expose-gc", "--import", "tsx", script, ...args], { timeout: 500_000, maxBuffer: 1e8 }))
    .stdout;

const places = (await run()).split("\n");
/** To start a process takes longer than all its files. */
const TOGETHER = 5;

test("there are the places", () => {
  assert.ok(places.length > 20);
});

for (let first = 0; first < places.length; first += TOGETHER) {
  const together = places.slice(first, first + TOGETHER);
  test(`what is no regular file, too large or too deep is refused, in ${SECONDS} s and ${MEGABYTES} MB: ${together.join(", ")}`, async () => {
    const lines = (await run(folder, ...together)).trim().split("\n");
    assert.is(lines.length, 11 * together.length);
    for (const line of lines) {
      const { place, name, said, seconds, megabytes } = JSON.parse(line);
      const what = `${place}, ${name}: ${said.slice(0, 300)}`;
      // An input of a program may hold anything.
      if (place !== "input" || IRREGULAR.test(name)) assert.match(said, /^EvokeError: /, what);
      if (/^(pipe|zero$)/.test(name) && place !== "dataset-images") assert.match(said, /it is a (pipe|device)/, what);
      if (name === "sparse.js" && !/images|store/.test(place))
        assert.match(said, /it has 10 GB, and at most .* of such a file\.\n.* EVOKE_LARGEST_FILE=10GB/, what);
      assert.ok(seconds < SECONDS * BUSY, `${what} took ${seconds} s`);
      assert.ok(megabytes < MEGABYTES, `${what} took ${megabytes} MB`);
    }
  });
}

test.run();
