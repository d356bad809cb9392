import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { test as uvuTest } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import type { Operations, Parameter, Rule, Tensor2D, Tensor4D } from "../../../training/network/operations.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";
import { TEST_ON } from "../backends.ts";

type Shape4D = Tensor4D["shape"];
type Results = Readonly<Record<string, tf.Tensor>>;

await openBackend("cpu");

/**
 * Does the same on a backend and, by TensorFlow.js's own operations, on the cpu backend, and compares what comes out.
 * @param other  the name that TensorFlow.js has for the backend
 */
async function compareOn(other: string, compute: (operations: Operations) => Results): Promise<void> {
  const on = async (backend: string) => {
    tf.setBackend(backend);
    const operations = operationsOfBackend();
    const before = tf.memory().numTensors;
    const entries = Object.entries(tf.tidy(() => ({ ...compute(operations) })));
    const read = entries.map(async ([name, tensor]) => ({ name, shape: tensor.shape, values: (await tensor.data<"float32">()).slice() }));
    const results = await Promise.all(read);
    for (const [, tensor] of entries) tensor.dispose();
    assert.is(tf.memory().numTensors, before, `${backend} keeps no tensor`);
    return results;
  };
  const expected = await on("cpu");
  for (const [i, { name, shape, values }] of (await on(other)).entries()) {
    assert.equal(shape, expected[i]!.shape, name);
    const right = expected[i]!.values;
    // Sums of n products of numbers of size 1 in another order differ by about √n roundings.
    const size = Math.max(1, ...Array.from(right, Math.abs));
    for (let k = 0; k < right.length; k++)
      if (!(Math.abs(values[k]! - right[k]!) <= 2e-5 * size)) assert.unreachable(`${name}[${k}] is ${values[k]}, on the cpu ${right[k]}`);
  }
}

/** Values in ±1, the same for the same seed. */
function random<T extends tf.Tensor>(shape: readonly number[], seed: number): T {
  const rng = randomStream(seed, "/test");
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 2 * rng.next() - 1),
    [...shape],
  ) as T;
}

const up = (shape: Shape4D, stride: number, channels = shape[3]): Shape4D => [
  shape[0],
  Math.ceil(shape[1] / stride),
  Math.ceil(shape[2] / stride),
  channels,
];
const small = fc.integer({ min: 1, max: 9 });
const shapes = fc.tuple(fc.integer({ min: 1, max: 3 }), small, small, fc.integer({ min: 1, max: 9 }));
const windows = { shape: shapes, size: fc.integer({ min: 1, max: 5 }), stride: fc.integer({ min: 1, max: 4 }) };
const property = { numRuns: 150, seed: 1 };

