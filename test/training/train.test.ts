import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../core/random/rng.ts";
import { NetworkWriter } from "../../core/space/network.ts";
import type { BackendName, TensorflowBackend } from "../../core/training/settings.ts";
import type { EpochResult } from "../../core/training/trainer.ts";
import type { Checkpoint } from "../../training/checkpoints/checkpoint.ts";
import { toLossGradient } from "../../training/network/loss.ts";
import { TrainableNetwork } from "../../training/network/network-builder.ts";
import { openBackend } from "../../training/tensorflow.ts";
import { operationsOfBackend, rulesOfSteps, train } from "../../training/train.ts";
import { TEST_ON } from "./backends.ts";
import { firstOf, toyDataset } from "./datasets/toy-dataset.ts";
import { everyLayer, plain, settingsOf } from "./toy-training.ts";

const dataset = toyDataset();

/** Those that repeat to the last bit: the order of their sums is always the same. */
const exact: readonly BackendName[] = ["webgpu", "wasm", "cpu"];
const losses = (epochs: readonly EpochResult[]) => epochs.map(({ loss }) => loss);

for (const { backend, test } of TEST_ON) {
  test(`a small step along the gradient lowers the loss by rate · |gradient|², on ${backend}`, async () => {
    await openBackend(backend);
    const network = new TrainableNetwork(operationsOfBackend(), everyLayer(), randomStream(1, "/test"), 1);
    const { images, labels, count } = firstOf(dataset.train, 15);
    const batch = tf.tensor4d(images, [count, 6, 6, 2]);
    const rate = 1e-3;
    const step = () => network.step(batch, { labels, smoothing: 0.1 }, 0.1, { optimizer: "sgd", rate, momentum: 0, decay: 0 });
    for (let i = 0; i < 3; i++) {
      const before = await network.save();
      const loss = await step();
      const after = await network.save();
      const square = network
        .parameterPlaces()
        .reduce((sum, place) => sum + after[place]!.reduce((sum, value, k) => sum + ((value - before[place]![k]!) / rate) ** 2, 0), 0);
      const lowered = loss - (await step());
      assert.ok(Math.abs(lowered / (rate * square) - 1) < 0.02, `lowered by ${lowered}, expected ${rate * square}`);
    }
    batch.dispose();
    network.dispose();
  });

  test(`a training learns, repeats, and leaves no tensor behind, on ${backend}`, async () => {
    await openBackend(backend);
    const settings = settingsOf({ epochs: 3, batchSize: 15 });
    const tensors = tf.memory().numTensors;
    const once = await train({ network: everyLayer(), dataset, settings, seed: 1 });
    assert.is(tf.memory().numTensors, tensors);
    assert.ok(once.epochs[2]!.validation! > 90, `validation ${once.epochs[2]!.validation}`);
    const again = losses((await train({ network: everyLayer(), dataset, settings, seed: 1 })).epochs);
    if (exact.includes(backend)) assert.equal(again, losses(once.epochs));
    else assert.ok(Math.abs(again[0]! - once.epochs[0]!.loss) < 1e-3, `${again[0]} and ${once.epochs[0]!.loss}`);
  });

  test(`a training on ${backend} is like one on cpu, but for rounding`, async () => {
    const settings = settingsOf({ epochs: 1, batchSize: 20, optimizer: "adam", learningRate: 0.01, labelSmoothing: 0.1 });
    const lossOn = async (backend: TensorflowBackend) => {
      await openBackend(backend);
      return (await train({ network: everyLayer(), dataset, settings, seed: 1 })).epochs[0]!.loss;
    };
    const [loss, expected] = [await lossOn(backend), await lossOn("cpu")];
    assert.ok(Math.abs(loss - expected) < 1e-4, `${loss} and ${expected}`);
  });
}

test("another seed is another training", async () => {
  await openBackend("wasm");
  const settings = settingsOf({ epochs: 1, batchSize: 15 });
  const [one, other] = await Promise.all([1, 2].map((seed) => train({ network: everyLayer(), dataset, settings, seed })));
  assert.not.equal(losses(one!.epochs), losses(other!.epochs));
});

test("accuracies are measured when the settings say so and at the end, on test images only when asked", async () => {
  await openBackend("wasm");
  const settings = settingsOf({ epochs: 5, batchSize: 60, validateEvery: 2 });
  const told: EpochResult[] = [];
  const { epochs } = await train({ network: plain(), dataset, settings, seed: 1 }, (epoch) => told.push(epoch) > 0);
  assert.equal(told, epochs);
  assert.equal(
    epochs.map(({ validation }) => validation !== undefined),
    [false, true, false, true, true],
  );
  assert.not(epochs.some((epoch) => "test" in epoch));
  const tested = await train({ network: plain(), dataset, settings, seed: 1, test: true });
  assert.equal(
    tested.epochs.map(({ test }) => test !== undefined),
    [false, true, false, true, true],
  );
  assert.is(tested.epochs[4]!.validation, epochs[4]!.validation, "measuring more changes nothing");
});

