import * as tf from "@tensorflow/tfjs-core";
import { test as uvuTest } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { live, NetworkWriter } from "../../../core/space/network.ts";
import type { Mixture } from "../../../core/training/weight-sharing.ts";
import { TrainableNetwork } from "../../../training/network/network-builder.ts";
import type { Rule, Tensor4D } from "../../../training/network/operations.ts";
import { Passes, parameterShapes } from "../../../training/network/passes.ts";
import { keyOf } from "../../../training/supernet/shared-weights.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { countRight, operationsOfBackend } from "../../../training/train.ts";
import type { MixtureDefinition, MixtureLearner } from "../../../training/weight-sharing/learner.ts";
import { mixtureDefinition } from "../../../training/weight-sharing/mixture-definition.ts";
import { TensorflowMixtures } from "../../../training/weight-sharing/tensorflow-mixtures.ts";
import { TEST_ON } from "../backends.ts";
import { batchOf, dataset, definitionOf, dense, descent, learnerOf, path, space, step } from "./open-toy.ts";

const batch = batchOf(0, 9);
const CELL = [3, 1, 2, 4, 3, 2];
/** With `none` in places that leave parts dead, or all. */
const CELLS = [
  CELL,
  [0, 0, 0, 0, 0, 0],
  [0, 3, 2, 1, 3, 1],
  [1, 1, 1, 1, 1, 1],
  [3, 3, 3, 0, 0, 3],
  [2, 0, 4, 0, 3, 0],
  [3, 3, 3, 3, 3, 3],
];
const NAG: Rule = { optimizer: "sgd", rate: 0.05, momentum: 0.9, decay: 0.001 };

const lossOf = async (learner: MixtureLearner, mixture: Mixture) => (await learner.judge(batch, mixture, { all: false, keep: false })).loss;
const changed = (mixture: Mixture, edge: number, operation: number, by: number): Mixture =>
  mixture.map((weights, e) => weights.map((weight, op) => (e === edge && op === operation ? weight + by : weight)));
const close = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= tolerance * (1 + Math.abs(expected)), `${what}: ${found} instead of ${expected}`);

/** Of each layer with weights its values: parameters, then running moments. */
function weightsByKey({ network, weights }: MixtureDefinition): Map<string, Float32Array[]> {
  const found = new Map<string, Float32Array[]>();
  let at = 0;
  for (const layer of network.layers) {
    const count = parameterShapes(layer, 1).length + (layer.kind === "batchNorm" ? 1 : 0);
    if (count > 0) found.set(keyOf(layer), weights.slice(at, (at += count)) as Float32Array[]);
  }
  return found;
}

/** The network of an architecture with the weights of a definition. */
function derived(definition: MixtureDefinition, cell: readonly number[]): TrainableNetwork {
  const network = live(space.network!(cell));
  const shared = weightsByKey(definition);
  const trainable = new TrainableNetwork(operationsOfBackend(), network, randomStream(9, "/test"), 1);
  trainable.restore(network.layers.flatMap((layer) => shared.get(keyOf(layer)) ?? []));
  return trainable;
}

const images = () => tf.tensor4d(dataset.train.images.slice(0, 9 * 72), [9, 6, 6, 2]) as Tensor4D;
const labels = dataset.train.labels.slice(0, 9);

