import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError, predictorInvalid } from "../../../core/errors/index.ts";
import { type NumericArray, readNpz } from "../../../core/formats/npz.ts";
import { readPth } from "../../../core/formats/pth.ts";
import { sharedFile, whenShared } from "../../shared-data.ts";
import { newPth, oldPth, op, type StateDict, stateDictPickle } from "./torch.ts";

const invalid = (problem: string) => predictorInvalid("net.pth", problem);
const read = (bytes: Uint8Array) => readPth(bytes, invalid);
const plain = (tensors: Map<string, NumericArray>) => [...tensors].map(([name, { shape, values }]) => [name, [...shape], [...values]]);

const tensors: StateDict = {
  "0.weight": { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, -6.5) },
  "0.bias": { shape: [2], values: Float32Array.of(0.25, 0) },
  scalar: { shape: [], values: Float32Array.of(7) },
  none: { shape: [0, 4], values: Float32Array.of() },
};
const expected = [
  ["0.weight", [2, 3], [1, 2, 3, 4, 5, -6.5]],
  ["0.bias", [2], [0.25, 0]],
  ["scalar", [], [7]],
  ["none", [0, 4], []],
];

/** The error that reading gives; anything else than an EvokeError fails. */
function refusal(bytes: Uint8Array): string {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof EvokeError) return error.message;
    throw error;
  }
  return "";
}

test("both forms of a .pth give the tensors of the state dict", () => {
  assert.equal(plain(read(oldPth(tensors))), expected);
  assert.equal(plain(read(newPth(tensors))), expected);
});

whenShared(test, "ofa/acc_predictor.pth")("PyTorch's own file and NumPy's hold the same bits", () => {
  const npz = readNpz(readFileSync(sharedFile("ofa/acc_predictor.npz")), invalid);
  const pth = read(readFileSync(sharedFile("ofa/acc_predictor.pth")));
  assert.equal([...pth.keys()].sort(), [...npz.names].sort());
  for (const [name, { shape, values }] of pth) {
    const same = npz.read(name);
    assert.equal(shape, same.shape);
    assert.equal(values, same.values);
  }
});

test("a tensor may be a part of its storage, transposed, or repeat its numbers", () => {
  const values = Float32Array.of(0, 1, 2, 3, 4, 5);
  const views: StateDict = {
    part: { shape: [2], values, offset: 3 },
    transposed: { shape: [3, 2], values, strides: [1, 3] },
    repeated: { shape: [2, 2], values, strides: [0, 1] },
  };
  assert.equal(
    plain(read(newPth(views))).map(([, , numbers]) => numbers),
    [
      [3, 4],
      [0, 3, 1, 4, 2, 5],
      [0, 1, 0, 1],
    ],
  );
});

test("a state dict may stand in a checkpoint, under state_dict", () => {
  const inner = stateDictPickle(tensors, false).slice(2, -1);
  const pickle = op.pickle(op.letter("}("), op.text("epoch"), op.int(3), op.text("state_dict"), inner, op.letter("u"));
  assert.equal(plain(read(newPth(tensors, pickle))), expected);
});

test("tensors that reach beyond their storage, or that would fill the memory, are refused", () => {
  const values = Float32Array.of(0, 1, 2, 3);
  const wrong: [StateDict[string], RegExp][] = [
    [{ shape: [5], values }, /"w" is larger than the storage/],
    [{ shape: [2], values, offset: 3 }, /larger than the storage/],
    [{ shape: [2, 2], values, strides: [3, 1] }, /larger than the storage/],
    [{ shape: [0], values, offset: 5 }, /larger than the storage/],
    [{ shape: [2 ** 30, 2 ** 30, 0], values }, /^$/],
    [{ shape: [2 ** 30, 2 ** 30], values, strides: [0, 0] }, /larger than the storage/],
    [{ shape: [2 ** 30], values, strides: [0] }, /more numbers than the file has room for/],
    [{ shape: [-1], values }, /tensor is not as PyTorch writes it/],
    [{ shape: [2], values, strides: [-1] }, /tensor is not as PyTorch writes it/],
    [{ shape: [2], values, strides: [1, 1] }, /tensor is not as PyTorch writes it/],
  ];
  for (const [tensor, says] of wrong) for (const make of [oldPth, newPth]) assert.match(refusal(make({ w: tensor })), says);
});

