import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../core/errors/index.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { type DatasetSpec, datasetSchema } from "../../../core/training/dataset-spec.ts";
import { drawAugmented } from "../../../training/datasets/augmentation.ts";
import { type Dataset, type Examples, openDataset } from "../../../training/datasets/dataset.ts";
import { readDigits } from "../../../training/datasets/digits.ts";
import { sharedFile, whenShared } from "../../shared-data.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-dataset-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const keep = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);

/** A specification as a manifest has it after its check. */
function spec(given: object): DatasetSpec {
  const complete = structuredClone(given);
  assert.equal(problemsOf(datasetSchema, complete), []);
  return complete as DatasetSpec;
}
const open = (given: object): Promise<Dataset> => openDataset(spec(given), folder);

async function refused(given: object, ...says: RegExp[]): Promise<void> {
  const error = await open(given).then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.instance(error, EvokeError);
  for (const pattern of says) assert.match(error.message, pattern);
}

// --- Files made by hand: 12 images of 2 × 3, three classes; the first pixel of image n is n.

const COUNT = 12;
const images = Uint8Array.from({ length: COUNT * 6 }, (_, i) => (i % 6 === 0 ? i / 6 : (i * 7) % 256));
const labels = Uint8Array.from({ length: COUNT }, (_, n) => n % 3);
const words = (...values: number[]) => values.flatMap((value) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const idxImages = Uint8Array.from([0, 0, 8, 3, ...words(COUNT, 2, 3), ...images]);
const idxLabels = Uint8Array.from([0, 0, 8, 1, ...words(COUNT), ...labels]);
keep("images", idxImages);
keep("labels.gz", gzipSync(idxLabels));
/** No normalisation: the byte n is n / 255. */
const plain = { mean: [0], std: [1] };
const idx = { name: "idx", files: { train: ["images", "labels.gz"] }, normalise: plain };
const firstBytes = ({ images, count }: Examples) => Array.from({ length: count }, (_, n) => Math.round(images[n * 6]! * 255));

test("IDX files, gzipped or not, are read: every image once, with its label", async () => {
  const dataset = await open({ ...idx, as: "tiny-digits" });
  assert.is(dataset.name, "tiny-digits");
  assert.is(dataset.classes, 3);
  assert.equal(dataset.shape, [2, 3, 1]);
  assert.equal([dataset.train.count, dataset.validation.count, dataset.test.count], [6, 3, 3]);
  const rows = [dataset.train, dataset.validation, dataset.test].flatMap((part) => {
    const found = firstBytes(part);
    assert.equal(
      Array.from(part.labels),
      found.map((n) => n % 3),
    );
    for (const [n, row] of found.entries()) {
      const expected = Array.from(images.subarray(row * 6, row * 6 + 6), (byte) => Math.fround(byte / 255));
      assert.equal(Array.from(part.images.subarray(n * 6, n * 6 + 6)), expected);
    }
    return found;
  });
  assert.equal(
    rows.sort((a, b) => a - b),
    Array.from({ length: COUNT }, (_, n) => n),
  );
});

test("test files are for the test alone", async () => {
  const dataset = await open({ ...idx, files: { ...idx.files, test: ["images", "labels.gz"] }, split: { validation: 2 } });
  assert.equal([dataset.train.count, dataset.validation.count, dataset.test.count], [10, 2, 12]);
});

test("a wrong or truncated IDX file is refused with its name and what was expected", async () => {
  const pair = (train: string[]) => ({ ...idx, files: { train } });
  keep("cut", idxImages.subarray(0, -1));
  keep("cut-head", idxImages.subarray(0, 9));
  keep("few", Uint8Array.from([0, 0, 8, 1, ...words(2), 0, 1]));
  keep("text", new TextEncoder().encode("label,pixel0\n"));
  keep("cut.gz", gzipSync(idxImages).subarray(0, 40));
  keep("empty", new Uint8Array());
  await refused(pair(["cut", "labels.gz"]), /^Cannot use cut: it has 87 bytes, and 12 × 2 × 3 values with their head take 88\.$/);
  await refused(pair(["cut-head", "labels.gz"]), /^Cannot use cut-head: it is cut off in its head/);
  await refused(
    pair(["labels.gz", "images"]),
    /^Cannot use labels\.gz: an IDX file of images .* begins with 0 0 8 3, this one with 0 0 8 1\.$/,
  );
  await refused(pair(["images", "few"]), /^Cannot use few: it has 2 labels, and images has 12 images\.$/);
  await refused(pair(["text", "labels.gz"]), /^Cannot use text: an IDX file/);
  await refused(pair(["empty", "labels.gz"]), /^Cannot use empty: .* with nothing\.$/);
  await refused(pair(["cut.gz", "labels.gz"]), /^Cannot use cut\.gz: its gzip data is damaged or cut off/);
  await refused(pair(["images"]), /come in pairs/);
  await refused(
    pair(["absent", "labels.gz"]),
    /^Cannot read the dataset's file absent: there is no such file\.\n {2}Get MNIST, Fashion-MNIST or the like from its authors/,
  );
});

test("a split that asks for more than there is, and a normalisation of other channels, are refused", async () => {
  await refused(
    { ...idx, split: { train: 8, validation: 4, test: 1 } },
    /\/dataset\/split asks for 8 \+ 4 \+ 1 images, and there are 12\.$/,
  );
  await refused({ ...idx, split: { validation: 11 } }, /asks for/);
  await refused(
    { ...idx, files: { ...idx.files, test: ["images", "labels.gz"] }, split: { test: 13 } },
    /13 test images, and there are 12/,
  );
  await refused({ ...idx, normalise: { mean: [0, 0], std: [1] } }, /\/dataset\/normalise\/mean has 2 values for 1 channels/);
  await refused({ name: "idx" }, /needs \/dataset\/files/);
  await refused({ name: "digits", files: { train: ["images"] } }, /is built in and has no files/);
});

// --- CIFAR

const PIXELS = 32 * 32;
const cifar = (head: (n: number) => number[], count: number) =>
  Uint8Array.from(
    Array.from({ length: count }, (_, n) => [
      ...head(n),
      ...[0, 1, 2].flatMap((channel) => Array<number>(PIXELS).fill(10 * n + channel)),
    ]).flat(),
  );

test("CIFAR files are read channel by channel, several in a row", async () => {
  keep(
    "batch-1",
    cifar((n) => [n % 2], 4),
  );
  keep(
    "batch-2",
    cifar((n) => [n % 2], 2),
  );
  const dataset = await open({ name: "cifar10", files: { train: ["batch-1"], test: ["batch-2", "batch-1"] }, normalise: plain });
  assert.is(dataset.classes, 10);
  assert.equal(dataset.shape, [32, 32, 3]);
  assert.equal([dataset.train.count, dataset.validation.count, dataset.test.count], [2, 2, 6]);
  for (const [n, base] of [0, 10, 0, 10, 20, 30].entries()) {
    const image = dataset.test.images.subarray(n * PIXELS * 3, (n + 1) * PIXELS * 3);
    assert.ok(
      image.every((value, i) => value === Math.fround((base + (i % 3)) / 255)),
      `image ${n}`,
    );
  }
});

test("of CIFAR-100 the fine class counts", async () => {
  keep(
    "cifar100",
    cifar((n) => [n, 50 + n], 8),
  );
  const dataset = await open({ name: "cifar100", files: { train: ["cifar100"] } });
  assert.is(dataset.classes, 100);
  assert.equal([...dataset.train.labels, ...dataset.validation.labels, ...dataset.test.labels].sort(), [50, 51, 52, 53, 54, 55, 56, 57]);
});

test("a file of another kind than the CIFAR named is refused", async () => {
  keep("cifar-cut", cifar((n) => [n], 2).subarray(0, -1));
  keep(
    "cifar-class",
    cifar(() => [10], 2),
  );
  await refused(
    { name: "cifar10", files: { train: ["cifar-cut"] } },
    /^Cannot use cifar-cut: .* has 3073 bytes for each image, and this one has 6145 in all\.$/,
  );
  await refused({ name: "cifar10", files: { train: ["cifar100"] } }, /^Cannot use cifar100: .*3073/);
  await refused({ name: "cifar100", files: { train: ["batch-1"] } }, /^Cannot use batch-1: .*3074/);
  await refused({ name: "cifar10", files: { train: ["cifar-class"] } }, /image 1 is of class 10, and there are only 10/);
});

whenShared(test, "cifar-10-first-4000.bin")("the shared CIFAR-10 images are read, and divided class by class", async () => {
  const dataset = await open({ name: "cifar10", files: { train: [sharedFile("cifar-10-first-4000.bin")] } });
  assert.equal([dataset.train.count, dataset.validation.count, dataset.test.count], [2000, 1000, 1000]);
  const all = counts([...dataset.train.labels, ...dataset.validation.labels, ...dataset.test.labels], 10);
  for (const part of [dataset.train, dataset.validation, dataset.test])
    for (const [label, count] of counts(part.labels, 10).entries()) assert.ok(Math.abs(count - (all[label]! * part.count) / 4000) <= 1);
  // Normalised by the training images' own moments.
  const mean = dataset.train.images.reduce((sum, value) => sum + value, 0) / dataset.train.images.length;
  assert.ok(Math.abs(mean) < 1e-3);
});

// --- .npz

const zip = (files: Record<string, Uint8Array>, deflated: boolean) => zipSync(files, { level: deflated ? 6 : 0 });

function npy(type: string, shape: number[], values: ArrayBufferView, order = "False"): Uint8Array {
  const head = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }\n`;
  const bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, head.length, 0, ...new TextEncoder().encode(head), ...bytes]);
}
const npz = (file: string) => ({ name: "npz", files: { train: [file] }, normalise: plain });
const npzLabels = npy("<i8", [COUNT], BigInt64Array.from(labels, BigInt));

test("an .npz, compressed or not, holds the same as the IDX files", async () => {
  const files = { "images.npy": npy("|u1", [COUNT, 2, 3], images), "labels.npy": npzLabels };
  keep("a.npz", zip(files, true));
  keep("b.npz", zip(files, false));
  keep(
    "c.npz",
    zip(
      {
        ...files,
        "images.npy": npy(
          "<f4",
          [COUNT, 2, 3, 1],
          Float32Array.from(images, (byte) => byte / 255),
        ),
      },
      true,
    ),
  );
  const expected = await open(idx);
  for (const file of ["a.npz", "b.npz", "c.npz"]) {
    const dataset = await open(npz(file));
    assert.equal(dataset.train, expected.train);
    assert.equal(dataset.test, expected.test);
  }
});

test("a wrong .npz is refused with what was expected, and one cut off anywhere", async () => {
  const whole = zip({ "images.npy": npy("|u1", [COUNT, 2, 3], images), "labels.npy": npzLabels }, true);
  const wrong: [Record<string, Uint8Array>, RegExp][] = [
    [{ "labels.npy": npzLabels }, /no array "images"; it has labels\./],
    [{ "images.npy": npy("|u1", [COUNT, 6], images), "labels.npy": npzLabels }, /images are \[12, 6\]/],
    [{ "images.npy": npy("|u1", [COUNT, 2, 3], images, "True"), "labels.npy": npzLabels }, /Fortran/],
    [{ "images.npy": npy(">f4", [COUNT, 2, 3], images), "labels.npy": npzLabels }, /of type >f4/],
    [{ "images.npy": npy("|u1", [COUNT, 2, 4], images), "labels.npy": npzLabels }, /has 72 bytes, and 12 × 2 × 4 values take 96/],
    [{ "images.npy": npy("|u1", [COUNT, 2, 3], images), "labels.npy": npy("|u1", [2], labels.subarray(0, 2)) }, /labels are \[2\]/],
  ];
  for (const [files, says] of wrong) {
    keep("wrong.npz", zip(files, false));
    await refused(npz("wrong.npz"), /^Cannot use wrong\.npz: /, says);
  }
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (length) => {
      keep("cut.npz", whole.subarray(0, length));
      await refused(npz("cut.npz"), /^Cannot use cut\.npz: /);
    }),
    { seed: 1, numRuns: 60 },
  );
});

// --- digits, and what is done to images

/** Sums of all values of the validation and the test images of the prototype. */
const SUMS = [-3994.2933324957266, -4818.26030683321];
const prototype = { name: "digits", normalise: { mean: [0.305], std: [0.5] }, augmentation: { shift: 1, noise: 0.4 }, copies: 3 };
const counts = (found: Iterable<number>, classes: number) => {
  const each = Array<number>(classes).fill(0);
  for (const label of found) each[label]!++;
  return each;
};

test("digits are divided 900, 400 and 497, class by class", async () => {
  const { train, validation, test, classes, shape } = await open({ name: "digits" });
  assert.equal([train.count, validation.count, test.count], [900, 400, 497]);
  assert.equal([classes, ...shape], [10, 8, 8, 1]);
  const all = counts([...train.labels, ...validation.labels, ...test.labels], 10);
  assert.equal(all, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  for (const part of [train, validation, test])
    for (const [label, count] of counts(part.labels, 10).entries()) assert.ok(Math.abs(count - (all[label]! * part.count) / 1797) <= 1);
});

whenShared(test, "digits.csv.gz")("the embedded digits are those of the shared file", () => {
  const { values, labels } = readDigits();
  const lines = gunzipSync(readFileSync(sharedFile("digits.csv.gz")))
    .toString("utf8")
    .trim()
    .split("\n");
  assert.is(lines.length, 1797);
  for (const [n, line] of lines.entries()) assert.is([...values.subarray(64 * n, 64 * n + 64), labels[n]].join(), line);
});

test("parts of any size are disjoint, and each has its classes in proportion, within one image", async () => {
  const all = readDigits();
  const perClass = counts(all.labels, 10);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 497 }),
      async (train, validation, test) => {
        const dataset = await open({ name: "digits", split: { train, validation, test, seed: train }, normalise: { mean: [0], std: [1] } });
        const seen = new Map<string, number>();
        for (let n = 0; n < 1797; n++) {
          const image = all.values.subarray(64 * n, 64 * n + 64).join();
          seen.set(image, (seen.get(image) ?? 0) + 1);
        }
        for (const [part, size] of [
          [dataset.train, train] as const,
          [dataset.validation, validation] as const,
          [dataset.test, test] as const,
        ]) {
          assert.is(part.count, size);
          for (let n = 0; n < size; n++) {
            const image = Array.from(part.images.subarray(64 * n, 64 * n + 64), (value) => Math.round(value * 16)).join();
            const left = seen.get(image) ?? 0;
            assert.ok(left > 0, "an image is in two parts");
            seen.set(image, left - 1);
          }
          for (const [label, count] of counts(part.labels, 10).entries()) assert.ok(Math.abs(count - (perClass[label]! * size) / 1797) < 2);
        }
      },
    ),
    { seed: 1, numRuns: 8 },
  );
});

test("the same specification gives the same numbers, another seed others", async () => {
  const [first, again, other] = await Promise.all([open(prototype), open(prototype), open({ ...prototype, split: { seed: 1 } })]);
  assert.equal(first, again);
  assert.is(first.digest, other.digest, "the digest is of the files");
  assert.not.equal(first.train.labels, other.train.labels);
});

test("validation and test are three copies of each image, augmented differently each time", async () => {
  const [clean, noisy] = await Promise.all([open({ ...prototype, copies: 0 }), open(prototype)]);
  assert.is(noisy.validation.count, 1200);
  assert.is(noisy.test.count, 1491);
  assert.equal(noisy.train, clean.train, "training images are augmented when they are drawn");
  for (let copy = 0; copy < 3; copy++)
    assert.equal(noisy.validation.labels.subarray(400 * copy, 400 * copy + 400), clean.validation.labels);
  assert.not.equal(noisy.validation.images.subarray(0, 6400), noisy.validation.images.subarray(25_600, 32_000));
  assert.ok(Math.abs(noisy.black[0]! + 0.61) < 1e-6);
});

test("the augmented copies are these to the last bit, on every runtime", async () => {
  const { validation, test } = await open(prototype);
  const sum = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
  assert.equal([sum(validation.images), sum(test.images)], SUMS);
});

// --- Augmentation

const kind = (shape: [number, number, number], augmentation: object) => ({
  shape,
  black: Float32Array.from({ length: shape[2] }, (_, c) => -1 - c),
  augmentation: { shift: 0, flip: false, cutout: 0, noise: 0, ...augmentation },
});
const draws = (shape: [number, number, number], augmentation: object, image: number[], times: number) => {
  const batch = new Float32Array(times * image.length);
  drawAugmented(kind(shape, augmentation), Float32Array.from(image), Array<number>(times).fill(0), batch, randomStream(1, "/test"));
  return Array.from({ length: times }, (_, n) => Array.from(batch.subarray(n * image.length, (n + 1) * image.length)));
};

test("a shift moves the image by up to so many pixels each way, and black comes in", () => {
  const found = new Set(draws([1, 3, 2], { shift: 1 }, [1, 2, 3, 4, 5, 6], 200).map(String));
  const rows = ["1,2,3,4,5,6", "3,4,5,6,-1,-2", "-1,-2,1,2,3,4", "-1,-2,-1,-2,-1,-2"];
  assert.equal([...found].sort(), rows.sort());
});

test("a flip mirrors half of the images", () => {
  const found = draws([2, 2, 1], { flip: true }, [1, 2, 3, 4], 1000).map(String);
  const mirrored = found.filter((image) => image === "2,1,4,3").length;
  assert.is(found.filter((image) => image === "1,2,3,4").length, 1000 - mirrored);
  assert.ok(Math.abs(mirrored - 500) < 4 * Math.sqrt(250), `${mirrored} of 1000; 4 standard errors, seed 1`);
});

test("cutout blots out a square, as far as it is inside", () => {
  const areas = new Set(
    draws([5, 5, 1], { cutout: 3 }, Array(25).fill(7), 300).map((image) => image.filter((value) => value === 0).length),
  );
  assert.equal([...areas].sort(), [4, 6, 9]);
});

test("noise has the deviation asked for, and nothing is drawn that was not asked for", () => {
  const noisy = draws([10, 10, 1], { noise: 0.5 }, Array(100).fill(3), 500).flat();
  const variance = noisy.reduce((sum, value) => sum + (value - 3) ** 2, 0) / noisy.length;
  assert.ok(Math.abs(variance / 0.25 - 1) < 4 * Math.sqrt(2 / noisy.length), `${variance}; 4 standard errors, seed 1`);
  const rng = randomStream(1, "/test");
  drawAugmented(kind([1, 2, 1], {}), Float32Array.of(1, 2), [0], new Float32Array(2), rng);
  assert.is(rng.next(), randomStream(1, "/test").next());
});

test.run();
