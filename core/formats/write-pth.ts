/**
 * Writes tensors as a .pth, which `torch.load` reads: the form since PyTorch 1.6 that pth.ts describes. Its pickle is
 * that of a state dict, so that `torch.load` reads it with `weights_only=True`, its default.
 *
 * @module
 */
import type { NumericArray } from "./npz.ts";
import { zipped } from "./zip.ts";

/** Operations of pickles, of protocol 2 and before. */
const [MARK, STOP, TUPLE, EMPTY_TUPLE, REDUCE, SET_ITEM, PERSISTENT_ID, FALSE] = [..."(.t)RsQ", "\x89"].map((letter) =>
  letter.charCodeAt(0),
);
const FOLDER = "state_dict";

/** The bytes of the file; the same for the same tensors. */
export function writePth(tensors: ReadonlyMap<string, NumericArray>): Uint8Array {
  const text = new TextEncoder();
  const files: [string, Uint8Array][] = [...tensors.values()].map(({ values }, key) => [
    `data/${key}`,
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice(),
  ]);
  const all: [string, Uint8Array][] = [
    ["data.pkl", pickled(tensors)],
    ["byteorder", text.encode("little")],
    ...files,
    ["version", text.encode("3\n")],
  ];
  return zipped(Object.fromEntries(all.map(([name, bytes]) => [`${FOLDER}/${name}`, bytes])));
}

/** An OrderedDict whose values are rebuilt from their storages, a storage for each tensor. */
function pickled(tensors: ReadonlyMap<string, NumericArray>): Uint8Array {
  const ordered = [...imported("collections", "OrderedDict"), EMPTY_TUPLE!, REDUCE!];
  const entries = [...tensors].flatMap(([name, { shape, values }], key) => {
    const storage = values instanceof BigInt64Array ? "LongStorage" : "FloatStorage";
    const id = tuple(text("storage"), imported("torch", storage), text(`${key}`), text("cpu"), integer(values.length));
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    const tensor = [[...id, PERSISTENT_ID!], integer(0), tuple(...shape.map(integer)), tuple(...strides.map(integer)), [FALSE!], ordered];
    return [...text(name), ...imported("torch._utils", "_rebuild_tensor_v2"), ...tuple(...tensor), REDUCE!, SET_ITEM!];
  });
  return Uint8Array.from([0x80, 2, ...ordered, ...entries, STOP!]);
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return ["X".charCodeAt(0), ...little(bytes.length), ...bytes];
}

function integer(value: number): number[] {
  return ["J".charCodeAt(0), ...little(value)];
}

function imported(module: string, name: string): number[] {
  return ["c".charCodeAt(0), ...new TextEncoder().encode(`${module}\n${name}\n`)];
}

function tuple(...items: readonly (readonly number[])[]): number[] {
  return [MARK!, ...items.flat(), TUPLE!];
}

/** In 4 bytes, the lowest first. */
function little(value: number): number[] {
  return [0, 8, 16, 24].map((bits) => (value >>> bits) & 255);
}
