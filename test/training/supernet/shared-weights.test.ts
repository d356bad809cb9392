import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { type Network, NetworkWriter } from "../../../core/space/network.ts";
import type { BackendName } from "../../../core/training/settings.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import type { Rule, Tensor4D } from "../../../training/network/operations.ts";
import { sortChannels } from "../../../training/supernet/channel-order.ts";
import { SharedWeights } from "../../../training/supernet/shared-weights.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";
import { firstOf, toyDataset } from "../datasets/toy-dataset.ts";
import { space, toySupernet } from "./toy-supernet.ts";

const examples = firstOf(toyDataset().train, 15);
const { definition } = toySupernet();
const { envelope, full } = definition;
const [SMALLEST, MIXED] = [
  [1, 1, 0, 0],
  [5, 9, 1, 0],
].map((architecture) => space.network!(architecture)) as [Network, Network];
const batch = () => tf.tensor4d(examples.images, [examples.count, 6, 6, 2]);
const create = () => new SharedWeights(operationsOfBackend(), envelope, randomStream(1, "/test"), 1);
const descend = (rate: number): Rule => ({ optimizer: "sgd", rate, momentum: 0, decay: 0 });

/** One step of a sub-network; the loss before it. */
function learn(weights: SharedWeights, networks: readonly Network[], rate: number): number {
  let sum = 0;
  for (const network of networks)
    tf.tidy(() => {
      const part = weights.part(network);
      sum += part.passes.step(batch(), part.weights, { labels: examples.labels, smoothing: 0 }, 0, part.collect) as number;
      part.dispose();
    });
  weights.update(descend(rate));
  return sum / networks.length;
}

/** Scores by the moments of the batch itself. */
function scores(weights: SharedWeights, network: Network): Float32Array {
  return tf.tidy(() => {
    const part = weights.part(network);
    part.passes.calibrate(batch(), part.weights, 1);
    const scores = part.passes.predict(batch(), part.weights).dataSync<"float32">().slice();
    part.dispose();
    return scores;
  });
}

