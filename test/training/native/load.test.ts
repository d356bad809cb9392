import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { test as uvuTest } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { type Network, NetworkWriter } from "../../../core/space/network.ts";
import { type DatasetSpec, datasetSchema } from "../../../core/training/dataset-spec.ts";
import { type TrainingSettings, trainingSchema } from "../../../core/training/settings.ts";
import { TrainableNetwork } from "../../../training/network/network-builder.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";
import { trainerThreads, WorkerTrainer } from "../../../training/trainer.ts";
import { TEST_ON } from "../backends.ts";

function complete<T>(schema: object, value: object): T {
  const filled = structuredClone(value);
  assert.equal(problemsOf(schema, filled), []);
  return filled as T;
}

function network(): Network {
  const net = new NetworkWriter([8, 8, 1]);
  const stem = net.activation(net.batchNorm(net.convolution(net.image, 3, 8)), "relu");
  net.linear(net.globalAveragePool(net.sum([net.maxPool(stem, 3), net.averagePool(stem, 3)])), 10);
  return net.network();
}

for (const { backend, test } of TEST_ON.filter(({ backend }) => backend.startsWith("tfjs-"))) {
  test(`memory is flat over 1,000 steps, on ${backend}`, async () => {
    assert.match((await openBackend(backend)).version, /^tfjs-node\S* 4\.\d+\.\d+, TensorFlow \d/);
    const rng = randomStream(1, "/test");
    const net = new TrainableNetwork(operationsOfBackend(), network(), rng, 1);
    const labels = Int32Array.from({ length: 16 }, (_, i) => i % 10);
    const steps = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const images = tf.tensor4d(
          Float32Array.from({ length: 16 * 64 }, () => rng.next()),
          [16, 8, 8, 1],
        );
        await net.step(images, { labels, smoothing: 0 }, 0.1, { optimizer: "sgd", rate: 0.01, momentum: 0.9, decay: 0 });
        images.dispose();
      }
    };
    const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
    await steps(200);
    const before = { tensors: tf.memory().numTensors, handles: binding.getNumOfTensors(), bytes: process.memoryUsage().rss };
    await steps(1_000);
    assert.is(tf.memory().numTensors, before.tensors);
    assert.is(binding.getNumOfTensors(), before.handles);
    const grown = process.memoryUsage().rss - before.bytes;
    // Every step has some 2 MB of tensors; this thread is not the only one.
    assert.ok(grown < 200e6, `${grown} bytes more`);
    net.dispose();
  });

  test(`several threads train at a time, and after one has ended, on ${backend}`, async () => {
    const dataset = complete<DatasetSpec>(datasetSchema, { name: "digits", split: { train: 300, validation: 100, test: 100 } });
    const settings = complete<TrainingSettings>(trainingSchema, { epochs: 2, batchSize: 30 });
    const trainer = new WorkerTrainer(".", new Map(), trainerThreads(3));
    const train = (seed: number, signal?: AbortSignal) =>
      trainer.train({ network: network(), dataset, settings, seed, backend }, signal && { signal });
    try {
      const controller = new AbortController();
      const given = train(4, controller.signal).then(
        () => "done",
        () => "given up",
      );
      const three = Promise.all([1, 2, 3].map((seed) => train(seed)));
      controller.abort();
      assert.is(await given, "given up");
      const losses = (await three).map(({ epochs }) => epochs.map(({ loss }) => loss));
      const again = (await train(1)).epochs.map(({ loss }) => loss);
      for (const [i, loss] of again.entries()) assert.ok(Math.abs(loss - losses[0]![i]!) < 1e-3, `${loss} and ${losses[0]![i]}`);
      assert.is(new Set(losses.map(String)).size, 3);
    } finally {
      await trainer.close();
    }
  });
}

uvuTest.run();