// webgpu, which is read asynchronously, is compared with cpu in all-operations.test.ts, operation by operation.
for (const { backend, test } of TEST_ON.filter(({ backend }) => backend !== "webgpu")) {
  /** Of things to try one after the other, some where each takes long. */
  const some = <T>(all: readonly T[]): readonly T[] => (backend === "wasm" ? all : all.filter((_, i) => i % 11 === 1));
  const places = (mixture: Mixture) =>
    some(mixture.flatMap((weights, edge) => weights.map((weight, operation) => ({ edge, operation, weight }))));
  /** By one of two steps, since an activation may change sides within one. */
  const isSlope = async (found: number, loss: (by: number) => Promise<number>, what: string) => {
    const slopes: number[] = [];
    for (const by of [4e-4, 1e-4]) slopes.push(((await loss(by)) - (await loss(-by))) / (2 * by));
    const [nearest] = slopes.sort((a, b) => Math.abs(a - found) - Math.abs(b - found));
    close(found, nearest!, 2e-3, what);
  };
  const isSlopeAt = (found: number, learner: MixtureLearner, mixture: Mixture, edge: number, operation: number) =>
    isSlope(found, (by) => lossOf(learner, changed(mixture, edge, operation, by)), `operation ${operation} on edge ${edge}`);

  for (const partial of [1, 2])
    test(`the gradient of the weights of operations is the slope of the loss, with 1/${partial} of the channels, on ${backend}`, async () => {
      await openBackend(backend);
      const learner = learnerOf({ partial });
      const mixture = partial === 1 ? dense : [...dense, ...dense.map((_, edge) => [0.6 + 0.1 * edge])];
      const { gradient } = await learner.judge(batch, mixture, { all: false, keep: false });
      for (const { edge, operation } of places(mixture)) await isSlopeAt(gradient[edge]![operation]!, learner, mixture, edge, operation);
      learner.dispose();
    });

  test(`operations of weight 0 have a gradient where it is asked for, and none otherwise, on ${backend}`, async () => {
    await openBackend(backend);
    const learner = learnerOf();
    const one = path(CELL);
    const { gradient } = await learner.judge(batch, one, { all: true, keep: false });
    const few = await learner.judge(batch, one, { all: false, keep: false });
    for (const { edge, operation, weight } of places(one)) {
      await isSlopeAt(gradient[edge]![operation]!, learner, one, edge, operation);
      if (weight === 0) assert.ok(Number.isNaN(few.gradient[edge]![operation]));
      else close(few.gradient[edge]![operation]!, gradient[edge]![operation]!, 1e-5, `the chosen operation on edge ${edge}`);
    }
    learner.dispose();
  });

  test(`the gradient of filters, factors and the classifier is the slope of the loss, on ${backend}`, async () => {
    await openBackend(backend);
    const learner = learnerOf({ affine: true });
    const before = await learner.save();
    await learner.learn([step(dense, descent(1), { momentum: 0 })]);
    const after = await learner.save();
    const rng = randomStream(3, "/test");
    const weights = definitionOf().weights.reduce((sum, { length }) => sum + length, 0); // behind them is what is remembered
    const moved = [...before.keys()].filter((i) => i < weights && before[i] !== after[i]);
    for (const i of some(Array.from({ length: 40 }, () => moved[rng.below(moved.length)]!))) {
      const loss = async (by: number) => {
        const state = before.slice();
        state[i]! += by;
        await learner.restore(state);
        return lossOf(learner, dense);
      };
      await isSlope(before[i]! - after[i]!, loss, `weight ${i}`);
    }
    learner.dispose();
  });

  test(`a single path has the loss of its architecture's own network with these weights, on ${backend}`, async () => {
    await openBackend(backend);
    const [definition, learner] = [definitionOf(), learnerOf()];
    for (const cell of backend === "wasm" ? CELLS : CELLS.slice(0, 3)) {
      const network = live(space.network!(cell));
      const passes = new Passes(operationsOfBackend(), network);
      const shared = weightsByKey(definition);
      const { value, right } = tf.tidy(() => {
        const weights = network.layers.map((layer) => {
          const shapes = parameterShapes(layer, passes.channelsInto(layer));
          const [...values] = shared.get(keyOf(layer)) ?? [];
          const running = layer.kind === "batchNorm" && { running: { value: tf.tensor2d(values.pop()!, shapes[0] as [number, number]) } };
          return { parameters: shapes.map((shape, k) => tf.tensor(values[k]!, [...shape])), ...running };
        });
        const scores = passes.predict(images(), weights, "batch");
        const { value } = operationsOfBackend().crossEntropy(scores, { labels, smoothing: 0 });
        return { value: value as number, right: countRight(scores.dataSync<"float32">(), labels) };
      });
      close(await lossOf(learner, path(cell)), value, 1e-6, cell.join());
      assert.is(await learner.right(path(cell), [batch], { by: "batch" }), right);
    }
    learner.dispose();
  });

  test(`a single path learns as its architecture's own network does, running moments too, on ${backend}`, async () => {
    await openBackend(backend);
    const learner = learnerOf({ affine: true });
    const own = derived(definitionOf({ affine: true }), CELL);
    for (let n = 0; n < 5; n++) {
      const [found] = await learner.learn([step(path(CELL), NAG, { momentum: 1 / (n + 1) })]);
      const x = images();
      close(found!.loss, (await own.step(x, { labels, smoothing: 0 }, 1 / (n + 1), NAG)) as number, 1e-4, `step ${n}`);
      x.dispose();
    }
    const x = images();
    const right = countRight(await own.predict(x), labels);
    assert.is(await learner.right(path(CELL), [batch], { by: "running" }), right);
    x.dispose();
    own.dispose();
    learner.dispose();
  });

  test(`the sum of the gradient of an edge's output is told of it, on ${backend}`, async () => {
    await openBackend(backend);
    const net = new NetworkWriter([6, 6, 2]);
    net.linear(net.globalAveragePool(net.mixture(0, [net.zero(net.image), net.image])), 3);
    const definition = mixtureDefinition(net.network(), dataset, { affine: false, unsampled: "still" }, 1);
    const learner = new TensorflowMixtures(definition);
    const [weights] = definition.weights;
    // None chosen: all scores are 0, their gradient is (1/3 − label) / N, and each pixel gets its part of what its channel gets.
    const { loss, gradient, outputs } = await learner.judge(batch, [[1, 0]], { all: false, keep: false });
    let expected = 0;
    for (const label of labels)
      for (let c = 0; c < 2; c++) for (let k = 0; k < 3; k++) expected += (weights![c * 3 + k]! * (1 / 3 - (k === label ? 1 : 0))) / 9;
    close(loss, Math.log(3), 1e-6, "loss");
    close(outputs[0]!, expected, 1e-5, "sum");
    assert.is(gradient[0]![0], 0);
    learner.dispose();
  });

  test(`steps of one seed come to the same bits, and many leave no tensor behind, on ${backend}`, async () => {
    await openBackend(backend);
    const mixtures = [path(CELL), dense, path([0, 0, 0, 0, 0, 0])];
    const learner = learnerOf({ unsampled: "drift" });
    await learner.judge(batch, dense, { all: false, keep: true });
    const before = tf.memory().numTensors;
    for (let n = 0; n < (backend === "wasm" ? 100 : 6); n++) {
      await learner.learn([step(mixtures[n % 3]!, NAG, { clip: 5 }), step(mixtures[(n + 1) % 3]!, NAG, { all: n % 2 === 0 })]);
      await learner.judge(batch, mixtures[n % 2]!, { all: true, keep: n % 2 === 1 });
      await learner.right(mixtures[n % 3]!, [batch], n % 2 ? { by: "batch" } : { by: "estimated", batches: [batch, batchOf(15, 15)] });
      if (n % 10 === 0) await learner.remember();
      if (n % 10 === 5) await learner.recall();
      await learner.move(1e-4);
    }
    await learner.judge(batch, dense, { all: false, keep: true });
    assert.is(tf.memory().numTensors, before);
    learner.dispose();
    const [a, b] = [learnerOf(), learnerOf()];
    for (const learner of [a, b]) await learner.learn([step(dense, NAG), step(path(CELL), NAG)]);
    assert.equal(await a.save(), await b.save());
    a.dispose();
    b.dispose();
  });
}

