import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../../core/random/rng.ts";
import { address, end, fresh, loops, values } from "../../../../training/network/wasm/wasm-memory.ts";
import { openBackend } from "../../../../training/tensorflow.ts";

await openBackend("wasm");

const rng = randomStream(1, "/test");

/** Values in ±1. */
function random(size: number): Float32Array {
  return Float32Array.from({ length: size }, () => 2 * rng.next() - 1);
}

/** What a loop writes into a tensor of so many numbers, given the addresses of its operands; nothing behind it may change. */
function written(size: number, operands: readonly Float32Array[], loop: (to: number, operands: readonly number[], end: number) => void) {
  return tf.tidy(() => {
    const tensors = operands.map((operand) => tf.tensor1d(operand));
    const to = fresh<tf.Tensor1D>([size + 4]);
    values(to).fill(7);
    loop(address(to), tensors.map(address), end(tensors[0]!));
    assert.equal(values(to).slice(size), new Float32Array(4).fill(7), "what is behind it");
    return values(to).slice(0, size);
  });
}

const pixels = fc.integer({ min: 1, max: 20 });
const channels = fc.integer({ min: 1, max: 21 });
const property = { numRuns: 100, seed: 1 };

test("sums and maps of channels have the bits of 64-bit sums, pixel after pixel, for any number of channels", () => {
  fc.assert(
    fc.property(pixels, channels, (P, C) => {
      const [a, b, coefficients] = [random(P * C), random(P * C), random(3 * C)];
      const expected = new Float64Array(2 * C);
      for (let i = 0; i < P * C; i++) {
        expected[i % C]! += a[i]!;
        expected[C + (i % C)]! += a[i]! * b[i]!;
      }
      const sums = written(4 * C, [a, b], (to, [a, b], end) => loops().sumsOfProducts(a!, b!, end, 4 * C, to));
      assert.equal(new Float64Array(sums.buffer), expected);
      const [p, q, r] = [0, 1, 2].map((k) => coefficients.subarray(k * C, (k + 1) * C)) as [Float32Array, Float32Array, Float32Array];
      assert.equal(
        written(P * C, [a, coefficients], (to, [a, p], end) => loops().affineMap(a!, to, end, 4 * C, p!)),
        a.map((x, i) => x * p[i % C]! + q[i % C]!),
      );
      assert.equal(
        written(P * C, [a, b, coefficients], (to, [a, b, p], end) => loops().affineSum(a!, b!, to, end, 4 * C, p!)),
        a.map((x, i) => p[i % C]! * x + q[i % C]! * b[i]! + r[i % C]!),
      );
    }),
    property,
  );
});

test("what is done to each number by itself is done to all of them, however many there are", () => {
  fc.assert(
    fc.property(pixels, channels, fc.integer({ min: 1, max: 3 }), (P, C, images) => {
      const size = images * P * C;
      const [a, b, factors] = [random(size), random(size), random(P)];
      a[0] = 0;
      assert.equal(
        written(size, [a, b], (to, [a, b], end) => loops().add(a!, b!, to, end)),
        a.map((x, i) => x + b[i]!),
      );
      assert.equal(
        written(size, [a, b], (to, [x, dy], end) => loops().whereAboveZero(x!, dy!, to, end)),
        a.map((x, i) => (x > 0 ? b[i]! : 0)),
      );
      assert.equal(
        written(size, [a, factors], (to, [x, f], end) => loops().timesFactors(x!, to, end, 4 * C, f!, f! + 4 * (P - 1))),
        a.map((x, i) => x * factors[Math.floor(i / C) % P]!),
      );
    }),
    property,
  );
});

test("axes change places, whatever their lengths", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }), channels, (A, B, C) => {
      const x = random(A * B * C);
      assert.equal(
        written(x.length, [x], (to, [from]) => loops().transpose(from!, to, A, B * C)),
        x.map((_, i) => x[(i % A) * B * C + Math.floor(i / A)]!),
      );
      const [outer, inner] = [(i: number) => Math.floor(i / C) % A, (i: number) => Math.floor(i / (A * C))];
      assert.equal(
        written(x.length, [x], (to, [from]) => loops().swapOuterAxes(from!, to, A, B, 4 * C)),
        x.map((_, i) => x[(outer(i) * B + inner(i)) * C + (i % C)]!),
      );
    }),
    property,
  );
});

test.run();
