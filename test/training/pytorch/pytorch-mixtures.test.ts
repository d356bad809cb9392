import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { learntWeights } from "../../../core/pytorch/state-dict.ts";
import { type Rng, randomStream } from "../../../core/random/rng.ts";
import { type Network, NetworkWriter } from "../../../core/space/network.ts";
import type { BackendOptions } from "../../../core/training/settings.ts";
import type { Judged, Mixture } from "../../../core/training/weight-sharing.ts";
import { pathOf } from "../../../core/weight-sharing/candidates.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import { backendOf } from "../../../training/backends.ts";
import { drawAugmentation } from "../../../training/datasets/augmentation.ts";
import type { Rule } from "../../../training/network/operations.ts";
import type { Batch, LearningStep, MixtureLearner, Moments } from "../../../training/weight-sharing/learner.ts";
import { mixtureDefinition } from "../../../training/weight-sharing/mixture-definition.ts";
import { CUDA_ABSENT, hasCuda, hasTorch, PYTHON, TORCH_ABSENT } from "../../python.ts";
import { when } from "../../when.ts";
import { toyDataset } from "../datasets/toy-dataset.ts";

const withTorch = when(test, hasTorch, TORCH_ABSENT);
const dataset = { ...toyDataset(), augmentation: { shift: 1, flip: true, cutout: 2, noise: 0.1 }, key: "augmented" };
const OPERATIONS = 5;
const EDGES = 3;
const SIZE = 15;

/** Two cells of three edges, with a reduction between them. @param partial  1 / the share of the channels that is mixed */
function openNetwork(partial: number): Network {
  const net = new NetworkWriter([6, 6, 2]);
  const channels = 8;
  const convolution = (from: number, kernel: number, width: number, stride = 1) =>
    net.batchNorm(net.convolution(net.activation(from, "relu"), kernel, width, stride));
  const edge = (from: number, edge: number, width: number) => {
    const mixed = net.truncate(from, width / partial);
    const operations = [net.zero(mixed), mixed, ...[1, 3].map((kernel) => convolution(mixed, kernel, width / partial))];
    const mixture = net.mixture(edge, [...operations, net.averagePool(mixed, 3)]);
    if (partial === 1) return mixture;
    return net.shuffle(net.concatenate([mixture, net.truncate(from, width - width / partial, width / partial)]), partial);
  };
  const cell = (from: number, width: number) => {
    const middle = edge(from, 0, width);
    return net.sum([edge(from, 1, width), edge(middle, 2, width)]);
  };
  const first = cell(net.batchNorm(net.convolution(net.image, 3, channels)), channels);
  const reduced = convolution(first, 3, 2 * channels, 2);
  net.linear(net.globalAveragePool(net.activation(net.batchNorm(cell(reduced, 2 * channels)), "relu")), 3);
  return net.network();
}

const skeleton = {
  units: [{ channels: 8, stride: 2, squeezeExcitation: true }],
  ...{ widthMultiplier: 1, stemChannels: 8, stemStride: 1, finalChannels: 16, featureChannels: 16 },
  ...{ imageSize: 6, imageChannels: 2, classes: 3 },
};
assert.equal(problemsOf(mobilenet.options, skeleton), []);
const mobile = mobilenet.create(skeleton as never, {} as never) as Space;

interface Case {
  readonly partial?: number;
  readonly affine?: boolean;
  readonly unsampled?: "still" | "drift";
}

async function learnerBy(
  backend: "pytorch" | "wasm",
  { partial = 1, affine = false, unsampled = "still" }: Case,
  options: BackendOptions = backend === "pytorch" ? { device: "cpu", python: PYTHON } : {},
) {
  const definition = mixtureDefinition(openNetwork(partial), dataset, { affine, unsampled }, 1);
  const learner = await (await backendOf({ ...options, backend })).mixtures(definition);
  /** Weights and running moments, which are the first that is saved. */
  const weights = async () => {
    const state = await learner.save();
    let at = 0;
    const values = definition.weights.map(({ length }) => state.slice(at, (at += length)));
    return backend === "pytorch" ? learntWeights(definition.network, values) : values;
  };
  return { learner, weights };
}

function batchOf(of: Batch["of"], rng: Rng, size = SIZE): Batch {
  return { of, rows: Int32Array.from({ length: size }, () => rng.below(30)), drawn: drawAugmentation(dataset, size, rng) };
}

const dense = (rng: Rng): Mixture =>
  Array.from({ length: EDGES }, () => Array.from({ length: OPERATIONS }, () => 0.1 + rng.next() / OPERATIONS));
/** @param operations  of each edge */
const path = (...operations: readonly number[]): Mixture =>
  operations.map((operation) => Array.from({ length: OPERATIONS }, (_, k) => Number(k === operation)));
const drawnPath = (rng: Rng): Mixture => path(...Array.from({ length: EDGES }, () => rng.below(OPERATIONS)));