const onWasm = (title: string, run: () => Promise<void>) =>
  uvuTest(title, async () => {
    await openBackend("wasm");
    await run();
  });

/** The part of a state that a layer's parameters have. */
function valuesOf(definition: MixtureDefinition, state: Float32Array, wanted: (key: string) => boolean): number[] {
  const values: number[] = [];
  let at = 0;
  for (const [key, parts] of weightsByKey(definition))
    for (const [k, { length }] of parts.entries()) {
      const running = key.startsWith("batchNorm") && k === 1;
      if (wanted(key) && !running) values.push(...state.subarray(at, at + length));
      at += length;
    }
  return values;
}
const conv3x3 = (key: string) => key.startsWith("convolution") && key.includes("nor_conv_3x3");

for (const unsampled of ["still", "drift"] as const)
  onWasm(`weights that a step leaves out ${unsampled === "still" ? "stand still" : "go on, if they have learnt before"}`, async () => {
    const definition = definitionOf({ unsampled });
    const learner = new TensorflowMixtures(definition);
    const without = path([1, 1, 1, 1, 1, 1]);
    const states: number[][] = [];
    for (const mixture of [without, path(CELL), without, without]) {
      await learner.learn([step(mixture, NAG)]);
      states.push(valuesOf(definition, await learner.save(), conv3x3));
    }
    const first = valuesOf(definition, await new TensorflowMixtures(definition).save(), conv3x3);
    assert.equal(states[0], first); // has never learnt
    assert.not.equal(states[1], first);
    const moved = (from: number, to: number) => states[from]!.filter((value, i) => value !== states[to]![i]).length;
    if (unsampled === "still") assert.is(moved(1, 3), 0);
    else {
      // Of two of six edges in each of the two cells
      const learnt = moved(0, 1);
      assert.ok(learnt > 0 && learnt < first.length);
      assert.ok(moved(1, 2) >= 0.99 * learnt && moved(2, 3) >= 0.99 * learnt && moved(0, 3) === learnt);
    }
    learner.dispose();
  });

