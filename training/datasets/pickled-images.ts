/**
 * The Python files of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html), and those of the downsampled
 * ImageNet (Chrabaszcz et al. 2017, arXiv:1707.08819): a pickle of a dictionary with "data" [n, 3 h w], bytes, channel by
 * channel, and the classes of the images. They are read without Python, and nothing in them is run.
 *
 * @module
 */
import { datasetInvalid } from "../../core/errors/index.ts";
import { unpickle } from "../../core/formats/pickle.ts";
import { arrayNames, PickledArray } from "../../core/formats/pickled-arrays.ts";
import { channelsLast, type LabelledImages, type NamedBytes } from "./labelled-images.ts";

/** What such a file holds. */
interface Pickled {
  readonly side: number;
  /** The key of the classes. */
  readonly labels: string;
  /** What the first class is called. */
  readonly first: 0 | 1;
  readonly classes: number;
  /** Whether there are images of more classes, which are left out. */
  readonly more: boolean;
}

const KINDS = {
  cifar10: { side: 32, labels: "labels", first: 0, classes: 10, more: false },
  cifar100: { side: 32, labels: "fine_labels", first: 0, classes: 100, more: false },
  /** The first 120 classes of ImageNet at 16 × 16, as NAS-Bench-201 has them (Dong and Yang 2020, arXiv:2001.00326). */
  "imagenet16-120": { side: 16, labels: "labels", first: 1, classes: 120, more: true },
} as const satisfies Record<string, Pickled>;

/** The byte that a pickle begins with, since protocol 2. */
const PICKLE = 0x80;

export function isPickle({ bytes }: NamedBytes): boolean {
  return bytes[0] === PICKLE;
}

export function readPickled({ file, bytes }: NamedBytes, format: keyof typeof KINDS): LabelledImages {
  const { side, labels: key, first, classes, more } = KINDS[format];
  const invalid = (problem: string) => datasetInvalid(file, problem);
  if (bytes[0] !== PICKLE) throw invalid(`a file of ${format} is a pickle of Python's protocol 2 or later, and this one is none`);
  const { value } = unpickle(bytes, 0, arrayNames(invalid), invalid);
  const found = new Map<unknown, unknown>(value instanceof Map ? [...value].map(([name, item]) => [textOf(name), item]) : []);
  const images = found.get("data");
  const array = images instanceof PickledArray ? images.array : undefined;
  const size = 3 * side * side;
  if (!(array?.values instanceof Uint8Array) || array.shape.length !== 2 || array.shape[1] !== size || array.shape[0] === 0)
    throw invalid(`it has no "data" of bytes [n, ${size}], as a file of ${format} has`);
  const named = numbersOf(found.get(key));
  const count = array.shape[0]!;
  if (named?.length !== count)
    throw invalid(`it has ${named ? `${named.length} "${key}" for ${count} images` : `no "${key}", as a file of ${format} has`}`);
  const wrong = named.findIndex((label) => !Number.isInteger(label) || label < first || (!more && label >= first + classes));
  if (wrong >= 0) throw invalid(`image ${wrong + 1} is of class ${named[wrong]}, and the classes of ${format} are numbered from ${first}`);
  const rows = named.flatMap((label, row) => (label < first + classes ? [row] : []));
  const values = new Uint8Array(rows.length * size);
  for (const [n, row] of rows.entries())
    channelsLast(array.values.subarray(row * size, (row + 1) * size), values.subarray(n * size, (n + 1) * size), 3);
  return { shape: [side, side, 3], values, white: 255, labels: Int32Array.from(rows, (row) => named[row]! - first), classes };
}

/** Python 3 may have written the keys as bytes. */
function textOf(key: unknown): unknown {
  return key instanceof Uint8Array ? new TextDecoder("latin1").decode(key) : key;
}

/** The numbers of a list or an array. */
function numbersOf(labels: unknown): readonly number[] | undefined {
  if (labels instanceof PickledArray) return Array.from(labels.array.values as Iterable<number | bigint>, Number);
  return Array.isArray(labels) ? labels.map(Number) : undefined;
}
