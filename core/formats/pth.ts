/**
 * The tensors of PyTorch's .pth, what `torch.save(model.state_dict(), file)` makes, without PyTorch and without
 * running what is in the file (see pickle.ts).
 *
 * There are two forms. Since PyTorch 1.6 it is a zip archive with `NAME/data.pkl`, a pickle in which each tensor
 * names a storage, and `NAME/data/KEY`, the numbers of each storage. Before, it was five parts in a row: pickles of
 * a magic number, of the version, of the sizes of C types, and of the tensors; the list of the storages' keys;
 * then each storage, its length in 8 bytes before its numbers.
 *
 * @module
 */
import type { NumericArray } from "./npz.ts";
import { PickleGlobal, type PickleNames, shown, unpickle } from "./pickle.ts";
import { type Invalid, unzipped } from "./zip.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
const STORAGES = {
  "torch.FloatStorage": Float32Array,
  "torch.DoubleStorage": Float64Array,
  "torch.LongStorage": BigInt64Array,
  "torch.IntStorage": Int32Array,
  "torch.ShortStorage": Int16Array,
  "torch.CharStorage": Int8Array,
  "torch.ByteStorage": Uint8Array,
  "torch.BoolStorage": Uint8Array,
} as const;

/** Numbers that tensors share, named by a key; they stand apart from the pickle. */
interface Storage {
  readonly type: keyof typeof STORAGES;
  readonly length: number;
}

