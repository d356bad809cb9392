import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Tensor4D } from "../../../../training/network/operations.ts";
import { FilterGradients } from "../../../../training/network/wasm/filter-gradients.ts";
import { openBackend } from "../../../../training/tensorflow.ts";

await openBackend("wasm");

test("convolutions of one image share what is made of it, until it is done, to the same gradients", () => {
  const before = tf.memory().numTensors;
  const x = tf.randomUniform([5, 6, 4, 3], -1, 1, "float32", 1) as Tensor4D;
  const dy = tf.randomUniform([5, 6, 4, 2], -1, 1, "float32", 2) as Tensor4D;
  const shared = new FilterGradients();
  const numbers = (gradients: FilterGradients, size: number, dilation: number) => [
    ...gradients.of(x, [size, size, 3, 2], dy, 1, dilation).dataSync(),
  ];
  const cases = [
    [3, 1],
    [5, 1],
    [3, 2],
    [1, 1],
  ] as const;
  const alone = tf.tidy(() => cases.map(([size, dilation]) => numbers(new FilterGradients(), size, dilation)));
  for (const step of ["a step", "another one"])
    tf.tidy(() => {
      for (const [k, [size, dilation]] of cases.entries()) assert.equal(numbers(shared, size, dilation), alone[k], step);
    });
  shared.done(x);
  for (const tensor of [x, dy]) tensor.dispose();
  assert.is(tf.memory().numTensors, before);
});

test.run();
