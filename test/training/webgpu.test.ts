import * as tf from "@tensorflow/tfjs-core";
import { test as uvuTest } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import { type Network, NetworkWriter } from "../../core/space/network.ts";
import { type DatasetSpec, datasetSchema } from "../../core/training/dataset-spec.ts";
import { type TrainingSettings, trainingSchema } from "../../core/training/settings.ts";
import { openDataset } from "../../training/datasets/dataset.ts";
import { SupernetWeights } from "../../training/supernet/supernet.ts";
import { openBackend } from "../../training/tensorflow.ts";
import { train } from "../../training/train.ts";
import { TEST_ON } from "./backends.ts";
import { toyDataset } from "./datasets/toy-dataset.ts";
import { settingsOf as supernetSettings, toySupernet } from "./supernet/toy-supernet.ts";

const { test } = TEST_ON.find(({ backend }) => backend === "webgpu")!;

function settingsOf(settings: object): TrainingSettings {
  const complete = structuredClone(settings);
  assert.equal(problemsOf(trainingSchema, complete), []);
  return complete as TrainingSettings;
}

function network(shape: readonly [number, number, number], classes: number): Network {
  const net = new NetworkWriter(shape);
  const block = (x: number, channels: number, stride: number) =>
    net.activation(net.batchNorm(net.convolution(x, 3, channels, stride)), "relu");
  const wide = block(block(net.image, 8, 1), 16, 2);
  net.linear(net.globalAveragePool(net.sum([wide, net.maxPool(wide, 3)])), classes);
  return net.network();
}

test("three epochs of digits have the losses of the cpu backend to 1 in 10,000, and its accuracies but for one image in 500", async () => {
  const spec = { name: "digits", split: { train: 400, validation: 500, test: 500 } };
  assert.equal(problemsOf(datasetSchema, spec), []);
  const dataset = await openDataset(spec as unknown as DatasetSpec);
  const settings = settingsOf({ epochs: 3, batchSize: 50 });
  const on = async (backend: "cpu" | "webgpu") => {
    await openBackend(backend);
    return (await train({ network: network(dataset.shape, dataset.classes), dataset, settings, seed: 1 })).epochs;
  };
  const expected = await on("cpu");
  for (const { epoch, loss, validation } of await on("webgpu")) {
    const right = expected[epoch - 1]!;
    assert.ok(Math.abs(loss / right.loss - 1) < 1e-4, `epoch ${epoch}: ${loss}, and ${right.loss} on cpu`);
    assert.ok(Math.abs(validation! - right.validation!) < 0.21, `epoch ${epoch}: ${validation} %, and ${right.validation} % on cpu`);
  }
  assert.ok(expected[2]!.validation! > 50);
});

test("a training by webgpu that diverges is given up", async () => {
  await openBackend("webgpu");
  for (const settings of [{ learningRate: 100 }, { learningRate: 100, divergence: 1.01 }]) {
    const training = {
      network: network([6, 6, 2], 3),
      dataset: toyDataset(),
      settings: settingsOf({ epochs: 9, batchSize: 10, ...settings }),
      seed: 1,
    };
    await train(training).then(
      () => assert.unreachable(),
      ({ code, message }) => assert.ok(code === "TRAINING_DIVERGED" && /in epoch \d+/.test(message), message),
    );
  }
});

test("where the card reports an error, the training fails, and the next one does not", async () => {
  await openBackend("webgpu");
  const training = { network: network([6, 6, 2], 3), dataset: toyDataset(), settings: settingsOf({ epochs: 1, batchSize: 10 }), seed: 1 };
  const { device } = tf.backend() as unknown as { device: { createBuffer(of: object): unknown } };
  device.createBuffer({ size: 16, usage: 0 }); // a buffer for nothing is none
  await train(training).then(
    () => assert.unreachable(),
    ({ code, message }) => assert.ok(code === "TRAINING_FAILED" && message.includes("card refused"), message),
  );
  assert.is((await train(training)).epochs.length, 1);
});

test("a card's memory is the same after more epochs", async () => {
  await openBackend("webgpu");
  const settings = settingsOf({ epochs: 6, batchSize: 10 });
  const allocated: number[] = [];
  await train({ network: network([6, 6, 2], 3), dataset: toyDataset(), settings, seed: 1 }, () => {
    allocated.push((tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU);
    return true;
  });
  assert.ok(allocated[5]! <= 1.1 * allocated[2]!, allocated.join(" "));
});

test("a supernet is trained by webgpu as by wasm, but for rounding", async () => {
  const toy = toySupernet({
    settings: supernetSettings({ epochs: 1, batchSize: 20 }),
    shrinking: { epochs: 1, learningRate: 0.05, distillation: 0.5 },
  });
  const on = async (backend: "wasm" | "webgpu") => {
    await openBackend(backend);
    const supernet = new SupernetWeights(toy.definition);
    const losses: number[] = [];
    for (let epoch = 1; epoch <= 3; epoch++) losses.push((await supernet.train(epoch, toy.sample(epoch, 3))).loss);
    const weights = await supernet.save();
    supernet.dispose();
    return { losses, weights };
  };
  const [expected, found] = [await on("wasm"), await on("webgpu")];
  for (const [i, loss] of found.losses.entries())
    assert.ok(Math.abs(loss / expected.losses[i]! - 1) < 1e-3, `${found.losses} and ${expected.losses}`);
  const apart = found.weights.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.weights[i]!)), 0);
  assert.ok(apart < 1e-3, `weights are ${apart} apart`);
});

uvuTest.run();
