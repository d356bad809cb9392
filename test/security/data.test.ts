/** What tables, predictors and datasets of somebody else's can do, and cannot: see docs/security.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import * as assert from "uvu/assert";
import { root } from "../app/cli/command.ts";
import { claimsOf } from "./claims.ts";
import { assertQuiet, experiment, stranger, Watched } from "./watched.ts";

const { claim, run } = claimsOf(import.meta.url);
const scratch = new Watched();
const home = scratch.path("home");
const OUT = ["--out", "runs"];
const own = [home, scratch.path("runs")];
const { folder, hasRun } = stranger(scratch, "strange");
const ran = () => hasRun() || existsSync(scratch.path("ran"));
const put = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

const example = (name: string) => readFileSync(join(root, "examples/own-table", name), "utf8");
let descriptions = 0;
const described = (name: string) =>
  scratch.write(`strange/described-${++descriptions}.json`, { ...JSON.parse(example("table.json")), name });

claim("A table or a predictor can hold any numbers: their form is checked, not whether they are true", async () => {
  const made = put("made-up.csv", example("losses.csv").replace("0.9004,0.8796,0.8998,0.9060", "0.0123,0.0123,0.0123,0.0123"));
  const { status, said } = await scratch.seen("table", "add", made, "--as", described("made-up"));
  assert.is(status, 0, said);
  assert.match(said, /loss_reviews_test +0\.0123?/);
});

claim("A table or a predictor can take the name of a table that you have when you add it, which `evoke table add` then says", async () => {
  const named = [put("losses.csv", example("losses.csv")), "--as", described("digits-201")] as const;
  const { status, said } = await scratch.seen("table", "add", ...named);
  assert.is(status, 0, said);
  assert.match(said, /It hides the table "digits-201" that comes with Evoke/);
  const again = await scratch.seen("table", "add", put("made-up.csv", example("losses.csv").replace("0.9004", "0.1")), ...named.slice(1));
  assert.match(again.said, /It replaces another table of the name "digits-201"/);
});

/** Version 1.0 of NumPy's format. */
function npy(descr: string, shape: string, data: Uint8Array): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + "\n";
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    Buffer.from([header.length & 255, header.length >> 8]),
    Buffer.from(header),
    data,
  ]);
}
/** Which Python's own reader would obey. */
const PICKLE = Buffer.from("cos\nsystem\n(S'touch ran'\ntR.");
const ofPredictor = (file: string) => experiment({ evaluator: { use: "predictor", options: { file } } });
const ofDataset = (dataset: object) => ({
  ...{ name: "made", description: "d", source: "s", licence: "l", fidelities: [{ epochs: 1 }], training: { batchSize: 100 } },
  space: { use: "nas-bench-201", options: { channels: 4, cellsPerStage: 1, stages: 2, reduction: "pool", imageSize: 8, imageChannels: 1 } },
  dataset: { normalise: { mean: [0], std: [1] }, ...dataset },
});

/** Calls with each manifest, which is refused, and does nothing else. @returns what is said */
async function refused(command: string, manifest: object): Promise<string> {
  const seen = await scratch.seen(command, scratch.write("strange/manifest.json", manifest), ...OUT);
  assert.is(seen.status, 2, seen.said);
  assertQuiet(seen, ...own);
  assert.not(ran());
  return seen.said;
}

claim("A table or a predictor cannot hold objects of Python, which are pickles", async () => {
  const objects = npy("|O", "(1,)", PICKLE);
  put("objects.npz", zipSync({ "description.npy": objects, "weights.npy": objects, "images.npy": objects, "labels.npy": objects }));
  assert.match(await refused("run", ofPredictor("./objects.npz")), /objects\.npz/);
  assert.match(await refused("tabulate", ofDataset({ name: "npz", files: { train: ["./objects.npz"] } })), /objects\.npz.*(\|O|object)/);
});