function stepsOf(count: number, mixture: (rng: Rng) => Mixture, rule: Partial<Rule & { optimizer: "sgd" }> = {}, clip = 0): LearningStep[] {
  const rng = randomStream(3, "/steps");
  return Array.from({ length: count }, (_, step) => ({
    ...{ batch: batchOf("train", rng), mixture: mixture(rng), clip, all: step % 2 === 1, momentum: 1 / (step + 1), held: false },
    rule: { optimizer: "sgd", rate: 0.05, momentum: 0.9, nesterov: true, decay: 1e-2, ...rule },
  }));
}

const VALIDATION: readonly Batch[] = [
  { of: "validation", rows: Int32Array.from({ length: 20 }, (_, row) => row) },
  { of: "validation", rows: Int32Array.from({ length: 10 }, (_, row) => 20 + row) },
];
const estimates = randomStream(4, "/estimates");
const MOMENTS: readonly Moments[] = [
  { by: "batch" },
  { by: "running" },
  { by: "estimated", batches: [batchOf("train", estimates, 30), batchOf("train", estimates, 30)] },
];

/** @param close  the largest difference, beside `close` of the larger */
function agree(found: readonly number[], expected: readonly number[], close: number, what: string): void {
  assert.is(found.length, expected.length, what);
  for (const [i, value] of found.entries()) {
    const wanted = expected[i]!;
    assert.is(Number.isNaN(value), Number.isNaN(wanted), `${what} ${i}: ${value} instead of ${wanted}`);
    assert.not.ok(Math.abs(value - wanted) > close * (1 + Math.abs(wanted)), `${what} ${i}: ${value} instead of ${wanted}`);
  }
}

function agreeJudged(found: readonly Judged[], expected: readonly Judged[], close: number): void {
  for (const [i, { loss, gradient, outputs, norm = 0 }] of found.entries()) {
    const wanted = expected[i]!;
    agree([loss, norm, ...outputs], [wanted.loss, wanted.norm ?? 0, ...wanted.outputs], close, `of step ${i}, loss, norm or sum`);
    agree(gradient.flat(), wanted.gradient.flat(), close, `of step ${i}, gradient by weight`);
  }
}

for (const [name, of, mixture] of [
  ["dense mixtures", {}, dense],
  ["single paths", {}, drawnPath],
  ["partial channels", { partial: 4 }, dense],
  ["normalisations that learn, and weights that drift", { affine: true, unsampled: "drift" }, drawnPath],
] as const)
  withTorch(`gradients, losses and weights are those of wasm but for rounding: ${name}`, async () => {
    const [ours, theirs] = [await learnerBy("wasm", of), await learnerBy("pytorch", of)];
    const rng = randomStream(2, "/judged");
    const judged = [batchOf("validation", rng), batchOf("train", rng)].flatMap((batch) =>
      [mixture(rng), path(0, 3, 0), path(0, 0, 0)].flatMap((mixture) =>
        [false, true].map(
          (all) =>
            ({ learner }: { learner: MixtureLearner }) =>
              learner.judge(batch, mixture, { all, keep: true }),
        ),
      ),
    );
    for (const judge of judged) agreeJudged([await judge(theirs)], [await judge(ours)], 2e-6);
    const steps = stepsOf(8, mixture, {}, 1);
    agreeJudged(await theirs.learner.learn(steps), await ours.learner.learn(steps), 1e-5);
    const plain = stepsOf(4, mixture, { nesterov: false, momentum: 0 });
    agreeJudged(await theirs.learner.learn(plain), await ours.learner.learn(plain), 2e-5);
    const summed = stepsOf(6, mixture).map((step, i) => ({ ...step, held: i % 3 < 2 }));
    agreeJudged(await theirs.learner.learn(summed), await ours.learner.learn(summed), 5e-5);
    const expected = await ours.weights();
    for (const [i, weights] of (await theirs.weights()).entries()) agree([...weights], [...expected[i]!], 2e-5, `weight of ${i}`);
    for (const moments of MOMENTS)
      for (const mixture of [dense(rng), path(1, 3, 2), path(0, 0, 4), path(4, 0, 0), path(0, 0, 0)])
        assert.is(
          await theirs.learner.right(mixture, VALIDATION, moments),
          await ours.learner.right(mixture, VALIDATION, moments),
          `by ${moments.by}`,
        );
    for (const { learner } of [ours, theirs]) learner.dispose();
  });

withTorch(
  "gradients, losses and weights are those of wasm on mobilenet: depths, depthwise convolutions, squeeze-and-excitation",
  async () => {
    const { edges, network } = mobile.open!();
    const learners = await Promise.all(
      (["wasm", "pytorch"] as const).map(async (backend) =>
        (await backendOf(backend === "pytorch" ? { backend, device: "cpu", python: PYTHON } : { backend })).mixtures(
          mixtureDefinition(network, dataset, { affine: true, unsampled: "still" }, 1),
        ),
      ),
    );
    const [ours, theirs] = learners as [MixtureLearner, MixtureLearner];
    const rng = randomStream(7, "/mobile");
    const mixed = (): Mixture => edges.map(({ operations }) => operations.map(() => (0.5 + rng.next()) / operations.length));
    const paths = ["2:3,5,0,0:3,6,0,0", "4:3,5,7,3:6,4,3,3"].map((text) => pathOf(mobile.open!(), mobile.decode(text)));
    for (const [mixture, all] of [[mixed(), false], ...paths.flatMap((path) => [[path, false] as const, [path, true] as const])] as const) {
      const [batch, asked] = [batchOf("validation", rng), { all, keep: true }];
      agreeJudged([await theirs.judge(batch, mixture, asked)], [await ours.judge(batch, mixture, asked)], 1e-5);
    }
    const steps = stepsOf(4, () => paths[rng.below(2)]!, {}, 1);
    agreeJudged(await theirs.learn(steps), await ours.learn(steps), 1e-4);
    for (const learner of learners) learner.dispose();
  },
);