/** A view of a storage, as the pickle describes it. */
class Tensor {
  readonly key: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(key: string, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.key = key;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A storage in the pickle's own words. */
class StorageKey {
  readonly key: string;
  constructor(key: string) {
    this.key = key;
  }
}

/** The tensors of a state dict by name, also of one that stands under "state_dict" in a checkpoint. */
export function readPth(bytes: Uint8Array, invalid: Invalid): Map<string, NumericArray> {
  const storages = new Map<string, Storage>();
  const names = namesOf(storages, invalid);
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { value, numbers } = zip ? fromZip(bytes, names, storages, invalid) : fromParts(bytes, names, storages, invalid);
  const inner = value instanceof Map ? value.get("state_dict") : undefined;
  const dictionary = inner instanceof Map ? inner : value;
  const tensors =
    dictionary instanceof Map ? [...dictionary].filter(([name, tensor]) => typeof name === "string" && tensor instanceof Tensor) : [];
  if (tensors.length === 0) throw invalid("it holds no state dict with tensors: save model.state_dict()");
  let copied = 0;
  return new Map(
    (tensors as [string, Tensor][]).map(([name, { key, offset, shape, strides }]) => {
      const values = numbers.get(key)!;
      const length = shape.reduce((product, size) => product * size, 1);
      const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
      const inside = Number.isSafeInteger(length) && (length === 0 ? offset <= values.length : last < values.length);
      if (!inside) throw invalid(`its tensor ${shown(name)} is larger than the storage that it is in`);
      if (isContiguous(shape, strides)) return [name, { shape, values: values.subarray(offset, offset + length) as typeof values }];
      copied += length; // a few bytes of a file may describe a tensor that repeats numbers without end
      if (copied > bytes.length) throw invalid(`its tensor ${shown(name)} has more numbers than the file has room for`);
      return [name, { shape, values: gathered(values, offset, shape, strides, length) }];
    }),
  );
}

/** What a state dict may name. */
function namesOf(storages: Map<string, Storage>, invalid: Invalid): PickleNames {
  const wrong = (what: string) => invalid(`its pickle is damaged: a ${what} is not as PyTorch writes it`);
  const isSize = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  const isShape = (value: unknown): value is number[] => Array.isArray(value) && value.length <= 64 && value.every(isSize);
  const callables: [string, (args: readonly unknown[]) => unknown][] = [
    [
      "collections.OrderedDict",
      (args) => {
        if (args.length > 0) throw wrong("dictionary");
        return new Map();
      },
    ],
    [
      "torch._utils._rebuild_tensor_v2",
      ([storage, offset, shape, strides]) => {
        if (!(storage instanceof StorageKey && isSize(offset) && isShape(shape) && isShape(strides) && shape.length === strides.length))
          throw wrong("tensor");
        return new Tensor(storage.key, offset, [...shape], [...strides]);
      },
    ],
    [
      "torch._utils._rebuild_parameter",
      ([tensor]) => {
        if (!(tensor instanceof Tensor)) throw wrong("parameter");
        return tensor;
      },
    ],
    ...Object.keys(STORAGES).map((name): [string, () => never] => [
      name,
      () => {
        throw wrong("storage");
      },
    ]),
  ];
  return {
    callables: new Map(callables),
    persistent(id) {
      if (!Array.isArray(id)) throw wrong("storage");
      const [what, type, key, , length, view = null] = id as unknown[];
      if (!(what === "storage" && type instanceof PickleGlobal && Object.hasOwn(STORAGES, type.name) && typeof key === "string"))
        throw wrong("storage");
      const known = storages.get(key);
      if (!isSize(length) || view !== null || (known && (known.type !== type.name || known.length !== length))) throw wrong("storage");
      storages.set(key, { type: type.name as Storage["type"], length });
      return new StorageKey(key);
    },
  };
}

interface Parts {
  /** What was saved. */
  readonly value: unknown;
  /** By the keys of the storages. */
  readonly numbers: ReadonlyMap<string, NumericArray["values"]>;
}

function fromZip(bytes: Uint8Array, names: PickleNames, storages: ReadonlyMap<string, Storage>, invalid: Invalid): Parts {
  const files = unzipped(bytes, invalid);
  const pickle = [...files.keys()].find((name) => /(^|\/)data\.pkl$/.test(name));
  if (pickle === undefined) throw invalid("it is no file of PyTorch: its archive has no data.pkl");
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = files.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== "little") throw invalid("its numbers have their highest byte first");
  const { value } = unpickle(files.get(pickle)!, 0, names, invalid);
  const numbers = new Map(
    [...storages].map(([key, storage]) => {
      const file = files.get(`${folder}data/${key}`);
      if (!file) throw invalid(`its storage ${shown(key)} is missing`);
      return [key, numbersOf(file, key, storage, invalid)];
    }),
  );
  return { value, numbers };
}

function fromParts(bytes: Uint8Array, names: PickleNames, storages: ReadonlyMap<string, Storage>, invalid: Invalid): Parts {
  let at = 0;
  const next = () => {
    const { value, end } = unpickle(bytes, at, names, invalid);
    at = end;
    return value;
  };
  if (next() !== MAGIC) throw invalid("it is no file of PyTorch: it is a pickle, but does not begin with PyTorch's number");
  if (next() !== VERSION) throw invalid(`it is not of version ${VERSION} of PyTorch's old format`);
  const system = next();
  if (!(system instanceof Map && system.get("little_endian") === true)) throw invalid("its numbers have their highest byte first");
  const value = next();
  const keys = next();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Map<string, NumericArray["values"]>();
  for (const key of Array.isArray(keys) ? (keys as unknown[]) : []) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (typeof key !== "string" || !storage || numbers.has(key)) throw invalid("its list of storages does not fit its tensors");
    const { BYTES_PER_ELEMENT } = STORAGES[storage.type];
    if (at + 8 > bytes.length) throw invalid("it is cut off");
    if (view.getBigUint64(at, true) !== BigInt(storage.length))
      throw invalid(`its storage ${shown(key)} has another length than its tensors say`);
    const end = at + 8 + storage.length * BYTES_PER_ELEMENT;
    if (end > bytes.length) throw invalid("it is cut off");
    numbers.set(key, numbersOf(bytes.subarray(at + 8, end), key, storage, invalid));
    at = end;
  }
  const missing = [...storages.keys()].find((key) => !numbers.has(key));
  if (missing !== undefined) throw invalid(`its storage ${shown(missing)} is missing`);
  return { value, numbers };
}

function numbersOf(bytes: Uint8Array, key: string, { type, length }: Storage, invalid: Invalid): NumericArray["values"] {
  const Numbers = STORAGES[type];
  if (bytes.length !== length * Numbers.BYTES_PER_ELEMENT)
    throw invalid(`its storage ${shown(key)} has another length than its tensors say`);
  return new Numbers(new Uint8Array(bytes).buffer); // a copy begins where numbers may; slice() of Node's Buffer is none
}

/** True if the numbers lie in row-major order without gaps. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** The numbers of a tensor with any strides, in row-major order. */
function gathered(
  values: NumericArray["values"],
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
  length: number,
): NumericArray["values"] {
  const copy = values.slice(0, 0).constructor as new (length: number) => typeof values;
  const result = new copy(length);
  const index = shape.map(() => 0);
  for (let i = 0, at = offset; i < length; i++) {
    result[i] = values[at] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
