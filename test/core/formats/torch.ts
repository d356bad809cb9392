/**
 * Files of PyTorch made by hand, operation by operation, as torch.save makes them (tried against the .pth of ../shared/data).
 *
 * @module
 */
import { zipSync } from "fflate";

const utf8 = (text: string) => [...new TextEncoder().encode(text)];
const little = (value: number, size: number) => Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 255);
const operation = (letter: string) => letter.charCodeAt(0);

/** Operations of pickles. */
export const op = {
  text: (text: string) => [operation("X"), ...little(utf8(text).length, 4), ...utf8(text)],
  int: (value: number) => [operation("J"), ...little(value, 4)],
  global: (module: string, name: string) => [operation("c"), ...utf8(`${module}\n${name}\n`)],
  tuple: (...items: readonly (readonly number[])[]) => [operation("("), ...items.flat(), operation("t")],
  put: (index: number) => [operation("q"), index],
  get: (index: number) => [operation("h"), index],
  letter: (letters: string) => [...letters].map(operation),
  pickle: (...operations: readonly (readonly number[])[]) => [0x80, 2, ...operations.flat(), operation(".")],
};

export interface Floats {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Row-major if left out. */
  readonly strides?: readonly number[];
  readonly offset?: number;
}
export type StateDict = Readonly<Record<string, Floats>>;

const rowMajor = (shape: readonly number[]) => shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
const keyOf = (index: number) => String(100 + index);

/** The pickle of a state dict: an OrderedDict with an attribute `_metadata`, each tensor in a storage of its own. */
export function stateDictPickle(tensors: StateDict, legacy: boolean): number[] {
  const ordered = [...op.global("collections", "OrderedDict"), ...op.letter(")R")];
  const entries = Object.entries(tensors).flatMap(([name, { shape, values, strides = rowMajor(shape), offset = 0 }], i) => {
    const id = [
      ...[op.text("storage"), op.global("torch", "FloatStorage"), op.text(keyOf(i)), op.text("cpu"), op.int(values.length)],
      ...(legacy ? [op.letter("N")] : []),
    ];
    const storage = [...op.tuple(...id), operation("Q")];
    const args = op.tuple(storage, op.int(offset), op.tuple(...shape.map(op.int)), op.tuple(...strides.map(op.int)), [0x89], ordered);
    return [...op.text(name), ...op.global("torch._utils", "_rebuild_tensor_v2"), ...args, operation("R")];
  });
  const metadata = [...op.letter("}"), ...op.text("_metadata"), ...ordered, ...op.letter("sb")];
  return op.pickle(ordered, op.put(0), op.letter("("), entries, op.letter("u"), metadata);
}

const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);

/** The old form, of PyTorch before 1.6. @param pickle  another one than that of the tensors */
export function oldPth(tensors: StateDict, pickle = stateDictPickle(tensors, true)): Uint8Array {
  const magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  const system = [...op.letter("}("), ...op.text("little_endian"), 0x88, ...op.letter("u")];
  const keys = [...op.letter("]("), ...Object.keys(tensors).flatMap((_, i) => op.text(keyOf(i))), ...op.letter("e")];
  return Uint8Array.from([
    ...[...op.pickle(magic), ...op.pickle(op.int(1001)), ...op.pickle(system), ...pickle, ...op.pickle(keys)],
    ...Object.values(tensors).flatMap(({ values }) => [...little(values.length, 8), ...bytesOf(values)]),
  ]);
}

/** The form of PyTorch since 1.6. */
export function newPth(tensors: StateDict, pickle = stateDictPickle(tensors, false)): Uint8Array {
  const storages = Object.values(tensors).map(({ values }, i): [string, Uint8Array] => [`net/data/${keyOf(i)}`, bytesOf(values)]);
  const files = {
    "net/data.pkl": Uint8Array.from(pickle),
    "net/byteorder": Uint8Array.from(utf8("little")),
    ...Object.fromEntries(storages),
  };
  return zipSync(files, { level: 0 });
}
