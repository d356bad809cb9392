/**
 * Images as they are drawn for a batch: shifted, mirrored, blotted out in part, and noisy, each by the
 * numbers of a seeded stream. What an option does not ask for draws nothing.
 *
 * @module
 */
import type { Rng } from "../../core/random/rng.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import { addNormalDeviates } from "./normal-deviates.ts";

export type Augmentation = DatasetSpec["augmentation"];

/** What the images of a dataset have in common. */
export interface ImageKind {
  readonly shape: readonly [height: number, width: number, channels: number];
  /** What a black pixel is after normalisation, for each channel. */
  readonly black: Float32Array;
  readonly augmentation: Augmentation;
}

/**
 * Copies images into a batch, each augmented anew.
 *
 * @param images  [n, h, w, c]
 * @param rows  which of them, in order
 * @param batch  [rows, h, w, c], overwritten
 */
export function drawAugmented(kind: ImageKind, images: Float32Array, rows: ArrayLike<number>, batch: Float32Array, rng: Rng): void {
  const [height, width, channels] = kind.shape;
  const { shift, flip, cutout, noise } = kind.augmentation;
  const size = height * width * channels;
  for (let n = 0; n < rows.length; n++) {
    const from = rows[n]! * size;
    const to = n * size;
    if (shift || flip) {
      const down = shift ? rng.below(2 * shift + 1) - shift : 0;
      const right = shift ? rng.below(2 * shift + 1) - shift : 0;
      copyMoved(kind, images, from, batch, to, down, right, flip && rng.next() < 0.5);
    } else batch.set(images.subarray(from, from + size), to);
    if (cutout) blotOut(kind, batch, to, cutout, rng.below(height), rng.below(width));
    if (noise) addNormalDeviates(batch, to, to + size, noise, rng);
  }
}

/** Pixel (h, w) of the copy is pixel (h + down, w + right) of the image, or black where that is outside; then mirrored. */
function copyMoved(
  { shape: [height, width, channels], black }: ImageKind,
  images: Float32Array,
  from: number,
  batch: Float32Array,
  to: number,
  down: number,
  right: number,
  mirrored: boolean,
): void {
  for (let h = 0, at = to; h < height; h++) {
    const row = h + down;
    for (let w = 0; w < width; w++) {
      const column = (mirrored ? width - 1 - w : w) + right;
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      const source = from + (row * width + column) * channels;
      for (let c = 0; c < channels; c++) batch[at++] = inside ? images[source + c]! : black[c]!;
    }
  }
}

/** Cutout (DeVries and Taylor 2017, arXiv:1708.04552): zero in a square about a pixel, as far as it is inside. */
function blotOut(
  { shape: [height, width, channels] }: ImageKind,
  batch: Float32Array,
  to: number,
  side: number,
  row: number,
  column: number,
): void {
  const top = row - Math.floor(side / 2);
  const left = column - Math.floor(side / 2);
  for (let h = Math.max(0, top); h < Math.min(height, top + side); h++) {
    const line = to + h * width * channels;
    batch.fill(0, line + Math.max(0, left) * channels, line + Math.min(width, left + side) * channels);
  }
}
