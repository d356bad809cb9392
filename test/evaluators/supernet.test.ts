import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Evaluator } from "../../core/plugin/evaluator.ts";
import type { Space } from "../../core/plugin/space.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import { costOf, type Network } from "../../core/space/network.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import type { BackendOptions } from "../../core/training/settings.ts";
import type { SupernetListener, SupernetRequest } from "../../core/training/supernet.ts";
import { checkFit, type Trainer, type TrainingRequest } from "../../core/training/trainer.ts";
import type { Workload } from "../../core/training/workload.ts";
import supernet from "../../evaluators/supernet.ts";
import nasBench201 from "../../spaces/nas-bench-201.ts";
import { evaluatorContract } from "../contracts/evaluator.ts";

function spaceOf(options: object): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(nasBench201.options, complete), []);
  return nasBench201.create(complete as never, {}) as Space;
}
const space = spaceOf({ channels: 4, stages: 1, imageSize: 8, imageChannels: 1 });

/** Instead of training, tells of all epochs; accuracies follow from the network and the seed. */
class FakeTrainer implements Trainer {
  readonly places = 2;
  readonly requests: SupernetRequest[] = [];
  readonly tested: Network[] = [];
  async prepare(_: DatasetSpec, backend: BackendOptions = {}, work?: Workload) {
    const summary = { name: "digits", classes: 10, shape: [8, 8, 1], counts: { train: 3, validation: 2, test: 1 } } as const;
    if (work) checkFit(work.network, summary);
    return { summary, backend };
  }
  async train({ settings, first }: TrainingRequest) {
    const weights = first!.map((values) => values.map((value) => value + settings.epochs));
    return { epochs: [{ epoch: settings.epochs, loss: 1, seconds: 1 }], seconds: 1, weights };
  }
  async supernet(request: SupernetRequest, listener: SupernetListener) {
    this.requests.push(request);
    const epochs = request.phases.reduce((sum, phase) => sum + phase.epochs, 0);
    const accuracy = (network: Network) => (costOf(network).parameters + request.seed) % 100;
    return {
      train: async () => {
        listener.note("something is damaged");
        for (let epoch = 1; epoch <= epochs; epoch++) listener.epoch({ epoch, phase: request.phases[0]!.name, loss: 2 / epoch });
      },
      evaluate: async (network: Network) => ({ validation: accuracy(network), seconds: 0.5 }),
      test: async (network: Network) => {
        this.tested.push(network);
        return accuracy(network) / 2;
      },
      extract: async (network: Network) => ({ network, weights: [Float32Array.of(1)] }),
    };
  }
  async shareWeights(): Promise<never> {
    throw new Error("no shared weights are wanted here");
  }
}

async function create(options: object = {}, trainer: Trainer = new FakeTrainer(), of = space): Promise<Evaluator> {
  const complete = structuredClone({ dataset: { name: "digits" }, training: { epochs: 3 }, ...options });
  assert.equal(problemsOf(supernet.options, complete), []);
  const terminal = { interactive: true, columns: 46, write: (text: string) => void written.push(text) };
  return await supernet.create(complete as never, { space: of, trainer, terminal, clock: () => (now += 150) });
}
let now = 0;
const written: string[] = [];
const cell = space.decode("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|");

for (const [title, run] of evaluatorContract("supernet", space, () => create())) test(title, run);

test("supernet measures by one supernet for all runs, and is charged for measuring alone", async () => {
  const trainer = new FakeTrainer();
  const evaluator = await create({ parallel: 2 }, trainer);
  assert.equal(await evaluator.evaluate(cell, undefined, OUTSIDE_A_RUN), {
    score: (costOf(space.network!(cell)).parameters + 1) % 100,
    seconds: 0.5,
  });
  assert.is((await (await create({ charge: "nothing" })).evaluate(cell, undefined, OUTSIDE_A_RUN)).seconds, 0);
  assert.equal([evaluator.concurrency, evaluator.metric.epochs, evaluator.metric.dataset], [2, 3, "digits"]);
  assert.not(supernet.needs.includes("seed" as never), "the run's seed has no part in it");
});

test("supernet looks at test images for the report only", async () => {
  const trainer = new FakeTrainer();
  const evaluator = await create({}, trainer);
  const { score } = await evaluator.evaluate(cell, undefined, OUTSIDE_A_RUN);
  assert.equal(trainer.tested, []);
  const { value, metric } = await evaluator.test!(cell);
  assert.equal([value, metric.split], [score / 2, "test"]);
});

test("supernet gives sub-networks away with their weights, and trains them on if that is wanted", async () => {
  const evaluator = await create();
  assert.equal(await evaluator.trained!(cell, 0), { network: space.network!(cell), weights: [Float32Array.of(1)] });
  assert.equal((await evaluator.trained!(cell, 5)).weights, [Float32Array.of(6)]);
});

test("supernet asks for what the manifest says", async () => {
  const trainer = new FakeTrainer();
  await create({ sampling: "fair", seed: 9, calibration: 2, folder: "nets", backend: "cpu" }, trainer);
  const [{ seed, calibration, folder, backend, phases, envelope, sample }] = trainer.requests as [SupernetRequest];
  assert.equal([seed, calibration, folder, backend], [9, 2, "nets", "cpu"]);
  assert.equal(
    phases.map(({ name, epochs }) => [name, epochs]),
    [["fair", 3]],
  );
  assert.equal([envelope.length, sample(1, 2).map((step) => step.length)], [5, [5, 5]]);
});

test("supernet says how far the training is, now and then and at the end, and what else people should know", async () => {
  written.length = 0;
  const evaluator = await create();
  assert.equal(written, [], "it trains when it is asked to prepare, or to measure");
  await evaluator.prepare!();
  assert.equal(written, [
    "\r\u001b[2Ksupernet: something is damaged\n",
    "\r\u001b[2Ksupernet: epoch 2 of 3 (uniform), loss 1.000",
    "\r\u001b[2Ksupernet: epoch 3 of 3 (uniform), loss 0.667\n",
  ]);
});

test("supernet refuses a space whose networks do not take the dataset's images, and a sampling that the space has not", async () => {
  const refused = async (code: string, options: object, of: Space) =>
    create(options, new FakeTrainer(), of).then(
      () => assert.unreachable(),
      (error) => assert.is(error.code, code),
    );
  await refused("NETWORK_MISFIT", {}, spaceOf({ imageSize: 32, imageChannels: 3 }));
  await refused("SUPERNET_IMPOSSIBLE", { sampling: "progressive" }, space);
});

test.run();
