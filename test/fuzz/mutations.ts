/**
 * Inputs that are nearly right: real ones with some edits. A case shrinks by having fewer edits.
 *
 * @module
 */
import fc, { type Arbitrary } from "fast-check";

/** Texts that have meant something else to some program than to the one before it. */
const ODD_TEXTS = [
  ...["", " ", "\n", "\0", "\u001b[2J\u001b]0;x\u0007", "\u202etxt", "\ud800", "\ufeff", "é", "٣", "𝒳", "\\", '"', "'", "`", "<b>&"],
  ...["__proto__", "constructor", "toString", "length", "..", "../x", "./", "~", "*", "#", "$", "%00", "-1", "NaN", "1e999", "0x10"],
  ...["null", "true", "=1+1", "x".repeat(300), "[".repeat(50), "a/b", "a~0b~1c", "/dev/zero"],
];
const ODD_NUMBERS = [
  ...[0, -0, 1, -1, 2, 0.5, 1e-9, 5e-324, 100, 255, 256, 1000, 65_536, 1e6, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 48],
  ...[2 ** 53 - 1, 2 ** 53, 1e20, 1e300, Number.MAX_VALUE, -1e300],
];
/** Powers of two and their neighbours, as sizes and offsets in files. */
const ODD_WORDS = [0, 1, 2, 4, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

export const oddText: Arbitrary<string> = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: "binary", maxLength: 12 }));
const oddNumber: Arbitrary<number> = fc.oneof(
  fc.constantFrom(...ODD_NUMBERS),
  fc.integer({ min: -10, max: 100 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const oddLeaf: Arbitrary<unknown> = fc.oneof(fc.constantFrom(null, true, false), oddText, oddNumber);

/** Any JSON, mostly small. */
export const oddValue: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddLeaf },
  { weight: 1, arbitrary: fc.array(oddLeaf, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(oddText, oddLeaf, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 150 }).map(nested) },
);

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** One of several, and what is made of it. */
export function ofSome<T, U>(values: readonly T[], make: (value: T) => Arbitrary<U>): Arbitrary<U> {
  return fc.oneof(...values.map(make));
}

// JSON

type Parent = Record<string, unknown> | unknown[];

interface JsonEdit {
  readonly how: "replace" | "remove" | "rename" | "copy" | "wrap" | "repeat";
  /** Which of the values, in order; counted around. */
  readonly at: number;
  readonly from: number;
  readonly name: string;
  readonly value: unknown;
}

const jsonEdit: Arbitrary<JsonEdit> = fc.record({
  how: fc.constantFrom("replace", "replace", "remove", "rename", "copy", "wrap", "repeat"),
  at: fc.nat({ max: 9999 }),
  from: fc.nat({ max: 9999 }),
  name: oddText,
  value: oddValue,
});

/** A JSON value with up to some edits; it is as it was where there are none. */
export function editedJson(value: unknown, most = 3): Arbitrary<unknown> {
  return fc.array(jsonEdit, { maxLength: most }).map((edits) => edits.reduce(editJson, structuredClone(value)));
}

function editJson(root: unknown, { how, at, from, name, value }: JsonEdit): unknown {
  const holder: { root: unknown } = { root };
  const places = [...placesIn(holder)];
  const [parent, key] = places[at % places.length]!;
  const [otherParent, otherKey] = places[from % places.length]!;
  const there = (parent as Record<string, unknown>)[key];
  const put = (item: unknown) => Object.defineProperty(parent, key, { value: item, enumerable: true, configurable: true, writable: true });
  if (how === "replace") put(value);
  if (how === "copy") put(structuredClone((otherParent as Record<string, unknown>)[otherKey]));
  if (how === "wrap") put([there]);
  if (how === "repeat" && Array.isArray(there)) put([...there, ...structuredClone(there)]);
  if (how === "remove" && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if ((how === "remove" || how === "rename") && parent !== holder && !Array.isArray(parent)) {
    delete parent[key];
    if (how === "rename") Object.defineProperty(parent, name, { value: there, enumerable: true, configurable: true, writable: true });
  }
  return holder.root;
}

function* placesIn(parent: Parent): Generator<[Parent, string]> {
  for (const [key, value] of Object.entries(parent)) {
    yield [parent, key];
    if (typeof value === "object" && value !== null) yield* placesIn(value as Parent);
  }
}

// Texts

interface TextEdit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const textEdit: Arbitrary<TextEdit> = fc.record({
  at: fc.nat({ max: 99_999 }),
  length: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 400 })),
  text: fc.oneof(oddText, oddNumber.map(String), fc.constantFrom(",", ";", "\t", ":", "{", "}", "[", "]", '""', "//", "/*", "\r\n")),
});

