import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../core/errors/index.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import { type DatasetSpec, datasetSchema } from "../../../core/training/dataset-spec.ts";
import { type Dataset, type Examples, openDataset } from "../../../training/datasets/dataset.ts";
import { hasNumpy, NUMPY_ABSENT, python } from "../../python.ts";
import { when } from "../../when.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-pools-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
function keep(path: string, bytes: Uint8Array): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

function spec(given: object): DatasetSpec {
  const complete = structuredClone(given);
  assert.equal(problemsOf(datasetSchema, complete), []);
  return complete as DatasetSpec;
}
/** Without normalisation: the byte n is n / 255. */
const open = (given: object): Promise<Dataset> => openDataset(spec({ normalise: { mean: [0], std: [1] }, ...given }), folder);

async function refused(given: object, ...says: (string | RegExp)[]): Promise<void> {
  const error = await open(given).then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.instance(error, EvokeError);
  for (const pattern of says) assert.match(error.message, pattern);
}

// --- Files as distributions have them: image n has the value 10 n + channel everywhere, and the class n % 10.

const bytesOf = (...parts: (readonly number[] | Uint8Array | string)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Uint8Array.from(part))));
const word = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
const pixels = (numbers: readonly number[], size: number) =>
  bytesOf(...numbers.flatMap((n) => [0, 1, 2].map((channel) => new Uint8Array(size).fill(10 * n + channel))));

