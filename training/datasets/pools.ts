/**
 * The files of datasets, as people have them: named one by one, or found in the folder, or the archive, in which a dataset is
 * distributed.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { cannotReadFile, datasetInvalid } from "../../core/errors/index.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import { MOST } from "../files/limits.ts";
import { readUnpacked } from "../files/named-file.ts";
import { readCifar } from "./cifar.ts";
import { readDigits } from "./digits.ts";
import type { Pools } from "./division.ts";
import { readIdx } from "./idx.ts";
import { joined, type LabelledImages, type NamedBytes } from "./labelled-images.ts";
import { readNpz } from "./npz.ts";
import { isPickle, readPickled } from "./pickled-images.ts";
import { filesOfTar, isTar } from "./tar.ts";

type Format = Exclude<DatasetSpec["name"], "digits" | "images">;

/** What the files of a distribution are called, and how many there are. */
interface Distribution {
  /** What it is, and who has it. */
  readonly source: string;
  readonly train: readonly [pattern: RegExp, count: number, called: string];
  readonly test: readonly [pattern: RegExp, count: number, called: string];
}

const IDX_NAMES = "-(images|labels)[.-]idx[13]-ubyte(\\.gz)?$";
const DISTRIBUTIONS: Partial<Record<Format, Distribution>> = {
  idx: {
    source: "MNIST, Fashion-MNIST or the like from its authors, in four files from train-images-idx3-ubyte to t10k-labels-idx1-ubyte",
    train: [new RegExp(`^train${IDX_NAMES}`), 2, "train-images-idx3-ubyte and train-labels-idx1-ubyte"],
    test: [new RegExp(`^t10k${IDX_NAMES}`), 2, "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte"],
  },
  cifar10: {
    source: "CIFAR-10 from its authors, as cifar-10-python.tar.gz or cifar-10-binary.tar.gz, unpacked or not",
    train: [/^data_batch_[1-5](\.bin)?$/, 5, "data_batch_1 to data_batch_5"],
    test: [/^test_batch(\.bin)?$/, 1, "test_batch"],
  },
  cifar100: {
    source: "CIFAR-100 from its authors, as cifar-100-python.tar.gz or cifar-100-binary.tar.gz, unpacked or not",
    train: [/^train(\.bin)?$/, 1, "train"],
    test: [/^test(\.bin)?$/, 1, "test"],
  },
  "imagenet16-120": {
    source: "ImageNet16 from the authors of NAS-Bench-201, in the files train_data_batch_1 to train_data_batch_10 and val_data",
    train: [/^train_data_batch_([1-9]|10)$/, 10, "train_data_batch_1 to train_data_batch_10"],
    test: [/^val_data$/, 1, "val_data"],
  },
};

/** Told of each file that a dataset is read from, by its path as the manifest has it. */
export type HearFile = (path: string) => void;

/** Reads all images of a dataset. @param folder  the manifest's @throws EvokeError CANNOT_READ, DATASET_INVALID */
export async function readPools(spec: DatasetSpec, folder: string, opened: HearFile): Promise<Pools> {
  const { name, files, folder: own } = spec;
  const place: Place = { folder, opened };
  if (name === "digits") {
    if (files || own !== undefined)
      throw datasetInvalid(
        'the dataset "digits"',
        "it is built in and has no files: leave /dataset/files and /dataset/folder out, or name the format of yours",
      );
    return { train: readDigits() };
  }
  if (name === "images") {
    if (own === undefined || files)
      throw datasetInvalid("a dataset of images", "it needs /dataset/folder, with a folder for each class, and no files");
    const { readImageFolder } = await import("./image-folder.ts");
    return readImageFolder(resolve(folder, own), own, spec.size, opened);
  }
  if (spec.size) throw datasetInvalid(`a dataset in the format ${name}`, 'its images have a size: /dataset/size is for "images"');
  if ((own === undefined) === (files === undefined))
    throw datasetInvalid(
      `a dataset in the format ${name}`,
      own === undefined
        ? "it needs /dataset/files, with the files for training, or /dataset/folder"
        : "it has /dataset/folder and /dataset/files: leave one of them out",
    );
  if (own !== undefined) return readDistribution(name, await filesIn(name, own, place), own);
  const read = async (paths: readonly string[]) => imagesOf(name, await inTurn(paths, (path) => unpackedFile(name, path, place)));
  return {
    train: await read(files!.train),
    ...(files!.validation && { validation: await read(files!.validation) }),
    ...(files!.test && { test: await read(files!.test) }),
  };
}

