import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { type Network, NetworkWriter } from "../../core/space/network.ts";
import { type DatasetSpec, datasetSchema } from "../../core/training/dataset-spec.ts";
import { type TrainingSettings, trainingSchema } from "../../core/training/settings.ts";
import type { EpochResult } from "../../core/training/trainer.ts";
import nasBench201 from "../../spaces/nas-bench-201.ts";
import { trainerThreads, WorkerTrainer } from "../../training/trainer.ts";

function complete<T>(schema: object, value: object): T {
  const filled = structuredClone(value);
  assert.equal(problemsOf(schema, filled), []);
  return filled as T;
}
const skeleton = { channels: 4, stages: 2, cellsPerStage: 1, reduction: "pool", imageSize: 8, imageChannels: 1 };
const space = nasBench201.create(complete(nasBench201.options, skeleton), {}) as Space;
const dataset = complete<DatasetSpec>(datasetSchema, { name: "digits", split: { train: 300, validation: 100, test: 100 } });
const settings = complete<TrainingSettings>(trainingSchema, { epochs: 2, batchSize: 30 });
const request = (cell: string, more: object = {}) => ({ network: space.network!(space.decode(cell)), dataset, settings, seed: 1, ...more });
const CELL = "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|avg_pool_3x3~1|none~2|";
/** The same with a convolution into a node that nothing reads. */
const WITH_DEAD_EDGE = "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|none~0|avg_pool_3x3~1|none~2|";

/** A normal and a reduction cell as DARTS has them: every operation that its space has, summed up in nodes that are concatenated. */
function differentiableCells(): Network {
  const net = new NetworkWriter([8, 8, 1]);
  const normalised = (x: number, kernel: number, channels: number) => net.batchNorm(net.convolution(x, kernel, channels));
  const separable = (x: number, kernel: number, channels: number, stride: number, dilation = 1) => {
    const depthwise = net.depthwise(net.activation(x, "relu"), kernel, stride, undefined, dilation);
    return normalised(depthwise, 1, channels);
  };
  const cell = (x: number, channels: number, stride: number) => {
    const from = normalised(net.activation(x, "relu"), 1, channels);
    const halves = [from, net.shift(from)].map((half) => net.convolution(half, 1, channels / 2, stride));
    const identity = stride === 1 ? from : net.batchNorm(net.concatenate(halves));
    const pooled = net.sum([net.batchNorm(net.maxPool(from, 3, stride)), net.batchNorm(net.averagePool(from, 3, stride))]);
    const twice = (kernel: number) => separable(separable(from, kernel, channels, stride), kernel, channels, 1);
    const dilated = [3, 5].map((kernel) => separable(from, kernel, channels, stride, 2));
    return net.concatenate([net.sum([identity, ...dilated]), net.sum([twice(3), twice(5)]), pooled]);
  };
  const cells = cell(cell(normalised(net.image, 3, 8), 8, 1), 16, 2);
  net.linear(net.globalAveragePool(cells), 10);
  return net.network();
}

const inputs = new Map<string, string>();
const trainer = new WorkerTrainer(".", inputs, trainerThreads(2));

test("a dataset that is prepared is summed up, and becomes an input with the backend", async () => {
  const { summary } = await trainer.prepare(dataset, { backend: "wasm" });
  assert.equal(summary, { name: "digits", classes: 10, shape: [8, 8, 1], counts: { train: 300, validation: 100, test: 100 } });
  assert.equal([...inputs.keys()].sort(), ["backend", "dataset digits"]);
  assert.match(inputs.get("backend")!, /^wasm \d/);
});

test("a training tells its epochs in order, before it is done, and repeats in another trainer", async () => {
  const told: EpochResult[] = [];
  const { epochs } = await trainer.train(request(CELL, { test: true }), { epoch: (epoch) => told.push(epoch) > 0 });
  assert.equal(told, epochs);
  assert.is(epochs.length, 2);
  const other = new WorkerTrainer(".");
  const again = await other.train(request(CELL, { test: true })).finally(() => other.close());
  const numbers = ({ loss, validation, test }: EpochResult) => ({ loss, validation, test });
  assert.equal(again.epochs.map(numbers), epochs.map(numbers));
});

test("cells of separable and dilated convolutions, both pools and factorised reductions learn digits", async () => {
  const few = { ...settings, epochs: 5 };
  const { epochs } = await trainer.train({ network: differentiableCells(), dataset, settings: few, seed: 1 });
  assert.ok(epochs[4]!.validation! > 75, `${epochs[4]!.validation} %, where guessing gives 10 %`);
});

test("networks with equal live parts are trained once; several trainings are under way", async () => {
  const [first, same, other] = await Promise.all([
    trainer.train(request(CELL)),
    trainer.train(request(WITH_DEAD_EDGE)),
    trainer.train(request(CELL, { seed: 2 })),
  ]);
  assert.is(first, same);
  assert.not.equal(first.epochs[0]!.loss, other.epochs[0]!.loss);
});

test("a training that two wait for ends for each of them where it wants, and is trained once", async () => {
  const long = request(CELL, { settings: { ...settings, epochs: 4 }, seed: 5 });
  const told = { first: 0, second: 0 };
  const [first, second] = await Promise.all([
    trainer.train(long, { epoch: ({ epoch }) => ++told.first > 0 && epoch < 2 }),
    trainer.train(long, { epoch: ({ epoch }) => ++told.second > 0 && epoch < 3 }),
  ]);
  assert.equal([first.epochs.length, second.epochs.length], [2, 3]);
  assert.equal(first.epochs, second.epochs.slice(0, 2));
  assert.is(first.seconds, first.epochs[1]!.seconds);
  assert.equal(told, { first: 2, second: 3 });
  const whole = await trainer.train(long);
  const again = await trainer.train(long, { epoch: ({ epoch }) => epoch < 2 });
  assert.is(whole.epochs.length, 4);
  assert.equal(again.epochs, whole.epochs.slice(0, 2), "what is known is told again, as far as it is wanted");
  assert.equal(
    whole.epochs.slice(0, 3).map(({ loss }) => loss),
    second.epochs.map(({ loss }) => loss),
  );
});

test("a training that nobody waits for any more is given up, and is trained anew when somebody asks again", async () => {
  const endless = request(CELL, { settings: { ...settings, epochs: 100_000 }, seed: 6 });
  const abort = new AbortController();
  const left = trainer.train(endless, { epoch: () => true, signal: abort.signal });
  const other = trainer.train(endless, { epoch: ({ epoch }) => epoch < 3 });
  assert.is((await other).epochs.length, 3);
  abort.abort(new Error("enough"));
  await left.then(
    () => assert.unreachable(),
    ({ message }) => assert.is(message, "enough"),
  );
  await trainer.train(endless, { signal: abort.signal }).then(
    () => assert.unreachable(),
    ({ message }) => assert.is(message, "enough"),
  );
  assert.is((await trainer.train(endless, { epoch: ({ epoch }) => epoch < 2 })).epochs.length, 2);
});

test("errors of a training arrive with their codes", async () => {
  const expectCode = (promise: Promise<unknown>, code: string) =>
    promise.then(
      () => assert.unreachable(),
      (error) => assert.is(error.code, code),
    );
  const hasty = { ...settings, learningRate: 100 };
  await expectCode(trainer.train(request(CELL, { settings: hasty })), "TRAINING_DIVERGED");
  await expectCode(trainer.prepare({ ...dataset, name: "idx", files: { train: ["none", "none"] } }), "CANNOT_READ");
});

test.after(() => trainer.close());
test.run();
