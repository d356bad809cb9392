/**
 * Images with their classes as the readers of this folder give them, before anything is done to them.
 *
 * @module
 */
import { datasetInvalid } from "../../core/errors/index.ts";

/** n images of h × w pixels with c channels. */
export interface LabelledImages {
  readonly shape: readonly [height: number, width: number, channels: number];
  /** [n, h, w, c]. */
  readonly values: Uint8Array | Float32Array;
  /** The value that is 1 after scaling: 255 for bytes. */
  readonly white: number;
  /** [n], from 0. */
  readonly labels: Uint8Array | Int32Array;
  /** How many classes the format has; left out, those that are there count. */
  readonly classes?: number;
}

/** A file's bytes, unpacked, and its name as errors show it. */
export interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The images of several files, one after the other. */
export function joined(parts: readonly (LabelledImages & { readonly file: string })[]): LabelledImages {
  const [first] = parts;
  if (parts.length === 1) return first!;
  for (const { file, shape, values } of parts) {
    if (shape.join() !== first!.shape.join())
      throw datasetInvalid(file, `its images are ${shape.join(" × ")}, and those of ${first!.file} are ${first!.shape.join(" × ")}`);
    if (values.constructor !== first!.values.constructor)
      throw datasetInvalid(file, `its values are of another type than those of ${first!.file}`);
  }
  const join = <A extends Uint8Array | Float32Array | Int32Array>(arrays: readonly A[]): A => {
    const all = new (arrays[0]!.constructor as new (length: number) => A)(arrays.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const array of arrays) {
      all.set(array, at);
      at += array.length;
    }
    return all;
  };
  return { ...first!, values: join(parts.map(({ values }) => values)), labels: join(parts.map(({ labels }) => labels)) };
}

/** Copies an image that is channel by channel, [c, h, w], to [h, w, c]. */
export function channelsLast(from: Uint8Array, to: Uint8Array, channels: number): void {
  for (let channel = 0, i = 0; channel < channels; channel++) for (let at = channel; at < to.length; at += channels) to[at] = from[i++]!;
}

/** Each square of so many pixels each way becomes one, their mean. @param dataset  for the error where they are no whole squares */
export function pooled(images: LabelledImages, side: number, dataset: string): LabelledImages {
  const [height, width, channels] = images.shape;
  if (height % side > 0 || width % side > 0)
    throw datasetInvalid(dataset, `its images are ${height} × ${width}, no whole squares of the ${side} × ${side} pixels of /dataset/pool`);
  const shape = [height / side, width / side, channels] as const;
  const values = new Float32Array(images.labels.length * shape[0] * shape[1] * channels);
  const row = width * channels;
  const corner = (pixel: number) => {
    const line = Math.floor(pixel / shape[1]); // of all images, which follow each other
    return line * side * row + (pixel - line * shape[1]) * side * channels;
  };
  for (let pixel = 0, to = 0; to < values.length; pixel++) {
    const from = corner(pixel);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) sum += images.values[from + y * row + x * channels + c]!;
      values[to++] = sum / side ** 2;
    }
  }
  return { ...images, shape, values };
}