for (const unsampled of ["still", "drift"] as const)
  withTorch(`a search that goes on from what was saved ends with the same bits: weights ${unsampled}`, async () => {
    const steps = stepsOf(10, drawnPath, {}, 1);
    const whole = (await learnerBy("pytorch", { unsampled })).learner;
    const losses = await whole.learn(steps);
    const expected = await whole.save();
    for (const kept of [0, 4, 9]) {
      const first = (await learnerBy("pytorch", { unsampled })).learner;
      await first.learn(steps.slice(0, kept));
      const saved = await first.save();
      const second = (await learnerBy("pytorch", { unsampled })).learner;
      await second.learn(steps.slice(0, 1)); // of something else
      await second.restore(saved);
      assert.equal(await second.learn(steps.slice(kept)), losses.slice(kept));
      assert.equal(await second.save(), expected);
    }
  });

withTorch("what is remembered is recalled to the bit, and the weights move along the gradient that was kept", async () => {
  const { learner } = await learnerBy("pytorch", { unsampled: "drift" });
  const rng = randomStream(5, "/moved");
  await learner.learn(stepsOf(3, drawnPath));
  const [batch, mixture] = [batchOf("train", rng), dense(rng)];
  await learner.remember();
  const before = await learner.save();
  const { loss, norm } = await learner.judge(batch, mixture, { all: false, keep: true });
  const step = 1e-3 / norm!;
  const losses: number[] = [];
  for (const times of [step, -2 * step]) {
    await learner.move(times);
    losses.push((await learner.judge(batch, mixture, { all: false, keep: false })).loss);
  }
  // A gradient's length is the slope along it.
  assert.ok(Math.abs((losses[0]! - losses[1]!) / 2e-3 - norm!) < 0.01 * norm!, `${losses} about ${loss}, with a slope of ${norm}`);
  await learner.learn(stepsOf(3, drawnPath));
  await learner.recall();
  assert.equal(await learner.save(), before);
});

withTorch("operations of weight 0 do not learn, and are computed only where that is asked for", async () => {
  const { learner, weights } = await learnerBy("pytorch", {});
  const before = await weights();
  const [step] = stepsOf(1, () => path(3, 3, 3));
  const [computed] = await learner.learn([{ ...step!, all: true }]);
  const [alone] = await learner.learn([{ ...step!, all: false }]);
  assert.ok(computed!.gradient.flat().every((slope) => Number.isFinite(slope)));
  assert.equal(
    alone!.gradient.map((slopes) => slopes.map(Number.isNaN)),
    path(3, 3, 3).map((edge) => edge.map((weight) => weight === 0)),
  );
  const [filter, kernels] = [8 * 8, 9 * 8 * 8];
  const after = await weights();
  const moved = (size: number) =>
    after.filter((values, i) => values.length === size && values.some((value, k) => value !== before[i]![k])).length;
  assert.is(moved(filter), 0);
  assert.is(moved(kernels), EDGES);
});

/** How a mixture is judged, as if by the processor in float32, but for some share of the gradient's length. */
async function judgesClosely(options: BackendOptions, share: number): Promise<void> {
  const rng = randomStream(6, "/close");
  const [batch, mixture] = [batchOf("train", rng, 60), dense(rng)];
  const judgedBy = async (options: BackendOptions) => {
    const { learner } = await learnerBy("pytorch", {}, { python: PYTHON, ...options });
    return learner.judge(batch, mixture, { all: false, keep: true });
  };
  const [exact, found] = [await judgedBy({ device: "cpu" }), await judgedBy(options)];
  assert.not.equal(found.loss, exact.loss);
  agree([found.loss, found.norm!], [exact.loss, exact.norm!], share / 10, "loss or norm");
  const expected = exact.gradient.flat();
  const differences = found.gradient.flat().map((slope, i) => slope - expected[i]!);
  assert.ok(Math.hypot(...differences) < share * Math.hypot(...expected), `${found.gradient} instead of ${expected}`);
}

withTorch("mixed precision finds the same gradients, less exactly", () => judgesClosely({ device: "cpu", precision: "mixed" }, 0.3));

when(test, hasCuda, CUDA_ABSENT)("a card finds the same gradients, within TF32's rounding", () => judgesClosely({ device: "cuda" }, 0.1));

test.run();
