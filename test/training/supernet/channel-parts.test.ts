import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { type Network, NetworkWriter } from "../../../core/space/network.ts";
import type { Tensor4D } from "../../../training/network/operations.ts";
import { sortChannels } from "../../../training/supernet/channel-order.ts";
import { channelParts, widest } from "../../../training/supernet/channel-parts.ts";
import { SharedWeights } from "../../../training/supernet/shared-weights.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";
import { firstOf, toyDataset } from "../datasets/toy-dataset.ts";

const examples = firstOf(toyDataset().train, 15);
const batch = () => tf.tensor4d(examples.images, [examples.count, 6, 6, 2]);

/** Two branches as wide as is said, concatenated and taken up by layers of every kind; to the second one something is added. */
function branches(left: number, right: number, kernel = 5): Network {
  const net = new NetworkWriter([6, 6, 2]);
  const stem = net.activation(net.batchNorm(net.convolution(net.image, 3, 4, 2, "stem"), "stem"), "relu");
  const a = net.convolution(stem, 1, left, 1, "left");
  const b = net.sum([net.convolution(stem, 3, right, 1, "right", 2), net.convolution(net.shift(stem), 1, right, 1, "beside")]);
  const both = net.batchNorm(net.concatenate([a, net.maxPool(b, 3)]), "both");
  const wide = net.activation(net.depthwise(both, kernel, 1, "wide"), "hard-swish");
  const fixed = net.sum([net.convolution(wide, 1, 4, 1, "back"), stem]);
  const pooled = net.concatenate([net.globalAveragePool(wide), net.globalAveragePool(fixed)]);
  net.linear(pooled, 3, "classifier");
  return net.network();
}

const [FULL, SMALL] = [branches(4, 6), branches(2, 3, 3)];
const create = () => new SharedWeights(operationsOfBackend(), [FULL, SMALL], randomStream(1, "/test"), 1);

/** The parameters of a layer of a network. */
function parametersOf(weights: SharedWeights, network: Network, kind: string, name: string): number[][] {
  return tf.tidy(() => {
    const part = weights.part(network);
    const layer = part.passes.layers.findIndex((layer) => layer.kind === kind && layer.weights === name);
    part.dispose();
    return part.weights[layer]!.parameters.map((tensor) => [...tensor.dataSync()]);
  });
}

function learn(weights: SharedWeights, network: Network, rate: number): number {
  const loss = tf.tidy(() => {
    const part = weights.part(network);
    const loss = part.passes.step(batch(), part.weights, { labels: examples.labels, smoothing: 0 }, 0, part.collect) as number;
    part.dispose();
    return loss;
  });
  weights.update({ optimizer: "sgd", rate, momentum: 0, decay: 0 });
  return loss;
}

function scores(weights: SharedWeights, network: Network): Float32Array {
  return tf.tidy(() => {
    const part = weights.part(network);
    part.passes.calibrate(batch() as Tensor4D, part.weights, 1);
    const scores = part.passes.predict(batch(), part.weights).dataSync<"float32">().slice();
    part.dispose();
    return scores;
  });
}

