/**
 * Images as they are drawn for a batch: shifted, mirrored, blotted out in part, and noisy, each by the
 * numbers of a seeded stream. What an option does not ask for draws nothing.
 *
 * @module
 */
import type { Rng } from "../../core/random/rng.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import { addDeviates, drawDeviates } from "./normal-deviates.ts";

export type Augmentation = DatasetSpec["augmentation"];

/** What the images of a dataset have in common. */
export interface ImageKind {
  readonly shape: readonly [height: number, width: number, channels: number];
  /** What a black pixel is after normalisation, for each channel. */
  readonly black: Float32Array;
  readonly augmentation: Augmentation;
}

/** What was drawn for each of n images, in order; what an option does not ask for is left out. */
export interface Drawn {
  /** How far each is moved down and to the right, and 1 if it is mirrored  [n, 3] */
  readonly moves?: Int16Array;
  /** Row and column of the pixel about which each is blotted out  [n, 2] */
  readonly holes?: Int16Array;
  /** Of each value the quantile that is its noise, see normal-deviates.ts  [n, h, w, c] */
  readonly noise?: Int16Array;
}

/** Draws how images are augmented: of each in turn its move, its hole, its noise. */
export function drawAugmentation({ shape, augmentation }: ImageKind, count: number, rng: Rng): Drawn {
  const { shift, flip, cutout, noise } = augmentation;
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const array = (wanted: boolean | number, length: number) => (wanted ? new Int16Array(count * length) : undefined);
  const [moves, holes, deviates] = [array(shift || flip, 3), array(cutout, 2), array(noise, size)];
  for (let n = 0; n < count; n++) {
    if (moves && shift) {
      moves[3 * n] = rng.below(2 * shift + 1) - shift;
      moves[3 * n + 1] = rng.below(2 * shift + 1) - shift;
    }
    if (moves && flip) moves[3 * n + 2] = rng.next() < 0.5 ? 1 : 0;
    if (holes) {
      holes[2 * n] = rng.below(height);
      holes[2 * n + 1] = rng.below(width);
    }
    if (deviates) drawDeviates(deviates, n * size, (n + 1) * size, rng);
  }
  return { ...(moves && { moves }), ...(holes && { holes }), ...(deviates && { noise: deviates }) };
}

/**
 * Copies images into a batch, each augmented anew.
 *
 * @param images  [n, h, w, c]
 * @param rows  which of them, in order
 * @param batch  [rows, h, w, c], overwritten
 */
export function drawAugmented(kind: ImageKind, images: Float32Array, rows: ArrayLike<number>, batch: Float32Array, rng: Rng): void {
  augment(kind, images, rows, batch, drawAugmentation(kind, rows.length, rng));
}

/** Copies images into a batch as `drawAugmented` does, each augmented as was drawn for it. */
export function augment(
  kind: ImageKind,
  images: Float32Array,
  rows: ArrayLike<number>,
  batch: Float32Array,
  { moves, holes, noise }: Drawn,
): void {
  const size = kind.shape[0] * kind.shape[1] * kind.shape[2];
  for (let n = 0; n < rows.length; n++) {
    const from = rows[n]! * size;
    const to = n * size;
    if (moves) copyMoved(kind, images, from, batch, to, moves[3 * n]!, moves[3 * n + 1]!, moves[3 * n + 2] === 1);
    else batch.set(images.subarray(from, from + size), to);
    if (holes) blotOut(kind, batch, to, kind.augmentation.cutout, holes[2 * n]!, holes[2 * n + 1]!);
  }
  if (noise) addDeviates(batch, noise, kind.augmentation.noise);
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
