/**
 * NumPy's arrays in a pickle, without NumPy and without running what is in the file (see pickle.ts): as Python 2 and Python 3
 * write them, in protocols 2 to 5.
 *
 * An array is made by `_reconstruct` and told its shape, its type and its bytes then, by `ndarray.__setstate__`; protocol 5
 * makes it by `_frombuffer` at once. See NumPy's numpy/_core/src/multiarray/methods.c, array_setstate.
 *
 * @module
 */
import type { NumericArray } from "./npz.ts";
import { type PickleNames, PickleObject } from "./pickle.ts";
import type { Invalid } from "./zip.ts";

const TYPES = {
  u1: Uint8Array,
  b1: Uint8Array,
  i4: Int32Array,
  i8: BigInt64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

/** What a pickle of arrays may name: no more than makes them. */
export function arrayNames(invalid: Invalid): PickleNames {
  const callables: [string, (args: readonly unknown[]) => unknown][] = [
    ["_codecs.encode", ([text]) => latin1(text, invalid)], // what Python 3 makes of bytes in protocol 2
    ["numpy.dtype", ([name]) => new Type(name, invalid)],
    ["numpy.ndarray", () => undefined],
  ];
  for (const package_ of ["numpy.core", "numpy._core"]) {
    callables.push([`${package_}.multiarray._reconstruct`, () => new PickledArray(invalid)]);
    callables.push([
      `${package_}.numeric._frombuffer`,
      ([bytes, type, shape, order]) => {
        const array = new PickledArray(invalid);
        array.build([1, shape, type, order === "F", bytes]);
        return array;
      },
    ]);
  }
  const persistent = () => {
    throw invalid("its pickle keeps something outside of the file");
  };
  return { callables: new Map(callables), persistent };
}

/** An array of a pickle, when it has been told what is in it. */
export class PickledArray extends PickleObject {
  #array: NumericArray | undefined;
  readonly #invalid: Invalid;
  constructor(invalid: Invalid) {
    super();
    this.#invalid = invalid;
  }

  get array(): NumericArray {
    if (!this.#array) throw this.#invalid("an array of its pickle has no numbers");
    return this.#array;
  }

  build(state: unknown): void {
    const [shape, type, fortran, content] = (Array.isArray(state) ? state.slice(-4) : []) as [unknown, unknown, unknown, unknown];
    const bytes = typeof content === "string" ? latin1(content, this.#invalid) : content;
    if (!Array.isArray(shape) || !shape.every(Number.isSafeInteger) || !(type instanceof Type) || !(bytes instanceof Uint8Array))
      throw this.#invalid("an array of its pickle is damaged");
    if (fortran === true || fortran === 1) throw this.#invalid("an array of its pickle is in Fortran's order");
    const Values = type.values();
    const length = shape.reduce((product: number, size: number) => product * size, 1);
    const expected = length * Values.BYTES_PER_ELEMENT;
    if (bytes.length !== expected)
      throw this.#invalid(`an array of its pickle has ${bytes.length} bytes, and ${shape.join(" × ")} values take ${expected}`);
    this.#array = { shape, values: Values === Uint8Array ? bytes : new Values(Uint8Array.from(bytes).buffer) };
  }
}

/** The type of an array's numbers. */
class Type extends PickleObject {
  readonly #name: unknown;
  readonly #invalid: Invalid;
  #order: unknown;
  constructor(name: unknown, invalid: Invalid) {
    super();
    this.#name = name;
    this.#invalid = invalid;
  }

  build(state: unknown): void {
    this.#order = Array.isArray(state) ? state[1] : undefined;
  }

  values(): (typeof TYPES)[keyof typeof TYPES] {
    if (this.#order === ">" || !Object.hasOwn(TYPES, String(this.#name)))
      throw this.#invalid(
        `an array of its pickle is of type ${String(this.#order)}${String(this.#name)}, not of uint8, int32, int64 or floats`,
      );
    return TYPES[this.#name as keyof typeof TYPES];
  }
}

function latin1(text: unknown, invalid: Invalid): Uint8Array {
  if (text instanceof Uint8Array) return text;
  if (typeof text !== "string") throw invalid("its pickle is damaged: something that is no text stands for bytes");
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
