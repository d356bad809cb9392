import * as tf from "@tensorflow/tfjs-core";
import { test as uvuTest } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import type { Operations, Tensor4D } from "../../../training/network/operations.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";
import { TEST_ON } from "../backends.ts";

type Shape4D = Tensor4D["shape"];

/** Values in ±1, the same for the same seed. */
function random(shape: Shape4D, seed: number): Tensor4D {
  const rng = randomStream(seed, "/test");
  return tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 2 * rng.next() - 1),
    shape,
  );
}

/**
 * Compares the gradient of Σ y ⊙ dy with respect to x with central differences, place by place.
 *
 * @param step  so small that no maximum changes places, so large that 32 bits resolve it
 */
function checkGradient(x: Tensor4D, forward: (x: Tensor4D) => Tensor4D, gradient: (dy: Tensor4D) => Tensor4D, step: number): void {
  tf.tidy(() => {
    const dy = random(forward(x).shape, 99);
    const found = gradient(dy);
    assert.equal(found.shape, x.shape);
    const weighted = (values: Float32Array) => {
      const y = forward(tf.tensor4d(values, x.shape)).dataSync<"float32">();
      return dy.dataSync<"float32">().reduce((sum, weight, i) => sum + weight * y[i]!, 0);
    };
    const values = x.dataSync<"float32">().slice();
    for (const [i, slope] of found.dataSync().entries()) {
      const [above, below] = [values.slice(), values.slice()];
      above[i]! += step;
      below[i]! -= step;
      const expected = (weighted(above) - weighted(below)) / (above[i]! - below[i]!);
      assert.ok(Math.abs(slope - expected) < 2e-3, `${slope} instead of ${expected} at ${i}`);
    }
  });
}

const windows = [3, 5].flatMap((kernel) => [1, 2].flatMap((stride) => [1, 2].map((dilation) => ({ kernel, stride, dilation }))));
const shape: Shape4D = [2, 7, 5, 3];

// webgpu, which is read asynchronously, is compared with cpu in all-operations.test.ts.
for (const { backend, test } of TEST_ON.filter(({ backend }) => backend !== "webgpu")) {
  let operations: Operations;
  const open = async () => {
    await openBackend(backend);
    operations = operationsOfBackend();
  };

  for (const kind of ["convolution", "depthwise"] as const)
    test(`gradients of a ${kind}, dilated or not, are the slopes of what it computes, on ${backend}`, async () => {
      await open();
      for (const { kernel, stride, dilation } of windows) {
        const x = random(shape, 1);
        const filter = random([kernel, kernel, 3, kind === "depthwise" ? 1 : 2], 2);
        const ofImage = (dy: Tensor4D) => operations[`${kind}InputGradient`](shape, filter, dy, stride, dilation);
        checkGradient(x, (x) => operations[kind](x, filter, stride, dilation), ofImage, 0.1);
        const ofFilter = (dy: Tensor4D) => operations[`${kind}FilterGradient`](x, filter.shape, dy, stride, dilation);
        checkGradient(filter, (filter) => operations[kind](x, filter, stride, dilation), ofFilter, 0.1);
        for (const tensor of [x, filter]) tensor.dispose();
      }
    });

  test(`a dilated convolution takes every second pixel, in the middle of its window, on ${backend}`, async () => {
    await open();
    const x = tf.tensor4d([...Array(25).keys()], [1, 5, 5, 1]);
    const filter = tf.tensor4d([1, 10, 100, 1_000, 10_000, 100_000, 0, 0, 0], [3, 3, 1, 1]);
    // Around the pixel in the middle, 12: those two rows above it and those of its own row.
    const expected = 0 + 10 * 2 + 100 * 4 + 1_000 * 10 + 10_000 * 12 + 100_000 * 14;
    for (const kind of ["convolution", "depthwise"] as const) assert.is(operations[kind](x, filter, 1, 2).dataSync()[12], expected);
  });

  test(`gradients of a pool of maxima are its slopes, on ${backend}`, async () => {
    await open();
    for (const kernel of [2, 3, 5])
      for (const stride of [1, 2]) {
        const order = randomStream(kernel, "/test");
        const places = Array.from({ length: 2 * 7 * 5 * 3 }, (_, i) => ({ i, key: order.next() })).sort((a, b) => a.key - b.key);
        const x = tf.tensor4d(
          places.map(({ i }) => i / 10 - 30),
          shape,
        ); // 0.1 apart, and below the 0 of padding
        const y = operations.maxPool(x, kernel, stride);
        checkGradient(
          x,
          (x) => operations.maxPool(x, kernel, stride),
          (dy) => operations.maxPoolGradient(x, y, dy, kernel, stride),
          0.03,
        );
        for (const tensor of [x, y]) tensor.dispose();
      }
  });

  test(`where several pixels of a window are the largest, the first one gets the gradient, on ${backend}`, async () => {
    await open();
    const x = tf.tensor4d([5, 5, 1, 5, 5, 5], [1, 2, 3, 1]);
    const y = operations.maxPool(x, 2, 1);
    assert.equal([...y.dataSync()], [5, 5, 5, 5, 5, 5]);
    const dy = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    assert.equal([...operations.maxPoolGradient(x, y, dy, 2, 1).dataSync()], [1, 2, 0, 4, 5, 3 + 6]);
  });

  test(`a shift moves the image up and to the left, and its gradient back, on ${backend}`, async () => {
    await open();
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    assert.equal([...operations.shift(x).dataSync()], [5, 6, 0, 0, 0, 0]);
    assert.equal([...operations.shiftGradient(x).dataSync()], [0, 0, 0, 0, 1, 2]);
    const column = tf.tensor4d([1, 2, 3], [1, 3, 1, 1]);
    assert.equal([...operations.shift(column).dataSync()], [0, 0, 0]);
    checkGradient(
      random(shape, 1),
      (x) => operations.shift(x),
      (dy) => operations.shiftGradient(dy),
      0.1,
    );
  });

  test(`a truncation keeps the first channels, and hands its gradient back to them, on ${backend}`, async () => {
    await open();
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]);
    assert.equal([...operations.truncation(x, 2).dataSync()], [1, 2, 4, 5]);
    checkGradient(
      random(shape, 1),
      (x) => operations.truncation(x, 2),
      (dy) => operations.truncationGradient(shape, dy),
      0.1,
    );
  });

  test(`a concatenation hands each part its own gradient, on ${backend}`, async () => {
    await open();
    const parts = [1, 2, 4].map((channels, i) => random([2, 3, 3, channels], i));
    for (const [k, first] of [0, 1, 3].entries()) {
      const whole = (part: Tensor4D) => operations.concatenation(parts.map((other, i) => (i === k ? part : other)));
      checkGradient(parts[k]!, whole, (dy) => operations.partGradient(dy, first, parts[k]!.shape[3]), 0.1);
    }
  });
}

uvuTest.run();