onWasm("drift goes on after a state was restored, to the same bits", async () => {
  const [a, b] = [learnerOf({ unsampled: "drift" }), learnerOf({ unsampled: "drift", seed: 2 })];
  await a.learn([step(path(CELL), NAG)]);
  await b.restore(await a.save());
  const steps = [step(path([1, 1, 1, 1, 1, 1]), NAG), step(dense, NAG, { clip: 0.1 })];
  assert.equal(await a.learn(steps), await b.learn(steps));
  assert.equal(await a.save(), await b.save());
  a.dispose();
  b.dispose();
});

onWasm("a step by the sum of several gradients moves as far as these do, each by itself, and leaves no tensor behind", async () => {
  const mixtures = [path(CELL), path([1, 2, 3, 4, 0, 1]), dense];
  const learner = learnerOf({ affine: true });
  const weights = definitionOf().weights.reduce((sum, { length }) => sum + length, 0); // behind them is what is remembered
  const before = await learner.save();
  const held = { held: true, momentum: 0 };
  const moved = async (steps: Parameters<typeof learner.learn>[0]) => {
    await learner.restore(before);
    const judged = await learner.learn(steps);
    return { judged, by: (await learner.save()).subarray(0, weights).map((value, i) => value - before[i]!) };
  };
  const alone: Awaited<ReturnType<typeof moved>>[] = [];
  for (const mixture of mixtures) alone.push(await moved([step(mixture, descent(1), { momentum: 0 })]));
  const tensors = tf.memory().numTensors;
  const together = await moved(mixtures.map((mixture, i) => step(mixture, descent(1), i < 2 ? held : { momentum: 0 })));
  assert.is(tf.memory().numTensors, tensors);
  assert.equal(
    together.judged,
    alone.map(({ judged: [found] }) => found),
    "none of them has moved before the others were judged",
  );
  for (const [i, value] of together.by.entries())
    close(
      value,
      alone.reduce((sum, { by }) => sum + by[i]!, 0),
      1e-5,
      `weight ${i}`,
    );
  await learner.learn([step(dense, descent(1), held)]);
  learner.dispose();
});