/** One after the other: what is unpacked on the way is in memory for one file only. */
async function inTurn<T>(items: readonly T[], read: (item: T) => Promise<NamedBytes>): Promise<NamedBytes[]> {
  const files: NamedBytes[] = [];
  for (const item of items) files.push(await read(item));
  return files;
}

/** Several files as one. */
function imagesOf(format: Format, files: readonly NamedBytes[]): LabelledImages {
  if (format !== "idx") return joined(files.map((file) => ({ file: file.file, ...imagesOfFile(format, file) })));
  if (files.length % 2 > 0)
    throw datasetInvalid(files.map(({ file }) => file).join(", "), "IDX files come in pairs, a file of images and its file of labels");
  return joined(files.flatMap((images, i) => (i % 2 > 0 ? [] : [{ file: images.file, ...readIdx(images, files[i + 1]!) }])));
}

function imagesOfFile(format: Exclude<Format, "idx">, file: NamedBytes): LabelledImages {
  if (format === "npz") return readNpz(file);
  if (format === "imagenet16-120" || isPickle(file)) return readPickled(file, format);
  return readCifar(file, format);
}

/** A file of a folder, or of an archive. */
interface Found {
  readonly name: string;
  read(): Promise<NamedBytes>;
}

/** What paths are relative to, and who is told of them. */
interface Place {
  readonly folder: string;
  readonly opened: HearFile;
}

/** The files of a folder, or of an archive that is packed or not. */
async function filesIn(format: Format, own: string, place: Place): Promise<readonly Found[]> {
  const path = resolve(place.folder, own);
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR") return undefined;
    throw cannotReadFile(own, "the dataset's folder", error, remedyOf(format));
  });
  if (names) return names.map((name) => ({ name, read: () => unpackedFile(format, `${own}/${name}`, place) }));
  const archive = await unpackedFile(format, own, place);
  if (!isTar(archive.bytes)) throw datasetInvalid(own, "it is neither a folder nor a tar archive: name files as /dataset/files");
  return filesOfTar(archive).map(({ file: name, bytes }) => ({ name, read: async () => ({ file: `${name} of ${own}`, bytes }) }));
}

async function readDistribution(format: Format, files: readonly Found[], own: string): Promise<Pools> {
  const distribution = DISTRIBUTIONS[format];
  if (!distribution) throw datasetInvalid(own, `the names of files in the format ${format} are not known: name them as /dataset/files`);
  const read = async ([pattern, count, called]: Distribution["train"]) => {
    const found = files.filter(({ name }) => pattern.test(name)).sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    if (found.length !== count) {
      const there = files.map(({ name }) => name).sort();
      const some = there.length > 8 ? [...there.slice(0, 8), "…"] : there;
      throw datasetInvalid(own, `of ${called} it has ${found.length} of ${count}; it has ${some.join(", ") || "nothing"}`);
    }
    return imagesOf(format, await inTurn(found, (file) => file.read()));
  };
  return { train: await read(distribution.train), test: await read(distribution.test) };
}

/** What to do where a dataset is not there. */
function remedyOf(format: Format): string {
  const { source } = DISTRIBUTIONS[format] ?? {};
  if (source === undefined) return "Give its path relative to the manifest.";
  return `Get ${source}, and give its path relative to the manifest. Evoke fetches no data.`;
}

async function unpackedFile(format: Format, file: string, { folder, opened }: Place): Promise<NamedBytes> {
  const named = { path: resolve(folder, file), shown: file, what: "the dataset's file", most: MOST.dataset, missing: remedyOf(format) };
  opened(file);
  return { file, bytes: plain(await readUnpacked(named, (problem) => datasetInvalid(file, problem))) };
}

/** Without Buffer's own `slice`, which copies nothing. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