for (const { backend, test } of TEST_ON.filter(({ backend }) => backend !== "cpu")) {
  const other = await openBackend(backend).then(tf.getBackend, () => ""); // its tests are skipped then
  const compare = (compute: (operations: Operations) => Results) => compareOn(other, compute);

  for (const kind of ["convolution", "depthwise"] as const)
    test(`each ${kind} and its gradients are those of the cpu backend, for any shape, kernel, stride and dilation, on ${backend}`, async () => {
      const dilation = fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 4 }));
      await fc.assert(
        fc.asyncProperty(
          fc.record({ ...windows, dilation, to: fc.integer({ min: 1, max: 9 }) }),
          async ({ shape, size, stride, dilation, to }) => {
            const [filters, outputs] = kind === "depthwise" ? [1, shape[3]] : [to, to];
            await compare((operations) => {
              const x = random<Tensor4D>(shape, 1);
              const filter = random<Tensor4D>([size, size, shape[3], filters], 2);
              const dy = random<Tensor4D>(up(shape, stride, outputs), 3);
              return {
                y: operations[kind](x, filter, stride, dilation),
                dx: operations[`${kind}InputGradient`](x.shape, filter, dy, stride, dilation),
                dFilter: operations[`${kind}FilterGradient`](x, filter.shape, dy, stride, dilation),
              };
            });
          },
        ),
        property,
      );
    });

  test(`average pools and their gradients are those of the cpu backend, on ${backend}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(windows), async ({ shape, size, stride }) => {
        await compare((operations) => ({
          y: operations.averagePool(random(shape, 1), size, stride),
          dx: operations.averagePoolGradient(shape, random(up(shape, stride), 2), size, stride),
        }));
      }),
      property,
    );
  });

  test(`pools of maxima and their gradients are those of the cpu backend, where several pixels are as large too, on ${backend}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ ...windows, values: fc.constantFrom(2, 1000) }), async ({ shape, size, stride, values }) => {
        await compare((operations) => {
          const x = tf.sub(tf.round(tf.mul(random<Tensor4D>(shape, 1), values)), values + 1) as Tensor4D; // all below the padding's 0
          const y = operations.maxPool(x, size, stride);
          return { y, dx: operations.maxPoolGradient(x, y, random(up(shape, stride), 2), size, stride) };
        });
      }),
      property,
    );
  });

  test(`shifts, concatenations, shuffles, mixtures and their gradients are those of the cpu backend, on ${backend}`, async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 }), async (shape, channels) => {
        await compare((operations) => {
          const [n, height, width] = shape;
          const parts = channels.map((count, i) => random<Tensor4D>([n, height, width, count], i));
          const whole = operations.concatenation(parts);
          const last = channels.length - 1;
          const weights = [0.5, 0, 1, -2, 3];
          const inputs = weights.map((_, k) => random<Tensor4D>(shape, k));
          const wanted = [true, true, true, false, true];
          const { dx, products } = operations.mixtureGradient(inputs, weights, wanted, random(shape, 9));
          const given = dx.flatMap((gradient, k) => (gradient ? [[`dx ${k}`, tf.clone(gradient)]] : []));
          return {
            shifted: operations.shift(random(shape, 1)),
            dx: operations.shiftGradient(random(shape, 2)),
            whole,
            first: operations.part(whole, 0, channels[0]!),
            last: operations.part(whole, whole.shape[3] - channels[last]!, channels[last]!),
            padded: operations.truncationGradient(whole.shape, channels[0]!, parts[1]!),
            shuffled: operations.shuffle(operations.concatenation([parts[0]!, parts[0]!]), channels[0]!),
            mixed: operations.mixture(inputs, weights),
            products,
            ...Object.fromEntries(given),
          };
        });
      }),
      property,
    );
  });

  test(`normalisations, their gradients and running moments are those of the cpu backend, on ${backend}`, async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        fc.pre(shape[0] * shape[1] * shape[2] > 2); // of two values, the normalised ones are ±1 whatever they are
        await compare((operations) => {
          const x = random<Tensor4D>(shape, 1);
          const affine = random<Tensor2D>([2, shape[3]], 2);
          const running = { value: tf.keep(tf.abs(random<Tensor2D>([2, shape[3]], 3)) as Tensor2D) };
          const fixed = operations.normaliseFixed(x, affine, running);
          const { y, saved } = operations.batchNorm(x, affine, running, 0.3);
          const gradients = operations.normaliseGradient(x, affine, saved, random(shape, 4));
          const moments = tf.clone(running.value);
          running.value.dispose();
          return { fixed, y, moments, ...gradients };
        });
      }),
      property,
    );
  });

  test(`activations, scales, pools and linear layers and their gradients are those of the cpu backend, on ${backend}`, async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 12 }), async (shape, to) => {
        await compare((operations) => {
          const x = tf.mul(random<Tensor4D>(shape, 1), 5) as Tensor4D;
          const dy = random<Tensor4D>(shape, 2);
          const factors = random<Tensor4D>([shape[0], 1, 1, shape[3]], 3);
          const weights = random<Tensor2D>([shape[3], to], 4);
          const activations = (["relu", "hard-swish", "hard-sigmoid"] as const).flatMap((name) => [
            [name, operations.activation(x, name)] as const,
            [`d ${name}`, operations.activationGradient(x, dy, name)] as const,
          ]);
          return {
            ...Object.fromEntries(activations),
            scaled: operations.scale(x, factors),
            ...operations.scaleGradient(x, factors, dy),
            pooled: operations.globalAveragePool(x),
            unpooled: operations.globalAveragePoolGradient(shape, factors),
            linear: operations.linear(factors, weights, random([to], 5)),
            ...Object.fromEntries(
              Object.entries(operations.linearGradient(factors, weights, random([shape[0], 1, 1, to], 6))).map(([name, gradient]) => [
                `linear ${name}`,
                gradient,
              ]),
            ),
          };
        });
      }),
      property,
    );
  });

  test(`the loss and its gradient are those of the cpu backend, with a teacher too, on ${backend}`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ n: small, classes: small, smoothing: fc.constantFrom(0, 0.1), weight: fc.constantFrom(0, 0.5) }),
        async ({ n, classes, smoothing, weight }) => {
          await compare((operations) => {
            const labels = Int32Array.from({ length: n }, (_, row) => (7 * row) % classes);
            const taught = weight > 0 ? { scores: random<Tensor4D>([n, 1, 1, classes], 2), weight } : undefined;
            const scores = tf.mul(random<Tensor4D>([n, 1, 1, classes], 1), 20) as Tensor4D;
            const { value, gradient } = operations.crossEntropy(scores, { labels, smoothing, taught });
            return { loss: typeof value === "number" ? tf.scalar(value) : value, gradient };
          });
        },
      ),
      property,
    );
  });

  test(`steps of the optimizers are those of the cpu backend, on ${backend}`, async () => {
    const rules: Rule[] = [
      { optimizer: "sgd", rate: 0.1, momentum: 0.9, decay: 0.01 },
      { optimizer: "sgd", rate: 0.1, momentum: 0.9, nesterov: false, decay: 0.01 },
      { optimizer: "adam", rate: 0.1, beta1: 0.9, beta2: 0.99, correction1: 0.1, correction2: 0.01, decay: 0.01 },
    ];
    for (const rule of rules)
      for (const decays of [true, false])
        await compare((operations) => {
          const memory = (seed: number) => tf.keep(tf.abs(random([3, 5], seed)));
          const parameter: Parameter = { value: tf.keep(random([3, 5], 1)), memory: [memory(2), memory(3)], decays };
          const extra = rule.optimizer === "sgd" ? parameter.memory.pop() : undefined;
          extra?.dispose();
          operations.step(parameter, random([3, 5], 4), rule);
          const kept = [parameter.value, ...parameter.memory];
          const results = Object.fromEntries(kept.map((tensor, i) => [`tensor ${i}`, tf.clone(tensor)]));
          for (const tensor of kept) tensor.dispose();
          return results;
        });
  });
}

uvuTest.run();
