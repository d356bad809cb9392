/**
 * NumPy's .npz, made by `numpy.savez` or `numpy.savez_compressed`, with two arrays: "images" [n, h, w] or
 * [n, h, w, c], of bytes (0…255) or of floats, which are taken as they are; and "labels" [n], of integers.
 *
 * @module
 */
import { inflateRawSync } from "node:zlib";
import { datasetInvalid } from "../../core/errors.ts";
import type { LabelledImages, NamedBytes } from "./labelled-images.ts";

type Invalid = (problem: string) => Error;
interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array | Float64Array | Int32Array | BigInt64Array;
}

export function readNpz({ file, bytes }: NamedBytes): LabelledImages {
  const invalid = (problem: string) => datasetInvalid(file, problem);
  const entries = unzipped(bytes, invalid);
  const [images, labels] = ["images", "labels"].map((name) => {
    const entry = entries.get(`${name}.npy`);
    if (!entry) throw invalid(`it has no array "${name}"; it has ${[...entries.keys()].join(", ") || "none"}`);
    return readNpy(entry, (problem) => invalid(`its array "${name}" ${problem}`));
  }) as [NumpyArray, NumpyArray];
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

/** The files of a zip archive, by name: those stored as they are, and those deflated. */
function unzipped(bytes: Uint8Array, invalid: Invalid): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = invalid("it is no .npz file, or is cut off: its zip archive is damaged");
  try {
    // The end of the directory is in the last 22 bytes, or before a comment.
    let end = bytes.length - 22;
    while (view.getUint32(end, true) !== 0x06054b50) end--;
    const files = new Map<string, Uint8Array>();
    for (let at = view.getUint32(end + 16, true), left = view.getUint16(end + 10, true); left > 0; left--) {
      if (view.getUint32(at, true) !== 0x02014b50) throw damaged;
      const [method, nameLength, extraLength, commentLength] = [10, 28, 30, 32].map((offset) => view.getUint16(at + offset, true));
      const [packed, unpacked, start] = [20, 24, 42].map((offset) => view.getUint32(at + offset, true)) as [number, number, number];
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength!));
      const content = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
      if (packed === 0xffffffff || unpacked === 0xffffffff) throw invalid(`its file ${name} is larger than 4 GB`);
      const found = bytes.slice(content, content + packed);
      files.set(name, method === 0 ? found : new Uint8Array(inflateRawSync(found, { maxOutputLength: unpacked + 1 })));
      if (files.get(name)!.length !== unpacked) throw damaged;
      at += 46 + nameLength! + extraLength! + commentLength!;
    }
    return files;
  } catch (error) {
    throw error instanceof RangeError || (error as NodeJS.ErrnoException).code?.startsWith("Z_") ? damaged : error;
  }
}

/** NumPy's format: the magic, a version, a Python literal with type, order and shape, the values. */
function readNpy(bytes: Uint8Array, invalid: Invalid): NumpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin = new TextDecoder("latin1");
  if (bytes.length < 12 || latin.decode(bytes.subarray(1, 6)) !== "NUMPY") throw invalid("is none of NumPy");
  const long = bytes[6]! > 1;
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const head = latin.decode(bytes.subarray(long ? 12 : 10, start));
  const type = /'descr': *'([^']*)'/.exec(head)?.[1];
  const shape = /'shape': *\(([^)]*)\)/
    .exec(head)?.[1]
    ?.split(",")
    .flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  if (type === undefined || !shape) throw invalid("has no head that can be read");
  if (/'fortran_order': *True/.test(head)) throw invalid("is in Fortran's order: save numpy.ascontiguousarray of it");
  const types = { "|u1": Uint8Array, "<f4": Float32Array, "<f8": Float64Array, "<i4": Int32Array, "<i8": BigInt64Array } as const;
  if (!Object.hasOwn(types, type)) throw invalid(`is of type ${type}, not of uint8, float32, float64, int32 or int64`);
  const Values = types[type as keyof typeof types];
  const length = shape.reduce((product, size) => product * size, 1);
  const content = bytes.slice(start);
  if (content.length !== length * Values.BYTES_PER_ELEMENT)
    throw invalid(`has ${content.length} bytes, and ${shape.join(" × ")} values take ${length * Values.BYTES_PER_ELEMENT}`);
  return { shape, values: new Values(content.buffer) };
}