/** What Python 2's cPickle makes of {"data": a NumPy array, "labels": a list}, in protocol 2. */
function pickled(
  data: Uint8Array,
  columns: number,
  labels: readonly number[],
  changes: { type?: string; fortran?: boolean; key?: string } = {},
) {
  const { type = "u1", fortran = false, key = "labels" } = changes;
  const short = (text: string) => bytesOf("U", [text.length], text);
  const global = (module: string, name: string) => `c${module}\n${name}\n`;
  return bytesOf(
    ...["\x80\x02}(", short(key), "](", ...labels.map((label) => bytesOf("K", [label])), "e", short("data")],
    ...[global("numpy.core.multiarray", "_reconstruct"), global("numpy", "ndarray"), "K\0\x85", short("b"), "\x87R("],
    ...["K\x01", "J", word(data.length / columns), "J", word(columns), "\x86"],
    ...[global("numpy", "dtype"), short(type), "K\0K\x01\x87R(K\x03", short("|"), "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"],
    ...[fortran ? "\x88" : "\x89", "T", word(data.length), data, "tbu."],
  );
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const batch = (numbers: readonly number[]) =>
  pickled(
    pixels(numbers, 1024),
    3072,
    numbers.map((n) => n % 10),
  );

/** An archive of POSIX with these files in a folder. */
function tar(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const header = (name: string, size: number, kind: string) => {
    const block = Buffer.alloc(512);
    for (const [at, text] of [
      [0, name],
      [100, "0000644\0"],
      [124, size.toString(8).padStart(11, "0")],
      [156, kind],
      [257, "ustar\x0000"],
    ] as const)
      block.write(text, at, "latin1");
    return block;
  };
  const padded = (bytes: Uint8Array) => bytesOf(bytes, new Uint8Array((512 - (bytes.length % 512)) % 512));
  const entries = Object.entries(files).flatMap(([name, bytes]) => [header(`somewhere/${name}`, bytes.length, "0"), padded(bytes)]);
  return bytesOf(header("somewhere/", 0, "5"), ...entries, new Uint8Array(1024));
}

const batches = Object.fromEntries(range(1, 6).map((i) => [`data_batch_${i}`, batch(range(2 * i - 2, 2 * i))]));
const distributed: Record<string, Uint8Array> = { ...batches, test_batch: batch([20, 21, 22]), "batches.meta": bytesOf("\x80\x02}.") };
for (const [name, bytes] of Object.entries(distributed)) keep(`python/${name}`, bytes);
keep("cifar-10-python.tar.gz", gzipSync(tar(distributed)));
keep("cifar-10-python.tar", tar(distributed));

/** Which images there are, checked against their classes. */
function numbers({ images, labels, count }: Examples): number[] {
  const size = images.length / count;
  return Array.from({ length: count }, (_, n) => {
    const image = images.subarray(n * size, (n + 1) * size);
    const first = Math.round(255 * image[0]!);
    assert.ok(image.every((value, i) => value === Math.fround((first + (i % 3)) / 255)));
    assert.is(labels[n], (first / 10) % 10);
    return first / 10;
  });
}

test("the Python version of CIFAR-10 is found in its folder and in its archive, and is the same in all of them", async () => {
  const [inFolder, packed, archive] = await Promise.all(
    ["python", "cifar-10-python.tar.gz", "cifar-10-python.tar"].map((folder) =>
      open({ name: "cifar10", folder, split: { validation: 3 } }),
    ),
  );
  assert.equal([inFolder!.shape, inFolder!.classes], [[32, 32, 3], 10]);
  assert.equal(
    [...numbers(inFolder!.train), ...numbers(inFolder!.validation)].sort((a, b) => a - b),
    range(0, 10),
  );
  assert.equal(numbers(inFolder!.test), [20, 21, 22]);
  assert.equal([packed!.digest, archive!.digest], [inFolder!.digest, inFolder!.digest]);
  const named = await open({
    name: "cifar10",
    files: { train: Object.keys(batches).map((name) => `python/${name}`), test: ["python/test_batch"] },
  });
  assert.is(named.digest, inFolder!.digest);
});

test("the binary version is found by its names", async () => {
  const binary = (numbers: readonly number[]) => bytesOf(...numbers.flatMap((n) => [[n % 10], pixels([n], 1024)]));
  for (const i of range(1, 6)) keep(`binary/data_batch_${i}.bin`, binary(range(2 * i - 2, 2 * i)));
  keep("binary/test_batch.bin", binary([20, 21, 22]));
  const [of, and] = await Promise.all(["binary", "python"].map((folder) => open({ name: "cifar10", folder })));
  assert.is(of!.digest, and!.digest);
});

test("MNIST is found by its names, gzipped or not", async () => {
  const big = (value: number) => word(value).reverse();
  const idx = (count: number) => bytesOf([0, 0, 8, 3], big(count), big(2), big(2), new Uint8Array(4 * count).fill(7));
  const classes = (count: number) =>
    bytesOf(
      [0, 0, 8, 1],
      big(count),
      range(0, count).map((n) => n % 2),
    );
  keep("mnist/train-images-idx3-ubyte.gz", gzipSync(idx(8)));
  keep("mnist/train-labels-idx1-ubyte.gz", gzipSync(classes(8)));
  keep("mnist/t10k-images.idx3-ubyte", idx(4));
  keep("mnist/t10k-labels.idx1-ubyte", classes(4));
  const { train, validation, test: tested, classes: found } = await open({ name: "idx", as: "mnist", folder: "mnist" });
  assert.equal([train.count, validation.count, tested.count, found], [4, 4, 4, 2]);
});

const withNumpy = when(test, hasNumpy, NUMPY_ABSENT);

withNumpy("what Python 3 and NumPy pickle is read, in each protocol and with lists or arrays of classes", async () => {
  const script = `
import pickle, numpy
for protocol in (2, 3, 4, 5):
    data = numpy.array([[10 * n + channel for channel in range(3) for _ in range(1024)] for n in range(10)], dtype=numpy.uint8)
    labels = [n % 10 for n in range(10)]
    for key, value in (("list", labels), ("array", numpy.array(labels)), ("bytes", labels)):
        name = (lambda text: text.encode()) if key == "bytes" else str
        with open(f"{key}-{protocol}", "wb") as file:
            pickle.dump({name("fine_labels"): value, name("filenames"): ["a", "ß"], name("data"): data}, file, protocol)
data = numpy.array([[10 * n + channel for channel in range(3) for _ in range(256)] for n in range(6)], dtype=numpy.uint8)
for i in range(1, 11):
    with open(f"train_data_batch_{i}", "wb") as file:
        pickle.dump({"data": data, "labels": [1, 121, 3, 4, 1000, 6], "mean": numpy.zeros(768)}, file)
with open("val_data", "wb") as file:
    pickle.dump({"data": data, "labels": [1, 2, 3, 4, 5, 6]}, file)
`;
  keep("numpy/script.py", new TextEncoder().encode(script));
  python(["script.py"], join(folder, "numpy"));
  for (const protocol of [2, 3, 4, 5])
    for (const key of ["list", "array", "bytes"]) {
      const { train, validation, test: tested, classes } = await open({ name: "cifar100", files: { train: [`numpy/${key}-${protocol}`] } });
      assert.is(classes, 100);
      assert.equal(
        [train, validation, tested].flatMap(numbers).sort((a, b) => a - b),
        range(0, 10),
        `${key} in protocol ${protocol}`,
      );
    }
  const imagenet = { name: "imagenet16-120", folder: "numpy", split: { validation: 3, validationFrom: "test", train: 40 } };
  const { shape, classes, train, validation, test: tested } = await open(imagenet);
  assert.equal([shape, classes], [[16, 16, 3], 120]);
  assert.equal([...new Set(numbers(train))], [0, 2, 3, 5], "those of further classes are left out");
  assert.equal(
    [...numbers(validation), ...numbers(tested)].sort((a, b) => a - b),
    range(0, 6),
  );
});

test("a damaged or foreign pickle is refused with its name and what is wrong, and nothing of it is run", async () => {
  const whole = distributed.test_batch!;
  const refusedAs = async (bytes: Uint8Array, says: RegExp) => {
    keep("pickle", bytes);
    await refused({ name: "cifar10", files: { train: ["pickle"] } }, /^Cannot use pickle: /, says);
  };
  await refusedAs(whole.subarray(0, whole.length - 100), /cut off/);
  await refusedAs(bytesOf("\x80\x02cposix\nsystem\nU\x04true\x85R."), /names "posix\.system".*none of it was run/);
  await refusedAs(bytesOf("\x80\x02]."), /it has no "data" of bytes \[n, 3072\]/);
  await refusedAs(pickled(pixels([1], 1024), 3071, [1]), /it has no "data" of bytes|values take/);
  await refusedAs(pickled(pixels([1, 2], 1024), 3072, [1]), /it has 1 "labels" for 2 images/);
  await refusedAs(pickled(pixels([1], 1024), 3072, [1], { key: "fine" }), /it has no "labels"/);
  await refusedAs(pickled(pixels([1, 2], 1024), 3072, [1, 10]), /image 2 is of class 10, and the classes of cifar10 are numbered from 0/);
  await refusedAs(pickled(pixels([1], 1024), 3072, [1], { type: "f2" }), /of type \|f2, not of uint8/);
  await refusedAs(pickled(pixels([1], 1024), 3072, [1], { fortran: true }), /Fortran's order/);
  await refused(
    { name: "imagenet16-120", files: { train: ["binary/test_batch.bin"] } },
    /is a pickle of Python's protocol 2 or later, and this one is none/,
  );
});

test("what is not in a folder or an archive is told, with what is", async () => {
  const { data_batch_3: _, ...without } = distributed;
  keep("without.tar", tar(without));
  await refused(
    { name: "cifar10", folder: "without.tar" },
    /of data_batch_1 to data_batch_5 it has 4 of 5; it has batches\.meta, data_batch_1/,
  );
  keep("cut.tar", tar(distributed).subarray(0, 4000));
  await refused({ name: "cifar10", folder: "cut.tar" }, /as an archive it is damaged or cut off at byte \d+/);
  await refused({ name: "cifar10", folder: "python/test_batch" }, /neither a folder nor a tar archive: name files as \/dataset\/files/);
  await refused(
    { name: "cifar10", folder: "nowhere" },
    /there is no such file\.\n {2}Get CIFAR-10 from its authors, as cifar-10-python\.tar\.gz/,
  );
  await refused({ name: "npz", folder: "python" }, /names of files in the format npz are not known/);
  await refused({ name: "cifar10" }, /needs \/dataset\/files, with the files for training, or \/dataset\/folder/);
  await refused({ name: "cifar10", folder: "python", files: { train: ["x"] } }, /leave one of them out/);
  await refused({ name: "digits", folder: "python" }, /is built in and has no files/);
  await refused({ name: "cifar10", folder: "python", size: [32, 32, 3] }, /\/dataset\/size is for "images"/);
});

test("validation images are given, or taken from the test files", async () => {
  const files = { train: ["python/data_batch_1", "python/data_batch_2"], validation: ["python/data_batch_3"], test: ["python/test_batch"] };
  const given = await open({ name: "cifar10", files });
  assert.equal([given.train, given.validation, given.test].map(numbers), [
    [0, 1, 2, 3],
    [4, 5],
    [20, 21, 22],
  ]);
  const one = await open({ name: "cifar10", files, split: { validation: 1, train: 3 } });
  assert.equal([one.train.count, one.validation.count], [3, 1]);
  const { validation: _, ...others } = files;
  const taken = await open({ name: "cifar10", files: others, split: { validationFrom: "test", validation: 1 } });
  assert.equal([taken.train.count, taken.validation.count, taken.test.count], [4, 1, 2]);
  assert.equal([...numbers(taken.validation), ...numbers(taken.test)].sort(), [20, 21, 22]);
  const split = { validationFrom: "test" };
  await refused({ name: "cifar10", files, split }, /validationFrom is "test", and there are validation files/);
  await refused({ name: "cifar10", files: { train: files.train }, split }, /validationFrom is "test", and there are no test files/);
  await refused(
    { name: "cifar10", files: others, split: { ...split, validation: 2, test: 2 } },
    /asks for 2 \+ 2 validation and test images, and there are 3/,
  );
  await refused({ name: "cifar10", files, split: { validation: 3 } }, /asks for 3 validation images, and there are 2/);
});

// --- Images by class

const sharp = await import("sharp").then(
  ({ default: sharp }) => sharp,
  () => undefined,
);
const withSharp = when(test, sharp !== undefined, "the package sharp is not there");
const coloured = (value: number, width = 4, channels: 1 | 3 = 3) =>
  sharp!(Buffer.alloc(3 * width * channels, value), { raw: { width, height: 3, channels } });

withSharp("images in folders by class are decoded, in the order of the names of their classes", async () => {
  for (const [i, name] of ["cat", "ant", "bee"].entries()) {
    keep(
      `photos/${name}/one.png`,
      await coloured(10 * i + 1)
        .png()
        .toBuffer(),
    );
    keep(
      `photos/${name}/two.JPG`,
      await coloured(100 * i)
        .jpeg({ quality: 100 })
        .toBuffer(),
    );
    keep(`photos/${name}/notes.txt`, bytesOf("no image"));
  }
  keep("photos/.hidden/one.png", bytesOf("no image"));
  const {
    shape,
    classes,
    train,
    validation,
    test: tested,
  } = await open({ name: "images", folder: "photos", split: { validation: 1, test: 1 } });
  assert.equal([shape, classes], [[3, 4, 3], 3]);
  const found = [train, validation, tested].flatMap(({ images, labels, count }) =>
    range(0, count).map((n) => [labels[n], Math.round(255 * images[36 * n]!)] as const),
  );
  const expected = [
    [0, 11],
    [0, 100],
    [1, 21],
    [1, 200],
    [2, 0],
    [2, 1],
  ];
  assert.equal(
    found.sort((a, b) => a[0]! - b[0]! || a[1] - b[1]),
    expected,
  );
});

withSharp("images are scaled where a size is given; grey ones have one channel where none is", async () => {
  for (const name of ["a", "b"])
    for (const n of [1, 2, 3, 4])
      keep(
        `grey/train/${name}/${n}.png`,
        await coloured(30 * n, 4, 1)
          .toColourspace("b-w")
          .png()
          .toBuffer(),
      );
  for (const name of ["a", "b"]) keep(`grey/test/${name}/1.png`, await coloured(90, 4, 1).toColourspace("b-w").png().toBuffer());
  assert.equal((await open({ name: "images", folder: "grey" })).shape, [3, 4, 1]);
  const scaled = await open({ name: "images", folder: "grey", size: [6, 5, 3] });
  assert.equal([scaled.shape, scaled.train.count, scaled.validation.count, scaled.test.count], [[6, 5, 3], 4, 4, 2]);
  assert.ok(scaled.test.images.every((value) => value === Math.fround(90 / 255)));
});

withSharp("an image that is damaged or of another size is told, and a class that is only in one of the folders", async () => {
  const png = await coloured(1).png().toBuffer();
  for (const name of ["a", "b"]) keep(`odd/${name}/1.png`, png);
  keep("odd/b/2.png", await coloured(1, 5).png().toBuffer());
  await refused(
    { name: "images", folder: "odd" },
    /^Cannot use odd\/b\/2\.png: it is 3 × 5 × 3, and the first image 3 × 4 × 3: \/dataset\/size/,
  );
  keep("odd/b/2.png", png.subarray(0, 50));
  await refused({ name: "images", folder: "odd" }, /^Cannot use odd\/b\/2\.png: it cannot be decoded \(/);
  for (const name of ["train/a", "train/b", "test/a", "test/c"]) keep(`other/${name}/1.png`, png);
  await refused({ name: "images", folder: "other" }, /^Cannot use other\/test: the class "c" is not in other\/train\.$/);
  rmSync(join(folder, "other/test/c"), { recursive: true });
  await refused({ name: "images", folder: "other" }, /the class "b" is only in other\/train/);
  mkdirSync(join(folder, "other/train/b/empty"), { recursive: true });
  rmSync(join(folder, "other/train/b/1.png"));
  rmSync(join(folder, "other/test"), { recursive: true });
  await refused({ name: "images", folder: "other" }, /^Cannot use other\/train\/b: it has no images/);
  await refused({ name: "images", folder: "odd/a" }, /it has no folders: each class/);
  await refused({ name: "images", files: { train: ["odd"] } }, /needs \/dataset\/folder/);
});

test.run();
