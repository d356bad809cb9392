import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { CurvePoint, EvaluationContext, Evaluator } from "../../core/plugin/evaluator.ts";
import type { Space } from "../../core/plugin/space.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import { costOf, live } from "../../core/space/network.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import type { BackendOptions } from "../../core/training/settings.ts";
import { checkFit, type Trainer, type TrainingObserver, type TrainingRequest } from "../../core/training/trainer.ts";
import type { Workload } from "../../core/training/workload.ts";
import training from "../../evaluators/training.ts";
import nasBench201 from "../../spaces/nas-bench-201.ts";
import { evaluatorContract } from "../contracts/evaluator.ts";

function spaceOf(options: object): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(nasBench201.options, complete), []);
  return nasBench201.create(complete as never, {}) as Space;
}
const space = spaceOf({ channels: 4, stages: 1, imageSize: 8, imageChannels: 1 });

/** Instead of training, gives an accuracy that follows from the request. */
class FakeTrainer implements Trainer {
  readonly places = 2;
  readonly requests: TrainingRequest[] = [];
  async prepare(_: DatasetSpec, backend: BackendOptions = {}, work?: Workload) {
    const summary = { name: "digits", classes: 10, shape: [8, 8, 1], counts: { train: 3, validation: 2, test: 1 } } as const;
    if (work) checkFit(work.network, summary);
    return { summary, backend };
  }
  async train(request: TrainingRequest, observer?: TrainingObserver) {
    this.requests.push(request);
    observer?.epoch?.({ epoch: 1, loss: 2, seconds: 1 });
    const accuracy = (costOf(request.network).parameters + request.seed) % 100;
    const last = { epoch: request.settings.epochs, loss: 1, validation: accuracy, seconds: 3, ...(request.test && { test: accuracy / 2 }) };
    const weights = request.keep && { weights: [Float32Array.of(request.settings.epochs)] };
    return { epochs: [{ epoch: 1, loss: 2, seconds: 1 }, last], seconds: 3.5, ...weights };
  }
  async supernet(): Promise<never> {
    throw new Error("no supernet is wanted here");
  }
  async shareWeights(): Promise<never> {
    throw new Error("no shared weights are wanted here");
  }
}

async function create(options: object = {}, trainer: Trainer = new FakeTrainer(), of = space): Promise<Evaluator> {
  const complete = structuredClone({ dataset: { name: "digits" }, ...options });
  assert.equal(problemsOf(training.options, complete), []);
  const terminal = { interactive: true, columns: 30, write: (text: string) => void written.push(text) };
  return await training.create(complete as never, { space: of, trainer, seed: 7, terminal, clock: () => (now += 1000) });
}
let now = 0;
const written: string[] = [];
const cell = space.decode("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|");

for (const [title, run] of evaluatorContract("training", space, () => create())) test(title, run);

test("training gives the accuracy after the last epoch and charges the seconds of all", async () => {
  const evaluator = await create({ training: { epochs: 2 } });
  const score = (costOf(space.network!(cell)).parameters + 7) % 100;
  assert.equal(await evaluator.evaluate(cell, undefined, OUTSIDE_A_RUN), { score, seconds: 3.5 });
  assert.is(evaluator.metric.epochs, 2);
  assert.is(evaluator.metric.dataset, "digits");
});

const epochsOf = ({ requests }: FakeTrainer) => requests.map(({ settings }) => settings.epochs);

test("training trains for fewer epochs at a lower fidelity, with a schedule of its own", async () => {
  const trainer = new FakeTrainer();
  const { fidelities, evaluate, test: report } = await create({ training: { epochs: 9 }, fidelities: [3, 1] }, trainer);
  assert.equal(fidelities, [1, 3, 9]);
  for (const fidelity of [3, 1, undefined]) await evaluate(cell, fidelity, OUTSIDE_A_RUN);
  await report!(cell);
  assert.equal(epochsOf(trainer), [3, 1, 9, 9]);
});