const apart = (a: Float32Array, b: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

test("channels go back to the parts of concatenations, also behind layers that keep them apart", () => {
  const net = new NetworkWriter([4, 4, 2]);
  const parts = net.concatenate([net.image, net.convolution(net.image, 1, 3)]);
  const nested = net.concatenate([net.batchNorm(parts), net.image]);
  const alike = net.sum([parts, net.maxPool(parts, 3)]);
  net.sum([alike, net.convolution(nested, 1, 5)]);
  const found = channelParts(net.network());
  assert.equal(found[nested], [2, 3, 2]);
  assert.equal(found[alike], [2, 3]);
  assert.equal(found.at(-1), [5]);
});

test("the widest of parts is that of each, and of all together where their numbers differ", () => {
  assert.equal(widest([2, 5], [3, 4]), [3, 5]);
  assert.equal(widest([2, 5], [9]), [9]);
  assert.equal(widest([2, 5], [2, 2, 2]), [7]);
});

for (const backend of ["wasm", "cpu"] as const) {
  test(`a narrower network takes the first channels of each part, on ${backend}`, async () => {
    await openBackend(backend);
    const weights = create();
    const [whole] = parametersOf(weights, FULL, "convolution", "back"); // [10, 4]
    const [taken] = parametersOf(weights, SMALL, "convolution", "back"); // [5, 4]
    assert.equal(
      taken,
      [0, 1, 4, 5, 6].flatMap((channel) => whole!.slice(4 * channel, 4 * channel + 4)),
    );
    const [ofClasses] = parametersOf(weights, FULL, "linear", "classifier"); // [14, 3]
    const [ofFewer, bias] = parametersOf(weights, SMALL, "linear", "classifier"); // [9, 3]
    assert.equal(
      ofFewer,
      [0, 1, 4, 5, 6, 10, 11, 12, 13].flatMap((channel) => ofClasses!.slice(3 * channel, 3 * channel + 3)),
    );
    assert.is(bias!.length, 3);
    weights.dispose();
  });

  test(`a small step of a narrower network lowers its loss by rate · |gradient|², on ${backend}`, async () => {
    await openBackend(backend);
    const weights = create();
    const tensors = tf.memory().numTensors;
    const rate = 1e-3;
    for (let i = 0; i < 3; i++) for (const network of [FULL, SMALL]) learn(weights, network, 0.05);
    const before = await weights.save(false);
    const loss = learn(weights, SMALL, rate);
    const after = await weights.save(false);
    const square = after.reduce((sum, value, i) => sum + ((value - before[i]!) / rate) ** 2, 0);
    const lowered = loss - learn(weights, SMALL, rate);
    assert.ok(Math.abs(lowered / (rate * square) - 1) < 0.02, `lowered by ${lowered}, expected ${rate * square}`);
    assert.is(tf.memory().numTensors, tensors);
    weights.dispose();
  });
}

test("sorted channels of each part leave the full network as it is, and those that no network leaves out stay", async () => {
  await openBackend("wasm");
  const weights = create();
  for (let i = 0; i < 3; i++) learn(weights, FULL, 0.1);
  const [largest, smaller] = [scores(weights, FULL), scores(weights, SMALL)];
  const stem = parametersOf(weights, FULL, "convolution", "stem");
  await sortChannels(weights, FULL, [FULL, SMALL]);
  assert.ok(apart(scores(weights, FULL), largest) < 1e-5);
  assert.ok(apart(scores(weights, SMALL), smaller) > 1e-3);
  assert.equal(parametersOf(weights, FULL, "convolution", "stem"), stem);
  const sums = await weights.absoluteSums({ key: "convolution back", parameter: 0, axis: 2 });
  for (const part of [sums.subarray(0, 4), sums.subarray(4)])
    assert.equal(
      [...part],
      [...part].sort((a, b) => b - a),
    );
  weights.dispose();
});

test("channels stay where they are if they are added to parts of other sizes", async () => {
  await openBackend("wasm");
  const uneven = (left: number, right: number) => {
    const net = new NetworkWriter([6, 6, 2]);
    const [a, b, whole] = [
      ["a", left],
      ["b", right],
      ["whole", left + right],
    ].map(([name, channels]) => net.convolution(net.image, 3, channels as number, 1, name as string)) as [number, number, number];
    const sum = net.sum([net.concatenate([a, b]), whole]);
    net.linear(net.globalAveragePool(net.activation(net.convolution(sum, 1, 3, 1, "taker"), "relu")), 3, "classifier");
    return net.network();
  };
  const envelope = [uneven(3, 5), uneven(2, 4)];
  const weights = new SharedWeights(operationsOfBackend(), envelope, randomStream(1, "/test"), 1);
  const before = await weights.save(false);
  await sortChannels(weights, envelope[0]!, envelope);
  assert.equal(await weights.save(false), before);
  weights.dispose();
});

test("channels stay where they are if a truncation takes the first of them", async () => {
  await openBackend("wasm");
  const cut = (channels: number) => {
    const net = new NetworkWriter([6, 6, 2]);
    const wide = net.convolution(net.image, 3, channels, 1, "wide");
    const whole = net.convolution(wide, 1, 3, 1, "whole");
    const sum = net.sum([whole, net.convolution(net.truncate(wide, 3), 1, 3, 1, "first")]);
    net.linear(net.globalAveragePool(net.activation(sum, "relu")), 3, "classifier");
    return net.network();
  };
  const weights = new SharedWeights(operationsOfBackend(), [cut(6), cut(4)], randomStream(1, "/test"), 1);
  const before = [await weights.save(false), scores(weights, cut(6))];
  await sortChannels(weights, cut(6), [cut(6), cut(4)]);
  assert.equal([await weights.save(false), scores(weights, cut(6))], before);
  weights.dispose();
});

test("a part that is wider than any in the envelope is refused, even if all together are not", async () => {
  await openBackend("cpu");
  const weights = create();
  const net = new NetworkWriter([6, 6, 2]);
  const stem = net.convolution(net.image, 3, 4, 2, "stem");
  net.batchNorm(net.concatenate([net.convolution(stem, 3, 6, 1, "right"), net.convolution(stem, 1, 4, 1, "left")]), "both");
  assert.throws(
    () => tf.tidy(() => void weights.part(net.network())),
    (error: { code?: string; message: string }) => error.code === "SUPERNET_IMPOSSIBLE" && error.message.includes('"both"'),
  );
  weights.dispose();
});

test.run();