const apart = (a: Float32Array, b: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

for (const backend of ["wasm", "cpu"] satisfies BackendName[])
  test(`a small step of a sub-network along the gradient of the shared weights lowers its loss by rate · |gradient|², on ${backend}`, async () => {
    await openBackend(backend);
    const weights = create();
    const rate = 1e-3;
    // After a few steps the matrices of the kernels are no identities any more.
    for (let i = 0; i < 3; i++) learn(weights, [MIXED, SMALLEST], 0.1);
    for (const network of [MIXED, SMALLEST]) {
      const before = await weights.save(false);
      const loss = learn(weights, [network], rate);
      const after = await weights.save(false);
      const square = after.reduce((sum, value, i) => sum + ((value - before[i]!) / rate) ** 2, 0);
      const lowered = loss - learn(weights, [network], rate);
      assert.ok(Math.abs(lowered / (rate * square) - 1) < 0.02, `lowered by ${lowered}, expected ${rate * square}`);
    }
    weights.dispose();
  });

test("a sub-network has the middle of a kernel and the first channels, until something is learnt", async () => {
  await openBackend("cpu");
  const weights = create();
  const filterOf = (network: Network) =>
    tf.tidy(() => {
      const part = weights.part(network);
      const layer = part.passes.layers.findIndex(({ kind, weights }) => kind === "depthwise" && weights === "unit 1, layer 1, depthwise");
      const filter = part.weights[layer]!.parameters[0] as Tensor4D;
      part.dispose();
      return filter.arraySync();
    });
  const middle = () =>
    filterOf(full!)
      .slice(2, 5)
      .map((row) => row.slice(2, 5).map((channels) => channels.slice(0, 24)));
  assert.equal(filterOf(SMALLEST), middle());
  learn(weights, [SMALLEST], 0.1);
  assert.not.equal(filterOf(SMALLEST), middle(), "its matrices have learnt as well");
  weights.dispose();
});

test("what a sub-network does not have stays as it was, and what no sub-network of a step has is not touched", async () => {
  await openBackend("wasm");
  const weights = create();
  const before = await weights.save(true);
  learn(weights, [SMALLEST], 0.1);
  const changed = (await weights.save(true)).filter((value, i) => value !== before[i]).length;
  const parameters = (network: Network) =>
    tf.tidy(() => {
      const part = weights.part(network);
      part.dispose();
      return part.weights.flatMap((layer) => layer.parameters).reduce((sum, { size }) => sum + size, 0);
    });
  // With the memory of each, and the matrices of two layers for the kernels 5 and 3.
  const [least, all] = [parameters(SMALLEST), parameters(full!)];
  assert.ok(changed > 0.5 * 2 * least && changed <= 2 * (least + 2 * (25 ** 2 + 9 ** 2)), `${changed} of ${least}`);
  assert.ok(before.length > 2 * all);
  weights.dispose();
});

test("sub-networks of one step give a weight the mean of their gradients", async () => {
  await openBackend("wasm");
  const [once, twice] = [create(), create()];
  learn(once, [MIXED], 0.1);
  learn(twice, [MIXED, MIXED], 0.1);
  assert.ok(apart(await once.save(false), await twice.save(false)) < 1e-7);
  for (const weights of [once, twice]) weights.dispose();
});

test("a fair step of FairNAS gives an operation the gradient of the one path that has it, and what all paths share a fifth of the sum", async () => {
  await openBackend("wasm");
  const options = { channels: 4, cellsPerStage: 1, stages: 1, reduction: "pool", imageSize: 6, imageChannels: 2, classes: 3 };
  const cells = nasBench201.create(options as never, {} as never) as Space;
  const everywhere = [0, 1, 2, 3, 4].map((operation) => cells.network!([0, 0, 0, 0, 0, 0].fill(operation)));
  const fair = [0, 1, 2, 3, 4].map((i) => cells.network!([0, 1, 2, 3, 4, 0].map((first) => (first + i) % 5)));
  const moved = async (networks: readonly Network[]) => {
    const weights = new SharedWeights(operationsOfBackend(), everywhere, randomStream(1, "/test"), 1);
    const before = await weights.save(false);
    learn(weights, networks, 1);
    const after = await weights.save(false);
    weights.dispose();
    return after.map((value, i) => value - before[i]!);
  };
  const alone: Float32Array[] = [];
  for (const network of fair) alone.push(await moved([network]));
  const together = await moved(fair);
  const counts = [0, 0, 0, 0, 0, 0];
  for (const [i, step] of together.entries()) {
    const sum = alone.reduce((total, one) => total + one[i]!, 0);
    const paths = alone.filter((one) => one[i] !== 0).length;
    counts[paths]!++;
    assert.ok(Math.abs(step - sum / Math.max(1, paths)) < 1e-5, `${step}, of ${paths} paths whose sum is ${sum}`);
  }
  assert.equal(counts.slice(2, 5), [0, 0, 0], "a weight is of one operation, or of all paths");
  assert.ok(counts[1]! > 1000 && counts[5]! > 100);
});

test("sorted channels leave the full network as it is, and give smaller ones the channels that matter most", async () => {
  await openBackend("wasm");
  const weights = create();
  learn(weights, [full!], 0.1);
  const [largest, smaller] = [scores(weights, full!), scores(weights, SMALLEST)];
  await sortChannels(weights, full!, envelope);
  assert.ok(apart(scores(weights, full!), largest) < 1e-5);
  assert.ok(apart(scores(weights, SMALLEST), smaller) > 1e-3);
  for (const parameter of ["convolution unit 1, layer 1, project", "linear unit 1, layer 2, excite"]) {
    const sums = await weights.absoluteSums({ key: parameter, parameter: 0, axis: parameter.startsWith("linear") ? 0 : 2 });
    assert.equal(
      [...sums],
      [...sums].sort((a, b) => b - a),
      parameter,
    );
  }
  weights.dispose();
});

test("what was saved is restored to the last bit, and no tensor is left behind", async () => {
  await openBackend("wasm");
  const tensors = tf.memory().numTensors;
  const [first, second] = [create(), create()];
  learn(first, [MIXED, full!], 0.1);
  const saved = await first.save(true);
  assert.is(second.restore(saved, true), saved.length);
  for (const weights of [first, second]) learn(weights, [SMALLEST], 0.1);
  assert.equal(await second.save(true), await first.save(true));
  for (const weights of [first, second]) weights.dispose();
  assert.is(tf.memory().numTensors, tensors);
});

test("the supernet of the full-size space is made, and a sub-network of it runs forward at 224 × 224", async () => {
  await openBackend("wasm");
  const complete = {};
  assert.equal(problemsOf(mobilenet.options, complete), []);
  const large = mobilenet.create(complete as never, {} as never) as Space;
  const phases = large.shrinking!.map(({ sample }) => large.network!(sample(randomStream(1, "/test"))));
  const weights = new SharedWeights(operationsOfBackend(), [phases[0]!], randomStream(1, "/test"), 0);
  const predicted = tf.tidy(() => {
    const part = weights.part(phases.at(-1)!);
    const predicted = part.passes.predict(tf.ones([1, 224, 224, 3]), part.weights).dataSync();
    part.dispose();
    return predicted;
  });
  assert.is(predicted.length, 1000);
  assert.ok(predicted.every(Number.isFinite));
  weights.dispose();
});

test("weights that no network of the envelope has as large are refused", async () => {
  await openBackend("cpu");
  const weights = create();
  const refused = (write: (net: NetworkWriter) => void) => {
    const net = new NetworkWriter([6, 6, 2]);
    write(net);
    assert.throws(
      () => tf.tidy(() => void weights.part(net.network())),
      (error: { code?: string; message: string }) => error.code === "SUPERNET_IMPOSSIBLE" && error.message.includes('"stem"'),
    );
  };
  refused((net) => net.convolution(net.image, 3, 16, 2, "stem"));
  refused((net) => net.linear(net.globalAveragePool(net.image), 3, "stem"));
  weights.dispose();
});

test.run();
