/**
 * Datasets: what a manifest names, opened, divided, normalised. The same specification gives the same
 * numbers on every runtime: nothing is drawn but from seeded streams, and only + − × ÷ and √ are used.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { cannotReadFile, datasetInvalid } from "../../core/errors/index.ts";
import { type Rng, randomStream, shuffle } from "../../core/random/rng.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import type { DatasetSummary } from "../../core/training/trainer.ts";
import { keyOf } from "../cached.ts";
import { drawAugmented, type ImageKind } from "./augmentation.ts";
import { readCifar } from "./cifar.ts";
import { DIGITS_SPLIT, readDigits } from "./digits.ts";
import { readIdx } from "./idx.ts";
import { joined, type LabelledImages, type NamedBytes } from "./labelled-images.ts";
import { readNpz } from "./npz.ts";

export interface Examples {
  /** [n, h, w, c], normalised. */
  readonly images: Float32Array;
  /** [n]. */
  readonly labels: Int32Array;
  /** n. */
  readonly count: number;
}

/** A dataset, ready to train on. Training images are augmented when a batch is drawn (`drawAugmented`). */
export interface Dataset extends ImageKind {
  /** What metrics and tables call it. */
  readonly name: string;
  readonly classes: number;
  readonly train: Examples;
  readonly validation: Examples;
  readonly test: Examples;
  /** SHA-256 of all values and labels as the files have them, in hexadecimal. */
  readonly digest: string;
  /** Names all that is above: datasets with one key are equal. */
  readonly key: string;
}

/**
 * Opens a dataset.
 *
 * @param folder  the manifest's, which files are relative to
 * @throws EvokeError CANNOT_READ, or DATASET_INVALID with the file and what was expected
 */
export async function openDataset(spec: DatasetSpec, folder = "."): Promise<Dataset> {
  const { train: pool, test: testPool } = await readParts(spec, folder);
  const { shape, white } = pool;
  if (testPool && testPool.shape.join() !== shape.join())
    throw datasetInvalid(spec.files!.test!.join(", "), `its images are not ${shape.join(" × ")} as those for training are`);
  const classes = Math.max(classesOf(pool), testPool ? classesOf(testPool) : 0);
  const division = divide(spec, pool, testPool);
  const { mean, std } = normalisation(spec, pool, division.train);
  const normalise = ({ values, labels }: LabelledImages, rows: readonly number[]) =>
    normalised(values, labels, rows, shape, white, mean, std);

  const digest = digestOf([pool, ...(testPool ? [testPool] : [])]);
  const kind: ImageKind = { shape, black: Float32Array.from(mean, (value, c) => -value / std[c]!), augmentation: spec.augmentation };
  const heldOut = (examples: Examples, part: string) =>
    spec.copies === 0 ? examples : copies(kind, examples, spec.copies, randomStream(spec.split.seed, `/dataset/${part}`));
  return {
    ...kind,
    name: spec.as ?? spec.name,
    classes,
    train: normalise(pool, division.train),
    validation: heldOut(normalise(pool, division.validation), "validation"),
    test: heldOut(normalise(testPool ?? pool, division.test), "test"),
    digest,
    key: keyOf([spec, digest]),
  };
}

/** What plugins are told of a dataset. */
export function summaryOf({ name, classes, shape, train, validation, test }: Dataset): DatasetSummary {
  return { name, classes, shape, counts: { train: train.count, validation: validation.count, test: test.count } };
}

interface Parts {
  /** For training, validation and, where there is no other, test. */
  readonly train: LabelledImages;
  readonly test?: LabelledImages;
}

async function readParts(spec: DatasetSpec, folder: string): Promise<Parts> {
  const { name, files } = spec;
  if (name === "digits") {
    if (files)
      throw datasetInvalid(
        'the dataset "digits"',
        "it is built in and has no files: leave /dataset/files out, or name the format of yours",
      );
    return { train: readDigits() };
  }
  if (!files) throw datasetInvalid(`a dataset in the format ${name}`, "it needs /dataset/files, with the files for training");
  const read = async (paths: readonly string[]): Promise<LabelledImages> => {
    const named = await Promise.all(paths.map((path) => readUnpacked(path, folder)));
    if (name !== "idx")
      return joined(named.map((file) => ({ file: file.file, ...(name === "npz" ? readNpz(file) : readCifar(file, name)) })));
    if (named.length % 2 > 0) throw datasetInvalid(paths.join(", "), "IDX files come in pairs, a file of images and its file of labels");
    return joined(named.flatMap((images, i) => (i % 2 > 0 ? [] : [{ file: images.file, ...readIdx(images, named[i + 1]!) }])));
  };
  return { train: await read(files.train), ...(files.test && { test: await read(files.test) }) };
}