claim("A table or a predictor cannot be kept outside of Evoke's own folder, whatever it is called", async () => {
  const arrow = gunzipSync(readFileSync(join(root, "tables/digits-201.arrow.gz")));
  const renamed = Buffer.from(arrow.toString("latin1").replaceAll('"name":"digits-201"', '"name":"../../evil"'), "latin1");
  assert.not(renamed.equals(arrow));
  const losses = put("losses.csv", example("losses.csv"));
  for (const call of [
    [put("named.arrow", renamed)],
    ...["../../evil", scratch.path("evil"), "..", "a/b", "A"].flatMap((name) => [
      [losses, "--as", described(name)],
      [losses, "--as", described("good"), "--name", name],
    ]),
  ]) {
    const seen = await scratch.seen("table", "add", ...call);
    assert.is(seen.status, 2, seen.said);
    assertQuiet(seen, home);
  }
  assert.not(existsSync(scratch.path("evil")));
});

claim("A table or a predictor cannot unpack to more than files of its kind may have", async () => {
  const part = gzipSync(Buffer.alloc(1e8));
  const bomb = await scratch.seen("table", "add", put("bomb.gz", Buffer.concat([part, part, part])), "--as", described("bomb"));
  assert.is(bomb.status, 2);
  assert.match(bomb.said, /at most 256 MB|more than 256 MB/);
  put("bomb.npz", zipSync({ "weights.npy": [new Uint8Array(1e8), { level: 9 }] }));
  assert.match(await refused("run", ofPredictor("./bomb.npz")), /bomb\.npz/);
});

claim("A dataset cannot have a pickle call anything: what reads it knows arrays, and has no way to call", async () => {
  for (const pickle of [PICKLE, Buffer.from("\x80\x02cbuiltins\neval\nX\x10\x00\x00\x00__import__('os')\x85R.", "latin1")]) {
    put("data_batch_1", pickle);
    assert.match(await refused("tabulate", ofDataset({ name: "cifar10", files: { train: ["./data_batch_1"] } })), /data_batch_1/);
  }
});

/** An archive with one file. @param size  as its header says */
function tar(name: string, content: string, size = content.length.toString(8).padStart(11, "0")): Uint8Array {
  const bytes = Buffer.alloc(2048);
  bytes.write(name);
  bytes.write(size, 124);
  bytes.write("0", 156);
  bytes.write("ustar", 257);
  bytes.write(content, 512);
  return bytes;
}

claim("A dataset cannot have a file written by an archive, whose paths lead nowhere", async () => {
  for (const path of ["../../evil", scratch.path("evil"), "cifar-10-batches-py/data_batch_1"]) {
    put("archive.tar.gz", gzipSync(tar(path, "evil")));
    await refused("tabulate", ofDataset({ name: "cifar10", folder: "./archive.tar.gz" }));
  }
  assert.not(existsSync(scratch.path("evil")));
});

claim("A dataset cannot keep its reader busy for ever by sizes that are wrong", async () => {
  for (const size of ["-0000001000", "-1", "+7", "77777777777", "0x10"]) {
    put("archive.tar", tar("data_batch_1", "x", size));
    assert.match(await refused("tabulate", ofDataset({ name: "cifar10", folder: "./archive.tar" })), /damaged or cut off/, size);
  }
  put(
    "many.npz",
    zipSync({ "images.npy": npy("|u1", "(4000000000, 64, 64)", new Uint8Array(9)), "labels.npy": npy("|u1", "(9,)", new Uint8Array(9)) }),
  );
  await refused("tabulate", ofDataset({ name: "npz", files: { train: ["./many.npz"] } }));
});

const hasSharp = await import("sharp").then(
  () => true,
  () => false,
);
claim(
  "A dataset cannot have images decoded in other formats than PNG, JPEG, WebP, GIF and TIFF, such as SVG",
  async () => {
    const { default: sharp } = await import("sharp");
    mkdirSync(join(folder, "images/one"), { recursive: true });
    const dataset = ofDataset({ name: "images", folder: "./images" });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="../../evil.png" width="8" height="8"/></svg>';
    put("images/one/a.png", svg);
    assert.match(await refused("tabulate", dataset), /images\/one\/a\.png.*unsupported image format/);
    // What is one of them is read, whatever its ending: then it is the dataset that is too small.
    for (const format of ["png", "jpeg", "webp", "gif", "tiff"] as const) {
      put(
        "images/one/a.png",
        await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
          [format]()
          .toBuffer(),
      );
      assert.not.match(await refused("tabulate", dataset), /decoded/, format);
    }
  },
  hasSharp ? undefined : "the package sharp is not installed",
);

run();
