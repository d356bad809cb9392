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
async function train(supernet: SupernetWeights, { sample }: ReturnType<typeof toySupernet>, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let epoch = from; epoch <= to; epoch++) losses.push((await supernet.train(epoch, sample(epoch, STEPS))).loss);
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
    const checkpoints: Float32Array[] = [];
    for (let epoch = 1; epoch <= end; epoch++) {
      losses.push(...(await train(whole, toy, epoch, epoch)));
      checkpoints.push(await whole.save());
    }
    // Before the teacher is there, and after.
    for (const interrupted of [1, 3]) {
      const other = new SupernetWeights(toy.definition);
      other.restore(checkpoints[interrupted - 1]!);
      assert.equal(await train(other, toy, interrupted + 1, end), losses.slice(interrupted));
      assert.equal(await other.save(), checkpoints[end - 1]);
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
    await train(supernet, toy, 1, 4);
    const before = await supernet.save();
    const measure = async () => {
      const measured: number[] = [];
      for (const network of random) for (const of of ["validation", "test"] as const) measured.push(await supernet.accuracy(network, of));
      return measured;
    };
    const measured = await measure();
    assert.equal(await measure(), measured);
    assert.equal(await supernet.save(), before);
    const loaded = new SupernetWeights(toy.definition);
    loaded.restoreWeights(await supernet.saveWeights());
    assert.is(await loaded.accuracy(random[0]!, "validation"), measured[0]);
    for (const each of [supernet, loaded]) each.dispose();
    assert.is(tf.memory().numTensors, tensors);
  });

for (const { backend, test } of FAST)
  for (const sampling of ["uniform", "progressive"] as const)
    test(`random sub-networks become better than guessing by ${sampling} sampling, on ${backend}`, async () => {
      await openBackend(backend);
      const toy = toySupernet({ sampling, settings: settingsOf({ epochs: sampling === "uniform" ? 8 : 2, batchSize: 20 }) });
      const supernet = new SupernetWeights(toy.definition);
      const mean = async () => {
        let sum = 0;
        for (const network of random) sum += await supernet.accuracy(network, "validation");
        return sum / random.length;
      };
      const before = await mean();
      await train(supernet, toy, 1, 8);
      assert.ok(before < 60, `${before} before`);
      const after = await mean();
      assert.ok(after > 80, `${after} after`);
      supernet.dispose();
    });

test("the full network teaches after the first phase only", async () => {
  await openBackend("wasm");
  const weightsAfter = async (distillation: number, epochs: number) => {
    const toy = toySupernet({ shrinking: { epochs: 2, learningRate: 0.05, distillation } });
    const supernet = new SupernetWeights(toy.definition);
    await train(supernet, toy, 1, epochs);
    const weights = await supernet.saveWeights();
    supernet.dispose();
    return weights;
  };
  assert.equal(await weightsAfter(0.5, 2), await weightsAfter(0, 2));
  assert.not.equal(await weightsAfter(0.5, 3), await weightsAfter(0, 3));
});

test("a supernet that diverges is given up", async () => {
  await openBackend("wasm");
  for (const settings of [{ learningRate: 100 }, { learningRate: 100, divergence: 1.01 }]) {
    const toy = toySupernet({ sampling: "uniform", settings: settingsOf({ epochs: 9, batchSize: 10, ...settings }) });
    const supernet = new SupernetWeights(toy.definition);
    const training = async () => {
      for (let epoch = 1; epoch <= 9; epoch++) await supernet.train(epoch, toy.sample(epoch, 6));
    };
    await training().then(
      () => assert.unreachable(),
      ({ code, message }) => assert.ok(code === "TRAINING_DIVERGED" && /in epoch \d+/.test(message), message),
    );
    supernet.dispose();
  }
});

test.run();
