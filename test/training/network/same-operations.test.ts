import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import type { Operations, Parameter, Rule, Shape4D, Tensor1D, Tensor2D, Tensor4D } from "../../../training/network/operations.ts";
import { describeBackends, openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";
import { when } from "../../when.ts";

/** Values in ±1, the same for the same seed. */
function random<T extends tf.Tensor>(shape: readonly number[], seed: number): T {
  const rng = randomStream(seed, "/test");
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 2 * rng.next() - 1);
  return tf.tensor(values, [...shape]) as T;
}

/** What an operation and its gradients give. */
type Case = (operations: Operations) => readonly tf.Tensor[];

const cases = new Map<string, Case>();
for (const [n, height, width, channels] of [
  [2, 7, 5, 3],
  [3, 8, 8, 8],
] as const) {
  const shape: Shape4D = [n, height, width, channels];
  const of = ` of ${shape.join(" × ")}`;
  for (const kernel of [1, 2, 3, 5])
    for (const stride of [1, 2, 3])
      for (const dilation of kernel === 3 ? [1, 2] : [1]) {
        const window = `${kernel} × ${kernel}, stride ${stride}, dilation ${dilation}`;
        for (const kind of ["convolution", "depthwise"] as const)
          cases.set(`${kind}${of}, ${window}`, (operations) => {
            const x = random<Tensor4D>(shape, 1);
            const filter = random<Tensor4D>([kernel, kernel, channels, kind === "depthwise" ? 1 : 2 * channels], 2);
            const y = operations[kind](x, filter, stride, dilation);
            const dy = random<Tensor4D>(y.shape, 3);
            return [
              y,
              operations[`${kind}InputGradient`](shape, filter, dy, stride, dilation),
              operations[`${kind}FilterGradient`](x, filter.shape, dy, stride, dilation),
            ];
          });
        if (dilation === 1 && kernel > 1)
          cases.set(`pools${of}, ${window}`, (operations) => {
            const x = random<Tensor4D>(shape, 1);
            const [largest, mean] = [operations.maxPool(x, kernel, stride), operations.averagePool(x, kernel, stride)];
            const dy = random<Tensor4D>(mean.shape, 3);
            return [
              largest,
              mean,
              operations.maxPoolGradient(x, largest, dy, kernel, stride),
              operations.averagePoolGradient(shape, dy, kernel, stride),
            ];
          });
      }
  cases.set(`normalisation${of}`, (operations) => {
    const [x, dy] = [random<Tensor4D>(shape, 1), random<Tensor4D>(shape, 2)];
    const affine = random<Tensor2D>([2, channels], 3);
    const running = { value: tf.add(2, random<Tensor2D>([2, channels], 4)) as Tensor2D };
    const { y, statistics } = operations.batchNorm(x, affine, running, 0.1);
    const { dx, dAffine } = operations.normaliseGradient(x, affine, statistics, dy);
    return [y, statistics, running.value, dx, dAffine, operations.normaliseFixed(x, affine, running)];
  });
  for (const name of ["relu", "hard-swish", "hard-sigmoid"] as const)
    cases.set(`${name}${of}`, (operations) => {
      const x = tf.mul(5, random<Tensor4D>(shape, 1)) as Tensor4D; // within and beyond ±3
      return [operations.activation(x, name), operations.activationGradient(x, random(shape, 2), name)];
    });
  cases.set(`shift${of}`, (operations) => [operations.shift(random(shape, 1)), operations.shiftGradient(random(shape, 2))]);
  cases.set(`truncation${of}`, (operations) => {
    const y = operations.truncation(random(shape, 1), channels - 2);
    return [y, operations.truncationGradient(shape, y)];
  });
  cases.set(`concatenation${of}`, (operations) => {
    const parts = [random<Tensor4D>(shape, 1), random<Tensor4D>([n, height, width, 2], 2), random<Tensor4D>(shape, 3)];
    return [operations.concatenation(parts), operations.partGradient(random([n, height, width, 2 * channels + 2], 4), channels, 2)];
  });
  cases.set(`scale${of}`, (operations) => {
    const [x, dy, factors] = [random<Tensor4D>(shape, 1), random<Tensor4D>(shape, 2), random<Tensor4D>([n, 1, 1, channels], 3)];
    const { dx, dFactors } = operations.scaleGradient(x, factors, dy);
    return [operations.scale(x, factors), dx, dFactors];
  });
  cases.set(`global average pool${of}`, (operations) => [
    operations.globalAveragePool(random(shape, 1)),
    operations.globalAveragePoolGradient(shape, random([n, 1, 1, channels], 2)),
  ]);
  cases.set(`linear${of}`, (operations) => {
    const x = random<Tensor4D>([n, 1, 1, channels], 1);
    const weights = random<Tensor2D>([channels, 10], 2);
    const { dx, dWeights, dBias } = operations.linearGradient(x, weights, random([n, 1, 1, 10], 3));
    return [operations.linear(x, weights, random<Tensor1D>([10], 4)), dx, dWeights, dBias];
  });
}
const decay = 0.01;
for (const rule of [
  { optimizer: "sgd", rate: 0.1, momentum: 0.9, decay },
  { optimizer: "adam", rate: 0.1, beta1: 0.9, beta2: 0.999, correction1: 0.1, correction2: 0.001, decay },
] satisfies Rule[])
  cases.set(`step of ${rule.optimizer}`, (operations) => {
    const shape = [3, 3, 4, 5];
    const memory = [2, 3].map((seed) => tf.keep(tf.abs(random(shape, seed)))).slice(rule.optimizer === "sgd" ? 1 : 0);
    const parameter: Parameter = { value: tf.keep(random(shape, 1)), memory, decays: true };
    operations.step(parameter, random(shape, 4), rule);
    return [parameter.value, ...parameter.memory];
  });

/** Each tensor that each case gives, by the backend that is open. */
async function computed(): Promise<Map<string, Float32Array[]>> {
  const operations = operationsOfBackend();
  const all = new Map<string, Float32Array[]>();
  for (const [title, of] of cases) {
    const results = tf.tidy(() => [...of(operations)]);
    all.set(title, await Promise.all(results.map(async (tensor) => (await tensor.data()) as Float32Array)));
    for (const tensor of results) tensor.dispose();
  }
  return all;
}

const expected = openBackend("cpu").then(computed);
for (const { backend, available, detail } of (await describeBackends()).filter(({ backend }) => backend !== "cpu"))
  when(
    test,
    available,
    `no ${backend}: ${detail}`,
  )(`every operation gives on ${backend} what it gives on cpu, to 1e-5 of its largest number`, async () => {
    const right = await expected;
    await openBackend(backend);
    const wrong: string[] = [];
    for (const [title, tensors] of await computed())
      for (const [k, values] of tensors.entries()) {
        const asOnCpu = right.get(title)![k]!;
        assert.is(values.length, asOnCpu.length, title);
        const largest = asOnCpu.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const error = asOnCpu.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
        if (!(error <= 1e-5 * largest)) wrong.push(`${title}, tensor ${k}: off by ${error} of ${largest}`);
      }
    assert.equal(wrong, []);
  });

test.run();