test("a pickle that would run something is refused with the name of it, and nothing is run", () => {
  const command = op.text("touch hacked");
  const attacks: [readonly number[], RegExp][] = [
    [[...op.global("os", "system"), ...op.tuple(command), ...op.letter("R")], /names "os\.system", which is not among/],
    [[...op.global("posix", "system"), ...op.tuple(command), ...op.letter("R")], /names "posix\.system"/],
    [[...op.global("builtins", "eval"), ...op.tuple(command), ...op.letter("R")], /names "builtins\.eval"/],
    [[...op.text("os"), ...op.text("system"), 0x93, ...op.tuple(command), ...op.letter("R")], /names "os\.system"/],
    [op.letter("(ios\nsystem\n"), /names "os\.system"/],
    [[...op.letter("("), ...op.global("os", "system"), ...command, ...op.letter("o")], /names "os\.system"/],
    [[...op.letter("("), ...op.global("torch", "FloatStorage"), ...op.letter("o")], /operation 0x6f .* does not need/],
    [op.letter("(icollections\nOrderedDict\n"), /damaged: byte 3 does not fit/],
    [[...op.global("torch", "FloatStorage"), ...op.letter(")\x81")], /operation 0x81/],
    [[...op.global("torch", "FloatStorage"), ...op.letter(")R")], /a storage is not as PyTorch writes it/],
    [[...op.global("collections", "OrderedDict"), ...op.tuple(op.int(1)), ...op.letter("R")], /a dictionary is not as PyTorch writes it/],
    [[...op.global("collections", "OrderedDict"), ...op.letter("}b")], /does not fit/],
    [[...op.letter("]}b")], /does not fit/],
    [[...op.text("constructor"), ...op.letter(")R")], /does not fit/],
    [op.global("__proto__", "constructor"), /names "__proto__\.constructor"/],
    [op.global("", "toString"), /names "\.toString"/],
    [op.global("os\u001b[2J", "x".repeat(1000)), /names "os\\u001b\[2J\.x{70,80}…"/],
    [[0x82, 1], /operation 0x82/], // EXT1
    [op.letter("Pevil\n"), /operation 0x50/], // PERSID
    [[...op.text("storage"), ...op.letter("Q")], /a storage is not as PyTorch writes it/],
  ];
  for (const [attack, says] of attacks) {
    const pickle = op.pickle(attack, op.letter("0"));
    assert.match(refusal(newPth({}, pickle)), says);
    assert.match(refusal(oldPth({}, pickle)), says.source.includes("byte 3") ? /does not fit/ : says);
  }
});

test("a memo that is large, empty or circular, and dictionaries in each other, do no harm", () => {
  const far = [...op.letter("}r"), 255, 255, 255, 255];
  assert.match(refusal(newPth({}, op.pickle(far))), /no state dict with tensors/);
  assert.match(refusal(newPth({}, op.pickle(op.get(7)))), /does not fit/);
  const circular = [...op.letter("]"), ...op.put(0), ...op.get(0), ...op.letter("a")];
  assert.match(refusal(newPth({}, op.pickle(circular))), /no state dict with tensors/);
  const doubled = Array.from({ length: 200 }, (_, i) => [
    ...op.letter("("),
    ...op.get(i),
    ...op.get(i),
    ...op.letter("t"),
    ...op.put(i + 1),
  ]);
  assert.match(refusal(newPth({}, op.pickle(op.letter("]"), op.put(0), ...doubled))), /no state dict with tensors/);
  const deep = Array.from({ length: 50_000 }, () => op.letter("("));
  const nested = [...deep, ...Array.from({ length: 50_000 }, () => op.letter("t"))];
  assert.match(refusal(oldPth({}, op.pickle(...nested))), /no state dict with tensors/);
  const keys = Uint8Array.from([...oldPth({}, stateDictPickle({}, true)).slice(0, -5), ...nested.flat(), ...op.letter("a.")]);
  assert.match(refusal(keys), /\w/);
});

test("what is no .pth is refused", () => {
  assert.match(refusal(new Uint8Array()), /its pickle is cut off/);
  assert.match(refusal(new TextEncoder().encode("a text")), /damaged|cut off|does not need/);
  assert.match(refusal(Uint8Array.from(op.pickle(op.int(3)))), /does not begin with PyTorch's number/);
  assert.match(refusal(newPth({}, op.pickle(op.int(3)))), /no state dict/);
  const zip = newPth(tensors);
  const renamed = Uint8Array.from(zip);
  for (const { index } of new TextDecoder("latin1").decode(zip).matchAll(/data\.pkl/g)) renamed[index] = 0x78;
  assert.match(refusal(renamed), /its archive has no data\.pkl/);
});

test("a file that is cut off at any byte is refused", () => {
  for (const whole of [oldPth(tensors), newPth(tensors)]) {
    for (let length = 0; length < whole.length; length++)
      assert.match(refusal(whole.subarray(0, length)), /^Cannot use the predictor net\.pth: /);
  }
});

test("a file with any bytes changed is refused or read, and never anything else", () => {
  const [old, zip] = [oldPth(tensors), newPth(tensors)];
  const change = fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.constantFrom(old, zip), fc.array(change, { minLength: 1, maxLength: 3 }), (whole, changes) => {
      const bytes = Uint8Array.from(whole);
      for (const { at, byte } of changes) bytes[Math.floor(at * bytes.length)] = byte;
      assert.match(refusal(bytes), /^(Cannot use the predictor net\.pth: .*)?$/s);
    }),
    { seed: 1, numRuns: 3000 },
  );
});

test.run();
