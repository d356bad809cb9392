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

  test(`a truncation keeps some channels, and hands its gradient back to them, on ${backend}`, async () => {
    await open();
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]);
    assert.equal([...operations.part(x, 0, 2).dataSync()], [1, 2, 4, 5]);
    assert.equal([...operations.part(x, 1, 2).dataSync()], [2, 3, 5, 6]);
    for (const from of [0, 1])
      checkGradient(
        random(shape, 1),
        (x) => operations.part(x, from, 2),
        (dy) => operations.truncationGradient(shape, from, dy),
        0.1,
      );
  });

  test(`a shuffle of 4 groups takes channels 0 2 4 6 1 3 5 7 of 8, and another takes them back, on ${backend}`, async () => {
    await open();
    const x = tf.tensor4d([...Array(16).keys()], [2, 1, 1, 8]);
    const shuffled = operations.shuffle(x, 4);
    assert.equal([...shuffled.dataSync()], [0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15]);
    assert.equal([...operations.shuffle(shuffled, 2).dataSync()], [...Array(16).keys()]);
  });

  test(`a mixture is the weighted sum of its inputs, on ${backend}`, async () => {
    await open();
    for (const weights of [[0.5], [1], [0], [0.2, 0.3, 0, 1, -0.5, 2]]) {
      const inputs = weights.map((_, k) => random(shape, k));
      const y = operations.mixture(inputs, weights).dataSync();
      const values = inputs.map((x) => x.dataSync());
      for (const i of y.keys()) {
        const expected = weights.reduce((sum, weight, k) => sum + weight * values[k]![i]!, 0);
        assert.ok(Math.abs(y[i]! - expected) < 1e-6);
      }
    }
  });

  test(`gradients of a mixture's inputs and of its weights are its slopes; an input of weight 0 gets none, on ${backend}`, async () => {
    await open();
    const weights = [0.2, 0, 1, -0.5, 2];
    const inputs = weights.map((_, k) => random(shape, k));
    const dy = random(shape, 99);
    const { dx, products } = operations.mixtureGradient(inputs, weights, [true, true, true, false, true], dy);
    assert.equal(
      dx.map((gradient) => gradient !== undefined),
      [true, false, true, false, true],
    );
    const DY = dy.dataSync<"float32">();
    const expected = (k: number) => inputs[k]!.dataSync<"float32">().reduce((sum, value, i) => sum + value * DY[i]!, 0);
    const found = products.dataSync();
    for (const k of weights.keys()) {
      assert.ok(Math.abs(found[k]! - expected(k)) < 1e-4, `${found[k]} instead of ${expected(k)}`);
      for (const [i, value] of dx[k]?.dataSync().entries() ?? []) assert.ok(Math.abs(value - weights[k]! * DY[i]!) < 1e-6);
    }
    assert.ok(Math.abs(found[5]! - DY.reduce((sum, value) => sum + value, 0)) < 1e-4);
  });

  test(`a concatenation hands each part its own gradient, on ${backend}`, async () => {
    await open();
    const parts = [1, 2, 4].map((channels, i) => random([2, 3, 3, channels], i));
    for (const [k, first] of [0, 1, 3].entries()) {
      const whole = (part: Tensor4D) => operations.concatenation(parts.map((other, i) => (i === k ? part : other)));
      checkGradient(parts[k]!, whole, (dy) => operations.part(dy, first, parts[k]!.shape[3]), 0.1);
    }
  });
}

uvuTest.run();