/** A text in which some parts are others. */
export function editedText(text: string, most = 4): Arbitrary<string> {
  return fc.array(textEdit, { maxLength: most }).map((edits) =>
    edits.reduce((all, { at, length, text }) => {
      const from = at % (all.length + 1);
      return all.slice(0, from) + text + all.slice(from + length);
    }, text),
  );
}

/** The text of a JSON value with edits in it, or in the text. */
export function editedJsonText(value: unknown, most = 3): Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: editedJson(value, most).map((edited) => JSON.stringify(edited)) },
    { weight: 1, arbitrary: editedText(JSON.stringify(value)) },
  );
}

/** Lines of JSON, of which some are edited, missing, or there twice. */
export function editedLines(lines: readonly unknown[], most = 3): Arbitrary<string> {
  const asText = (edited: unknown[]) => edited.map((line) => `${JSON.stringify(line)}\n`).join("");
  const edited = editedJson(lines, most).map((edited) => (Array.isArray(edited) ? asText(edited) : JSON.stringify(edited)));
  return fc.oneof({ weight: 4, arbitrary: edited }, { weight: 1, arbitrary: editedText(asText([...lines])) });
}

// Bytes

interface BytesEdit {
  readonly how: "byte" | "bit" | "word" | "long" | "cut" | "remove" | "insert" | "copy";
  /** From the beginning, or from the end where it is negative. */
  readonly at: number;
  readonly from: number;
  readonly length: number;
  readonly value: number;
  /** Whether only bytes count that are not zero: of some files, such as SQLite's, few are. */
  readonly dense: boolean;
}

const place: Arbitrary<number> = fc.oneof(
  fc.nat({ max: 64 }),
  fc.integer({ min: -64, max: -1 }),
  fc.nat({ max: 1024 }),
  fc.nat({ max: 1e6 }),
);
const bytesEdit: Arbitrary<BytesEdit> = fc.record({
  how: fc.constantFrom("byte", "byte", "bit", "word", "long", "cut", "remove", "insert", "copy"),
  at: place,
  from: place,
  length: fc.nat({ max: 64 }),
  value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...ODD_WORDS)),
  dense: fc.boolean(),
});

/** Bytes of which some are others, are missing, or come twice. */
export function editedBytes(bytes: Uint8Array, most = 4): Arbitrary<Uint8Array> {
  return fc.array(bytesEdit, { maxLength: most }).map((edits) => edits.reduce(editBytes, Uint8Array.from(bytes)));
}

function editBytes(bytes: Uint8Array, { how, at, from, length, value, dense }: BytesEdit): Uint8Array {
  const places = dense ? [...bytes.keys()].filter((i) => bytes[i] !== 0) : bytes;
  if (places.length === 0) return bytes;
  const around = (place: number) => {
    const index = ((place % places.length) + places.length) % places.length;
    return dense ? places[index]! : index;
  };
  const start = around(at);
  const joined = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (how === "cut") return bytes.slice(0, start);
  if (how === "remove") return joined(bytes.subarray(0, start), bytes.subarray(start + length));
  if (how === "insert") return joined(bytes.subarray(0, start), new Uint8Array(length).fill(value), bytes.subarray(start));
  if (how === "copy") bytes.copyWithin(start, around(from), around(from) + length);
  if (how === "byte") bytes[start] = value;
  if (how === "bit") bytes[start]! ^= 1 << (value % 8);
  if (how === "word" && start + 4 <= bytes.length) view.setUint32(start, value, true);
  if (how === "long" && start + 8 <= bytes.length) view.setBigUint64(start, BigInt(value) << (length % 2 === 0 ? 0n : 31n), true);
  return bytes;
}
