/**
 * NumPy's .npz, what `numpy.savez` and `numpy.savez_compressed` make: a zip archive of arrays in the format .npy.
 *
 * NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
 *
 * @module
 */
import { type Invalid, unzipped, zipped } from "./zip.ts";

/** Numbers in row-major order. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
}

const TYPES = { "|u1": Uint8Array, "<i4": Int32Array, "<i8": BigInt64Array, "<f4": Float32Array, "<f8": Float64Array } as const;
/** The head of a .npy ends at a multiple of so many bytes. */
const ALIGNED = 64;

/** The arrays of an archive, by name; each is read when it is asked for. */
export function readNpz(bytes: Uint8Array, invalid: Invalid): { readonly names: readonly string[]; read(name: string): NumericArray } {
  const files = new Map([...unzipped(bytes, invalid)].map(([name, file]) => [name.replace(/\.npy$/, ""), file]));
  const names = [...files.keys()];
  return {
    names,
    read(name) {
      const file = files.get(name);
      if (!file) throw invalid(`it has no array "${name}"; it has ${names.join(", ") || "none"}`);
      return readNpy(file, (problem) => invalid(`its array "${name}" ${problem}`));
    },
  };
}

/** The magic, a version, a Python literal with type, order and shape, the values. */
function readNpy(bytes: Uint8Array, invalid: Invalid): NumericArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin = new TextDecoder("latin1");
  if (bytes.length < 12 || latin.decode(bytes.subarray(1, 6)) !== "NUMPY") throw invalid("is none of NumPy");
  const long = bytes[6]! > 1;
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const head = latin.decode(bytes.subarray(long ? 12 : 10, start));
  const type = /'descr': *'([^']*)'/.exec(head)?.[1];
  const shape = /'shape': *\(([\d, ]*)\)/
    .exec(head)?.[1]
    ?.split(",")
    .flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  if (type === undefined || !shape) throw invalid("has no head that can be read");
  if (/'fortran_order': *True/.test(head)) throw invalid("is in Fortran's order: save numpy.ascontiguousarray of it");
  if (!Object.hasOwn(TYPES, type)) throw invalid(`is of type ${type}, not of uint8, float32, float64, int32 or int64`);
  const Values = TYPES[type as keyof typeof TYPES];
  const length = shape.reduce((product, size) => product * size, 1);
  const content = bytes.slice(start);
  if (content.length !== length * Values.BYTES_PER_ELEMENT)
    throw invalid(`has ${content.length} bytes, and ${shape.join(" × ")} values take ${length * Values.BYTES_PER_ELEMENT}`);
  return { shape, values: new Values(content.buffer) };
}

/** An archive of arrays, which NumPy reads; the same bytes for the same arrays. */
export function writeNpz(arrays: Readonly<Record<string, NumericArray>>): Uint8Array {
  return zipped(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)])));
}

function writeNpy({ shape, values }: NumericArray): Uint8Array {
  const type = Object.entries(TYPES).find(([, Values]) => values instanceof Values)![0];
  const literal = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.map((size) => `${size},`).join(" ")}), }`;
  const start = Math.ceil((10 + literal.length + 1) / ALIGNED) * ALIGNED;
  const bytes = new Uint8Array(start + values.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, (start - 10) & 255, (start - 10) >> 8]);
  bytes.set(new TextEncoder().encode(`${literal.padEnd(start - 11)}\n`), 10);
  bytes.set(new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength), start);
  return bytes;
}