test("training refuses a lower fidelity that is not lower", async () => {
  await create({ training: { epochs: 9 }, fidelities: [3, 9] }).then(
    () => assert.unreachable(),
    ({ code, message }) => assert.ok(code === "FIDELITY_INVALID" && /9 epochs as a lower fidelity/.test(message), message),
  );
});

test("training looks at test images for the report only", async () => {
  const trainer = new FakeTrainer();
  const evaluator = await create({}, trainer);
  const { score } = await evaluator.evaluate(cell, undefined, OUTSIDE_A_RUN);
  assert.equal(
    trainer.requests.map((request) => request.test),
    [false],
  );
  assert.is((await evaluator.test!(cell)).value, score / 2);
});

test("training gives networks away with their weights, trained for longer if that is wanted", async () => {
  const { trained } = await create({ training: { epochs: 2 } });
  assert.equal(await trained!(cell, 0), { network: live(space.network!(cell)), weights: [Float32Array.of(2)] });
  assert.equal((await trained!(cell, 3)).weights, [Float32Array.of(5)]);
});

test("training trains with the run's seed, or with the manifest's", async () => {
  const trainer = new FakeTrainer();
  await (await create({}, trainer)).evaluate(cell, undefined, OUTSIDE_A_RUN);
  await (await create({ seed: 3 }, trainer)).evaluate(cell, undefined, OUTSIDE_A_RUN);
  assert.equal(
    trainer.requests.map(({ seed }) => seed),
    [7, 3],
  );
});

test("training tells of its epochs that are validated, and ends where it is told to", async () => {
  const trainer = new FakeTrainer();
  trainer.train = async ({ settings }, observer) => {
    const epochs = [];
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const result = { epoch, loss: 1, seconds: epoch, ...(epoch % 2 === 0 && { validation: 10 * epoch }) };
      epochs.push(result);
      if (observer?.epoch?.(result) === false) break;
    }
    return { epochs, seconds: epochs.length };
  };
  const { evaluate, places } = await create({ training: { epochs: 8 }, fidelities: [6] }, trainer);
  const told: CurvePoint[] = [];
  const until = (last: number): EvaluationContext => ({
    ...OUTSIDE_A_RUN,
    progress: (point) => told.push(point) > 0 && point.epoch < last,
  });
  assert.equal(await evaluate(cell, undefined, until(4)), { score: 40, seconds: 4, stoppedAfter: 4 });
  assert.equal(told, [
    { epoch: 2, value: 20 },
    { epoch: 4, value: 40 },
  ]);
  assert.equal(await evaluate(cell, 6, until(6)), { score: 60, seconds: 6 }, "after all its epochs nothing was ended");
  assert.is(places, 2);
});

test("training charges nothing if the manifest says so", async () => {
  const evaluator = await create({ charge: "nothing" });
  assert.is((await evaluator.evaluate(cell, undefined, OUTSIDE_A_RUN)).seconds, 0);
});

test("training says how far it is, within a line of the terminal", async () => {
  written.length = 0;
  await (await create()).evaluate(cell, undefined, OUTSIDE_A_RUN);
  assert.equal(written, ["\r\u001b[2Ktraining: epoch 1 of 12, loss"]);
});

test("training refuses a space whose networks do not take the dataset's images", async () => {
  await create({}, new FakeTrainer(), spaceOf({ imageSize: 32, imageChannels: 3 })).then(
    () => assert.unreachable(),
    (error) => {
      assert.is(error.code, "NETWORK_MISFIT");
      assert.match(error.message, "8 × 8 × 1 in 10 classes");
      assert.match(error.message, "32 × 32 × 3 in 10 classes");
    },
  );
});

test("training refuses a space that has no networks", async () => {
  const { network: _, ...bare } = space;
  await create({}, new FakeTrainer(), bare).then(
    () => assert.unreachable(),
    (error) => assert.is(error.code, "NETWORK_MISSING"),
  );
});

test.run();