test("a training that is not to go on ends at the next epoch whose accuracy is measured, as it was until then", async () => {
  await openBackend("wasm");
  const settings = settingsOf({ epochs: 5, batchSize: 60, validateEvery: 2 });
  const { epochs: whole } = await train({ network: plain(), dataset, settings, seed: 1 });
  const ended = await train({ network: plain(), dataset, settings, seed: 1, keep: true }, ({ epoch }) => epoch < 3);
  const numbers = ({ loss, validation }: EpochResult) => ({ loss, validation });
  assert.equal(ended.epochs.map(numbers), whole.slice(0, 4).map(numbers));
  assert.is(ended.weights, undefined);
});

for (const { backend, test } of TEST_ON.filter(({ backend }) => exact.includes(backend)))
  for (const optimizer of ["sgd", "adam"] as const)
    test(`a training that goes on from any of its checkpoints ends with the same bits, with ${optimizer} on ${backend}`, async () => {
      await openBackend(backend);
      const augmented = { ...dataset, augmentation: { shift: 1, flip: true, cutout: 2, noise: 0.1 } };
      const settings = settingsOf({ epochs: 4, batchSize: 17, optimizer, learningRate: 0.01 });
      const training = { network: backend === "cpu" ? plain() : everyLayer(), dataset: augmented, settings, seed: 1, keep: true };
      const checkpoints: Checkpoint[] = [];
      const whole = await train(training, async (_, checkpoint) => checkpoints.push(structuredClone(await checkpoint())) > 0);
      const numbers = ({ loss, validation }: EpochResult) => ({ loss, validation });
      const tensors = tf.memory().numTensors;
      for (const from of checkpoints.slice(0, 3)) {
        const told: EpochResult[] = [];
        const resumed = await train({ ...training, from }, (epoch) => told.push(epoch) > 0);
        assert.equal(resumed.epochs.map(numbers), whole.epochs.map(numbers));
        assert.equal(resumed.weights, whole.weights);
        assert.equal(told, resumed.epochs.slice(from.epochs.length));
        assert.ok(resumed.seconds > from.epochs.at(-1)!.seconds);
        assert.is(tf.memory().numTensors, tensors);
      }
    });

test("a training that diverges is given up", async () => {
  await openBackend("wasm");
  for (const settings of [{ learningRate: 100 }, { learningRate: 100, divergence: 1.01 }])
    await train({ network: plain(), dataset, settings: settingsOf({ epochs: 9, batchSize: 10, ...settings }), seed: 1 }).then(
      () => assert.unreachable(),
      ({ code, message }) => {
        assert.is(code, "TRAINING_DIVERGED");
        assert.match(message, /in epoch \d+/);
      },
    );
});

test("a network that does not take the images is refused", () =>
  train({ network: plain(), dataset: toyDataset(4), settings: settingsOf({}), seed: 1 }).then(
    () => assert.unreachable(),
    ({ message }) => assert.match(message, "6 × 6 × 2 in 4 classes"),
  ));

test("a dead network guesses, and is trained all the same", async () => {
  await openBackend("wasm");
  const net = new NetworkWriter([6, 6, 2]);
  net.linear(net.globalAveragePool(net.zero(net.image)), 3);
  const { epochs } = await train({ network: net.network(), dataset, settings: settingsOf({ epochs: 1 }), seed: 1 });
  assert.ok(Math.abs(epochs[0]!.validation! - 100 / 3) < 1e-9);
});

test("the learning rate rises while there is a warm-up, at most for half of the steps, and falls as half a cosine then", () => {
  const rates = (settings: object, steps: number) => {
    const rules = rulesOfSteps(settingsOf({ learningRate: 0.8, ...settings }), steps);
    return Array.from({ length: steps }, (_, step) => rules(step).rate);
  };
  const near = (found: number[], expected: number[]) => {
    for (const [i, rate] of expected.entries()) assert.ok(Math.abs(found[i]! - rate) < 1e-12, `step ${i}: ${found[i]}, not ${rate}`);
  };
  const cosine = (steps: number) => Array.from({ length: steps }, (_, i) => 0.4 * (1 + Math.cos((Math.PI * i) / steps)));
  near(rates({ epochs: 4 }, 8), cosine(8));
  near(rates({ epochs: 4, warmup: 1 }, 8), [0.4, 0.8, ...cosine(6)]);
  near(rates({ epochs: 1, warmup: 5 }, 8), [0.2, 0.4, 0.6, 0.8, ...cosine(4)]);
});

test("the loss's gradient is the softmax less the smoothed label", () => {
  const scores = Float32Array.of(1, 2, 3, 0, 0, 0);
  const loss = toLossGradient(scores, Int32Array.of(0, 2), 0.3);
  const softmax = [1, 2, 3].map((score) => Math.exp(score) / (Math.E + Math.exp(2) + Math.exp(3)));
  const label = [0.8, 0.1, 0.1];
  const expected = [...softmax.map((p, k) => (p - label[k]!) / 2), ...[0.1, 0.1, 0.8].map((p) => (1 / 3 - p) / 2)];
  for (const [k, value] of scores.entries()) assert.ok(Math.abs(value - expected[k]!) < 1e-7);
  const right = -(label.reduce((sum, p, k) => sum + p * Math.log(softmax[k]!), 0) + Math.log(1 / 3)) / 2;
  assert.ok(Math.abs(loss - right) < 1e-6, `${loss} instead of ${right}`);
});

test.run();
