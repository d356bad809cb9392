import { test } from "uvu";
import * as assert from "uvu/assert";
import type { NumericArray } from "../../../core/formats/npz.ts";
import { readPth } from "../../../core/formats/pth.ts";
import { writePth } from "../../../core/formats/write-pth.ts";

const tensors = new Map<string, NumericArray>([
  ["stem.0.weight", { shape: [2, 1, 3], values: Float32Array.of(1, 2, 3, -4, 5.5, 6) }],
  ["stem.0.bias", { shape: [2], values: Float32Array.of(0, 9, 8, 7).subarray(1, 3) }],
  ["stem.1.num_batches_tracked", { shape: [], values: BigInt64Array.of(3n) }],
]);

test("what is written is read again, as the state dict that it was", () => {
  const read = readPth(writePth(tensors), (problem) => new Error(problem));
  assert.equal(
    [...read].map(([name, { shape, values }]) => [name, shape, [...values]]),
    [...tensors].map(([name, { shape, values }]) => [name, shape, [...values]]),
  );
});

test("the same tensors give the same bytes", () => {
  assert.equal(writePth(tensors), writePth(new Map(tensors)));
});

test.run();
