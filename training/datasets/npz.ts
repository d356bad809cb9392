/**
 * NumPy's .npz, made by `numpy.savez` or `numpy.savez_compressed`, with two arrays: "images" [n, h, w] or
 * [n, h, w, c], of bytes (0…255) or of floats, which are taken as they are; and "labels" [n], of integers.
 *
 * @module
 */
import { datasetInvalid } from "../../core/errors/index.ts";
import { type NumericArray, readNpz as readArrays } from "../../core/formats/npz.ts";
import type { LabelledImages, NamedBytes } from "./labelled-images.ts";

export function readNpz({ file, bytes }: NamedBytes): LabelledImages {
  const invalid = (problem: string) => datasetInvalid(file, problem);
  const arrays = readArrays(bytes, invalid);
  const [images, labels] = ["images", "labels"].map(arrays.read) as [NumericArray, NumericArray];
  const [count, height, width, channels = 1] = images.shape;
  if (images.shape.length < 3 || images.shape.length > 4 || images.values.length === 0)
    throw invalid(`its images are [${images.shape.join(", ")}], not [n, height, width] or [n, height, width, channels]`);
  if (labels.shape.join() !== String(count)) throw invalid(`its labels are [${labels.shape.join(", ")}], and it has ${count} images`);
  const ofBytes = images.values instanceof Uint8Array;
  if (!ofBytes && !(images.values instanceof Float32Array) && !(images.values instanceof Float64Array))
    throw invalid("its images are neither bytes (uint8) nor floats (float32, float64)");
  if (labels.values instanceof Float32Array || labels.values instanceof Float64Array) throw invalid("its labels are no integers");
  const values = ofBytes ? (images.values as Uint8Array) : Float32Array.from(images.values as Float32Array);
  if (!values.every(Number.isFinite)) throw invalid("its images hold values that are not finite");
  const classes = Array.from(labels.values as Iterable<number | bigint>, Number);
  const wrong = classes.find((label) => label < 0 || label > 100_000);
  if (wrong !== undefined) throw invalid(`its labels hold ${wrong}: classes are numbered from 0`);
  return { shape: [height!, width!, channels], values, white: ofBytes ? 255 : 1, labels: Int32Array.from(classes) };
}