async function readUnpacked(file: string, folder: string): Promise<NamedBytes> {
  const bytes = await readFile(resolve(folder, file)).catch((error: NodeJS.ErrnoException) => {
    throw cannotReadFile(file, "the dataset's file", error);
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { file, bytes: plain(bytes) };
  const unpacked = await promisify(gunzip)(bytes).catch((error: Error) => {
    throw datasetInvalid(file, `its gzip data is damaged or cut off (${error.message})`);
  });
  return { file, bytes: plain(unpacked) };
}

/** Without Buffer's own `slice`, which copies nothing. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function classesOf({ classes, labels }: LabelledImages): number {
  if (classes !== undefined) return classes;
  let most = 0;
  for (const label of labels) most = Math.max(most, label);
  return most + 1;
}

interface Division {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** Which rows of the pools are for what: disjoint, each in ascending order. */
function divide({ name, split }: DatasetSpec, pool: LabelledImages, testPool: LabelledImages | undefined): Division {
  const total = pool.labels.length;
  const known = name === "digits" ? DIGITS_SPLIT : undefined;
  const test = split.test ?? known?.test ?? (testPool ? testPool.labels.length : Math.floor(total / 4));
  const validation = split.validation ?? known?.validation ?? Math.floor(total / (testPool ? 2 : 4));
  const train = split.train ?? total - validation - (testPool ? 0 : test);
  const wanted = testPool ? [train, validation] : [train, validation, test];
  const sum = wanted.reduce((a, b) => a + b, 0);
  const problem = (asked: string, there: number) =>
    datasetInvalid(`the dataset "${name}"`, `/dataset/split asks for ${asked}, and there are ${there}`);
  if (train < 1 || sum > total) throw problem(`${wanted.join(" + ")} images`, total);
  if (testPool && test > testPool.labels.length) throw problem(`${test} test images`, testPool.labels.length);
  const rng = randomStream(split.seed, "/dataset/split");
  const [trainRows, validationRows, testRows] = stratified(pool.labels, wanted, rng);
  return { train: trainRows!, validation: validationRows!, test: testRows ?? stratified(testPool!.labels, [test], rng)[0]! };
}

/**
 * Draws disjoint parts of the given sizes, each with the classes in the proportion in which what is
 * left has them: rounded down, and the rest to the classes with the largest remainders.
 */
function stratified(labels: ArrayLike<number>, sizes: readonly number[], rng: Rng): number[][] {
  const classes = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const members = classes.get(labels[row]!);
    if (members) members.push(row);
    else classes.set(labels[row]!, [row]);
  }
  const left = [...classes].sort(([a], [b]) => a - b).map(([, rows]) => rows);
  for (const rows of left) shuffle(rows, rng);
  let total = labels.length;
  return sizes.map((size) => {
    const quotas = left.map((rows) => (rows.length * size) / total);
    const shares = quotas.map(Math.floor);
    const missing = size - shares.reduce((a, b) => a + b, 0);
    const byRemainder = quotas
      .map((quota, i) => ({ i, remainder: quota - shares[i]! }))
      .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
    for (const { i } of byRemainder.slice(0, missing)) shares[i]!++;
    total -= size;
    return left.flatMap((rows, i) => rows.splice(0, shares[i])).sort((a, b) => a - b);
  });
}

/** What is subtracted and divided by, a value for each channel. */
function normalisation({ name, normalise }: DatasetSpec, pool: LabelledImages, rows: readonly number[]) {
  const channels = pool.shape[2];
  if (!normalise) return momentsOf(pool, rows);
  const each = (key: "mean" | "std") => {
    const given = normalise[key];
    if (given.length !== 1 && given.length !== channels)
      throw datasetInvalid(`the dataset "${name}"`, `/dataset/normalise/${key} has ${given.length} values for ${channels} channels`);
    return Float64Array.from({ length: channels }, (_, c) => given[c] ?? given[0]!);
  };
  return { mean: each("mean"), std: each("std") };
}

/** Mean and standard deviation of the scaled training images, for each channel; a channel that never changes has deviation 1. */
function momentsOf({ values, white, shape }: LabelledImages, rows: readonly number[]) {
  const channels = shape[2];
  const size = shape[0] * shape[1] * channels;
  const sum = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (const row of rows)
    for (let i = row * size, end = i + size; i < end; ) {
      for (let c = 0; c < channels; c++) {
        const value = values[i++]! / white;
        sum[c]! += value;
        squares[c]! += value * value;
      }
    }
  const n = rows.length * shape[0] * shape[1];
  const mean = sum.map((total) => total / n);
  return { mean, std: squares.map((total, c) => Math.sqrt(Math.max(0, total / n - mean[c]! * mean[c]!)) || 1) };
}

function normalised(
  values: LabelledImages["values"],
  labels: LabelledImages["labels"],
  rows: readonly number[],
  [height, width, channels]: Dataset["shape"],
  white: number,
  mean: Float64Array,
  std: Float64Array,
): Examples {
  const size = height * width * channels;
  const images = new Float32Array(rows.length * size);
  let at = 0;
  for (const row of rows)
    for (let i = row * size, end = i + size; i < end; ) {
      for (let c = 0; c < channels; c++) images[at++] = (values[i++]! / white - mean[c]!) / std[c]!;
    }
  return { images, labels: Int32Array.from(rows, (row) => labels[row]!), count: rows.length };
}

/** Every image so many times, each time augmented differently: first a copy of all, then the next. */
function copies(kind: ImageKind, { images, labels, count }: Examples, times: number, rng: Rng): Examples {
  const rows = Int32Array.from({ length: count * times }, (_, n) => n % count);
  const all = new Float32Array(images.length * times);
  drawAugmented(kind, images, rows, all, rng);
  return { images: all, labels: rows.map((row) => labels[row]!), count: rows.length };
}

function digestOf(parts: readonly LabelledImages[]): string {
  const hash = createHash("sha256");
  for (const { shape, values, labels } of parts) {
    hash.update(Uint8Array.from(shape.flatMap((size) => [size & 255, (size >> 8) & 255])));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    hash.update(new Uint8Array(Int32Array.from(labels).buffer));
  }
  return hash.digest("hex");
}
