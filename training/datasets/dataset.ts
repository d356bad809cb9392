/**
 * Datasets: what a manifest names, opened, divided, normalised. The same specification gives the same
 * numbers on every runtime: nothing is drawn but from seeded streams, and only + − × ÷ and √ are used.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { datasetInvalid } from "../../core/errors/index.ts";
import { type Rng, randomStream } from "../../core/random/rng.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import type { DatasetSummary } from "../../core/training/trainer.ts";
import { keyOf } from "../cached.ts";
import { checkImages } from "../memory/room.ts";
import { drawAugmented, type ImageKind } from "./augmentation.ts";
import { divide, type Part, type Pools } from "./division.ts";
import { type LabelledImages, pooled } from "./labelled-images.ts";
import { type HearFile, readPools } from "./pools.ts";

export interface Examples {
  /** [n, h, w, c], normalised, in memory that threads share. */
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
 * @param opened  told of each file that is read
 * @throws EvokeError CANNOT_READ, or DATASET_INVALID with the file and what was expected
 */
export async function openDataset(spec: DatasetSpec, folder = ".", opened: HearFile = () => {}): Promise<Dataset> {
  const pools = await poolsOf(spec, folder, opened);
  const { shape } = pools.train;
  for (const part of ["validation", "test"] as const)
    if (pools[part] && pools[part].shape.join() !== shape.join())
      throw datasetInvalid(
        spec.files?.[part]?.join(", ") ?? `the ${part} images of ${spec.folder}`,
        `its images are ${pools[part].shape.join(" × ")}, and those for training ${shape.join(" × ")}`,
      );
  const classes = Math.max(...Object.values(pools).map(classesOf));
  const division = divide(spec, pools);
  const held = (division.validation.rows.length + division.test.rows.length) * Math.max(1, spec.copies);
  const numbers = (division.train.rows.length + held) * shape[0] * shape[1] * shape[2];
  checkImages(`the images of the dataset "${spec.name}"`, numbers, Float32Array.BYTES_PER_ELEMENT);
  const { mean, std } = normalisation(spec, division.train);
  const normalise = (part: Part) => normalised(part, mean, std);

  const digest = digestOf([pools.train, pools.validation, pools.test].filter((pool) => pool !== undefined));
  const kind: ImageKind = { shape, black: Float32Array.from(mean, (value, c) => -value / std[c]!), augmentation: spec.augmentation };
  const heldOut = (examples: Examples, part: string) =>
    spec.copies === 0 ? examples : copies(kind, examples, spec.copies, randomStream(spec.split.seed, `/dataset/${part}`));
  return {
    ...kind,
    name: spec.as ?? spec.name,
    classes,
    train: normalise(division.train),
    validation: heldOut(normalise(division.validation), "validation"),
    test: heldOut(normalise(division.test), "test"),
    digest,
    key: keyOf([spec, digest]),
  };
}

/** The images of the files, made smaller if they are to be. */
async function poolsOf(spec: DatasetSpec, folder: string, opened: HearFile): Promise<Pools> {
  const pools = await readPools(spec, folder, opened);
  const { pool: side, name } = spec;
  if (side === undefined) return pools;
  const smaller = (images: LabelledImages) => pooled(images, side, `the dataset "${name}"`);
  return {
    train: smaller(pools.train),
    ...(pools.validation && { validation: smaller(pools.validation) }),
    ...(pools.test && { test: smaller(pools.test) }),
  };
}

/** What plugins are told of a dataset. */
export function summaryOf({ name, classes, shape, train, validation, test }: Dataset): DatasetSummary {
  return { name, classes, shape, counts: { train: train.count, validation: validation.count, test: test.count } };
}

function classesOf({ classes, labels }: LabelledImages): number {
  if (classes !== undefined) return classes;
  let most = 0;
  for (const label of labels) most = Math.max(most, label);
  return most + 1;
}

/** What is subtracted and divided by, a value for each channel. */
function normalisation({ name, normalise }: DatasetSpec, train: Part) {
  const channels = train.pool.shape[2];
  if (!normalise) return momentsOf(train);
  const each = (key: "mean" | "std") => {
    const given = normalise[key];
    if (given.length !== 1 && given.length !== channels)
      throw datasetInvalid(`the dataset "${name}"`, `/dataset/normalise/${key} has ${given.length} values for ${channels} channels`);
    return Float64Array.from({ length: channels }, (_, c) => given[c] ?? given[0]!);
  };
  return { mean: each("mean"), std: each("std") };
}

/** Mean and standard deviation of the scaled training images, for each channel; a channel that never changes has deviation 1. */
function momentsOf({ pool: { values, white, shape }, rows }: Part) {
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

function normalised({ pool, rows }: Part, mean: Float64Array, std: Float64Array): Examples {
  const { values, labels, shape, white } = pool;
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const images = sharedFloats(rows.length * size);
  let at = 0;
  for (const row of rows)
    for (let i = row * size, end = i + size; i < end; ) {
      for (let c = 0; c < channels; c++) images[at++] = (values[i++]! / white - mean[c]!) / std[c]!;
    }
  return { images, labels: sharedIntegers(rows, (row) => labels[row]!), count: rows.length };
}

/** Every image so many times, each time augmented differently: first a copy of all, then the next. */
function copies(kind: ImageKind, { images, labels, count }: Examples, times: number, rng: Rng): Examples {
  const rows = Int32Array.from({ length: count * times }, (_, n) => n % count);
  const all = sharedFloats(images.length * times);
  drawAugmented(kind, images, rows, all, rng);
  return { images: all, labels: sharedIntegers(rows, (row) => labels[row]!), count: rows.length };
}

/** In memory that threads share: a dataset is too large for a copy in each. */
function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

function sharedIntegers(rows: ArrayLike<number>, of: (row: number) => number): Int32Array {
  const all = new Int32Array(new SharedArrayBuffer(rows.length * Int32Array.BYTES_PER_ELEMENT));
  for (let i = 0; i < rows.length; i++) all[i] = of(rows[i]!);
  return all;
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
