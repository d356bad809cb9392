/**
 * The binary files of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html): for each image its
 * class, in CIFAR-100 its superclass before that, then 3 × 32 × 32 bytes, channel by channel.
 *
 * @module
 */
import { datasetInvalid } from "../../core/errors/index.ts";
import { channelsLast, type LabelledImages, type NamedBytes } from "./labelled-images.ts";

const SIDE = 32;
const PIXELS = SIDE ** 2;
const CHANNELS = 3;
/** The bytes before an image: how many values each may have; the last is the class. */
const HEADS = { cifar10: [10], cifar100: [20, 100] } as const;

/** Reads one file; any number of images, at least one. */
export function readCifar({ file, bytes }: NamedBytes, format: "cifar10" | "cifar100"): LabelledImages {
  const head: readonly number[] = HEADS[format];
  const record = head.length + CHANNELS * PIXELS;
  const count = bytes.length / record;
  if (!Number.isInteger(count) || count === 0)
    throw datasetInvalid(file, `a binary file of ${format} has ${record} bytes for each image, and this one has ${bytes.length} in all`);
  const values = new Uint8Array(count * CHANNELS * PIXELS);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const start = n * record;
    for (const [i, limit] of head.entries()) {
      const found = bytes[start + i]!;
      if (found >= limit)
        throw datasetInvalid(file, `image ${n + 1} is of class ${found}, and there are only ${limit}: it is no binary file of ${format}`);
    }
    labels[n] = bytes[start + head.length - 1]!;
    const from = start + head.length;
    channelsLast(
      bytes.subarray(from, from + CHANNELS * PIXELS),
      values.subarray(n * CHANNELS * PIXELS, (n + 1) * CHANNELS * PIXELS),
      CHANNELS,
    );
  }
  return { shape: [SIDE, SIDE, CHANNELS], values, white: 255, labels, classes: head.at(-1)! };
}
