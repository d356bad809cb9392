/**
 * A small dataset that is quick to learn: each class is bright in a column of its own, with some noise.
 *
 * @module
 */
import { randomStream } from "../../../core/random/rng.ts";
import type { Dataset, Examples } from "../../../training/datasets/dataset.ts";

/** The first so many. */
export function firstOf({ images, labels, count: all }: Examples, count: number): Examples {
  return { images: images.subarray(0, (images.length / all) * count), labels: labels.subarray(0, count), count };
}

export function toyDataset(classes = 3, size = 6, channels = 2): Dataset {
  const examples = (count: number, part: string): Examples => {
    const rng = randomStream(1, part);
    const labels = Int32Array.from({ length: count }, (_, row) => row % classes);
    const images = Float32Array.from({ length: count * size * size * channels }, (_, i) => {
      const column = Math.floor(i / channels) % size;
      return (column === labels[Math.floor(i / (size * size * channels))]! ? 1 : 0) + 0.5 * (rng.next() - 0.5);
    });
    return { images, labels, count };
  };
  return {
    name: "toy",
    classes,
    shape: [size, size, channels],
    black: new Float32Array(channels),
    augmentation: { shift: 0, flip: false, cutout: 0, noise: 0 },
    train: examples(60, "train"),
    validation: examples(30, "validation"),
    test: examples(30, "test"),
    digest: "toy",
    key: `toy ${classes} ${size} ${channels}`,
  };
}
