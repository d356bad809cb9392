/**
 * The IDX format of MNIST and its likes: two zero bytes, the type (8, bytes), how many dimensions, then
 * each as a big-endian word, then the values (http://yann.lecun.com/exdb/mnist).
 *
 * @module
 */
import { datasetInvalid } from "../../core/errors/index.ts";
import type { LabelledImages, NamedBytes } from "./labelled-images.ts";

/** Reads a pair of files: images [n, h, w] and labels [n]. */
export function readIdx(images: NamedBytes, labels: NamedBytes): LabelledImages {
  const [count, height, width] = dimensions(images, 3, "images [n, height, width]") as [number, number, number];
  const [labelled] = dimensions(labels, 1, "labels [n]") as [number];
  if (labelled !== count) throw datasetInvalid(labels.file, `it has ${labelled} labels, and ${images.file} has ${count} images`);
  return {
    shape: [height, width, 1],
    values: images.bytes.subarray(16),
    white: 255,
    labels: labels.bytes.subarray(8),
  };
}

function dimensions({ file, bytes }: NamedBytes, rank: number, what: string): number[] {
  const head = 4 + 4 * rank;
  const begins = Array.from(bytes.subarray(0, 4));
  if (begins.join() !== [0, 0, 8, rank].join())
    throw datasetInvalid(file, `an IDX file of ${what} in bytes begins with 0 0 8 ${rank}, this one with ${begins.join(" ") || "nothing"}`);
  if (bytes.length < head) throw datasetInvalid(file, `it is cut off in its head: ${bytes.length} of ${head} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = head + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected)
    throw datasetInvalid(file, `it has ${bytes.length} bytes, and ${sizes.join(" × ")} values with their head take ${expected}`);
  if (expected === head) throw datasetInvalid(file, `it says that it holds ${sizes.join(" × ")} values, so it is empty`);
  return sizes;
}