onWasm("a gradient is shortened to what it may be, and its direction stays", async () => {
  const change = async (clip: number) => {
    const definition = definitionOf({ affine: true });
    const learner = new TensorflowMixtures(definition);
    const before = valuesOf(definition, await learner.save(), () => true);
    await learner.learn([step(dense, descent(1), { clip, momentum: 0 })]);
    const after = valuesOf(definition, await learner.save(), () => true);
    learner.dispose();
    return before.map((value, i) => value - after[i]!);
  };
  const length = (values: readonly number[]) => Math.hypot(...values);
  const [free, short, loose] = [await change(0), await change(0.01), await change(1000)];
  close(length(short), 0.01, 1e-3, "length");
  close(short.reduce((sum, value, i) => sum + value * free[i]!, 0) / length(short) / length(free), 1, 1e-4, "cosine");
  assert.equal(loose, free);
});

onWasm("the first step by plain momentum is the gradient's, by Nesterov's it is 1.9 times as long", async () => {
  const change = async (nesterov: boolean) => {
    const learner = learnerOf();
    const before = await learner.save();
    await learner.learn([step(dense, { optimizer: "sgd", rate: 0.1, momentum: 0.9, nesterov, decay: 0 }, { momentum: 0 })]);
    const after = await learner.save();
    learner.dispose();
    return Math.hypot(...before.subarray(0, 100).map((value, i) => value - after[i]!));
  };
  close((await change(true)) / (await change(false)), 1.9, 1e-4, "ratio");
});

onWasm("normalisations on the edges keep factor 1 and offset 0, others learn; with affine all do", async () => {
  for (const affine of [false, true]) {
    const definition = definitionOf({ affine });
    const learner = new TensorflowMixtures(definition);
    await learner.learn([step(dense, NAG), step(dense, NAG)]);
    const state = await learner.save();
    learner.dispose();
    const learnt = (key: string) => {
      const values = valuesOf(definition, state, (other) => other === key);
      return values.some((value, i) => value !== (i < values.length / 2 ? 1 : 0));
    };
    const keys = [...weightsByKey(definition).keys()].filter((key) => key.startsWith("batchNorm"));
    assert.is(keys.length, 24 + 4); // two convolutions on six edges in two cells; stem, two of the reduction, last
    for (const key of keys) assert.is(learnt(key), affine || !key.includes("edge"), key);
  }
});

onWasm("what is recalled is what was remembered, to the bit, after steps and moves", async () => {
  const learner = learnerOf({ unsampled: "drift" });
  await learner.learn([step(dense, NAG)]);
  const before = await learner.save();
  await learner.remember();
  const { norm } = await learner.judge(batch, dense, { all: false, keep: true });
  await learner.move(0.01 / norm!);
  await learner.move(-0.02 / norm!);
  await learner.learn([step(path(CELL), NAG)]);
  assert.not.equal(await learner.save(), before);
  await learner.recall();
  assert.equal(await learner.save(), before);
  learner.dispose();
});

onWasm("a small move along the gradient that was kept raises the loss by its squared length", async () => {
  const learner = learnerOf();
  await learner.learn([step(dense, descent(0.01))]);
  const { norm } = await learner.judge(batch, dense, { all: false, keep: true });
  const times = 1e-3 / norm!;
  await learner.remember();
  await learner.move(times);
  const above = await lossOf(learner, dense);
  await learner.recall();
  await learner.move(-times);
  const below = await lossOf(learner, dense);
  close((above - below) / (2 * times), norm! ** 2, 1e-2, "slope");
  learner.dispose();
});

onWasm("measuring by estimated moments changes nothing; by the batch's own moments likewise", async () => {
  const learner = learnerOf();
  for (let n = 0; n < 20; n++) await learner.learn([step(dense, NAG)]);
  const before = await learner.save();
  const all = [batchOf(0, 30), batchOf(30, 30)];
  const found = [
    await learner.right(dense, all, { by: "batch" }),
    await learner.right(dense, all, { by: "running" }),
    await learner.right(dense, all, { by: "estimated", batches: all }),
  ];
  assert.equal(await learner.save(), before);
  for (const right of found) assert.ok(right > 40, `${right} of 60, by guessing 20`); // one batch of 9 was learnt
  learner.dispose();
});

uvuTest.run();
