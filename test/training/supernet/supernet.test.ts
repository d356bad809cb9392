import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { SupernetWeights } from "../../../training/supernet/supernet.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { TEST_ON } from "../backends.ts";
import { settingsOf, space, toySupernet } from "./toy-supernet.ts";

/** On cpu they would take minutes. */
const FAST = TEST_ON.filter(({ backend }) => backend !== "cpu");
const STEPS = 3;
const random = Array.from({ length: 6 }, (_, i) => space.network!(space.sample(randomStream(i, "/test"))));

/** Trains from one epoch to another. */
function train(supernet: SupernetWeights, { sample }: ReturnType<typeof toySupernet>, from: number, to: number): number[] {
  const losses: number[] = [];
  for (let epoch = from; epoch <= to; epoch++) losses.push(supernet.train(epoch, sample(epoch, STEPS)).loss);
  return losses;
}

for (const optimizer of ["sgd", "adam"])
  test(`a training with ${optimizer} that goes on from a checkpoint ends with the same weights to the last bit`, async () => {
    await openBackend("wasm");
    const toy = toySupernet({
      settings: settingsOf({ epochs: 2, batchSize: 20, optimizer, learningRate: optimizer === "sgd" ? 0.1 : 0.01 }),
      shrinking: { epochs: 1, learningRate: 0.05, distillation: 0.5 },
    });
    assert.is(SupernetWeights.steps(toy.definition), STEPS);
    const end = 5; // two epochs of the first phase, one of each other
    const whole = new SupernetWeights(toy.definition);
    const losses: number[] = [];
    const checkpoints: ReturnType<SupernetWeights["save"]>[] = [];
    for (let epoch = 1; epoch <= end; epoch++) {
      losses.push(...train(whole, toy, epoch, epoch));
      checkpoints.push(whole.save());
    }
    // Before the teacher is there, and after.
    for (const interrupted of [1, 3]) {
      const other = new SupernetWeights(toy.definition);
      other.restore(checkpoints[interrupted - 1]!);
      assert.equal(train(other, toy, interrupted + 1, end), losses.slice(interrupted));
      assert.equal(other.save(), checkpoints[end - 1]);
      other.dispose();
    }
    whole.dispose();
  });

for (const { backend, test } of FAST)
  test(`measuring a sub-network gives the same each time, changes no weight and leaves no tensor behind, on ${backend}`, async () => {
    await openBackend(backend);
    const toy = toySupernet();
    const tensors = tf.memory().numTensors;
    const supernet = new SupernetWeights(toy.definition);
    train(supernet, toy, 1, 4);
    const before = supernet.save();
    const measure = () => random.map((network) => [supernet.accuracy(network, "validation"), supernet.accuracy(network, "test")]);
    const measured = measure();
    assert.equal(measure(), measured);
    assert.equal(supernet.save(), before);
    const loaded = new SupernetWeights(toy.definition);
    loaded.restoreWeights(supernet.saveWeights());
    assert.is(loaded.accuracy(random[0]!, "validation"), measured[0]![0]);
    for (const each of [supernet, loaded]) each.dispose();
    assert.is(tf.memory().numTensors, tensors);
  });

for (const { backend, test } of FAST)
  for (const sampling of ["uniform", "progressive"] as const)
    test(`random sub-networks become better than guessing by ${sampling} sampling, on ${backend}`, async () => {
      await openBackend(backend);
      const toy = toySupernet({ sampling, settings: settingsOf({ epochs: sampling === "uniform" ? 8 : 2, batchSize: 20 }) });
      const supernet = new SupernetWeights(toy.definition);
      const mean = () => random.reduce((sum, network) => sum + supernet.accuracy(network, "validation"), 0) / random.length;
      const before = mean();
      train(supernet, toy, 1, 8);
      assert.ok(before < 60, `${before} before`);
      assert.ok(mean() > 80, `${mean()} after`);
      supernet.dispose();
    });

test("the full network teaches after the first phase only", async () => {
  await openBackend("wasm");
  const weightsAfter = (distillation: number, epochs: number) => {
    const toy = toySupernet({ shrinking: { epochs: 2, learningRate: 0.05, distillation } });
    const supernet = new SupernetWeights(toy.definition);
    train(supernet, toy, 1, epochs);
    const weights = supernet.saveWeights();
    supernet.dispose();
    return weights;
  };
  assert.equal(weightsAfter(0.5, 2), weightsAfter(0, 2));
  assert.not.equal(weightsAfter(0.5, 3), weightsAfter(0, 3));
});

test("a supernet that diverges is given up", async () => {
  await openBackend("wasm");
  for (const settings of [{ learningRate: 1e30 }, { learningRate: 100, divergence: 1.01 }]) {
    const toy = toySupernet({ sampling: "uniform", settings: settingsOf({ epochs: 9, batchSize: 10, ...settings }) });
    const supernet = new SupernetWeights(toy.definition);
    assert.throws(
      () => {
        for (let epoch = 1; epoch <= 9; epoch++) supernet.train(epoch, toy.sample(epoch, 6));
      },
      (error: { code?: string; message: string }) => error.code === "TRAINING_DIVERGED" && /in epoch \d+/.test(error.message),
    );
    supernet.dispose();
  }
});

test.run();
