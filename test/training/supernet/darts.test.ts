import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { type DatasetSpec, datasetSchema } from "../../../core/training/dataset-spec.ts";
import { planSupernet } from "../../../core/training/supernet.ts";
import darts from "../../../spaces/darts.ts";
import { openDataset } from "../../../training/datasets/dataset.ts";
import { TrainableNetwork } from "../../../training/network/network-builder.ts";
import { SupernetWeights } from "../../../training/supernet/supernet.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { accuracy, operationsOfBackend } from "../../../training/train.ts";
import { thorough } from "../../when.ts";
import { settingsOf } from "./toy-supernet.ts";

function complete<T>(schema: object, value: object): T {
  const filled = structuredClone(value);
  assert.equal(problemsOf(schema, filled), []);
  return filled as T;
}
const space = darts.create(complete(darts.options, { channels: 8, cells: 3, imageSize: 8, imageChannels: 1 }), {}) as Space;
const STEPS = 20; // of an epoch
const EPOCHS = thorough ? 40 : 2;

test("sub-networks of a supernet of darts learn together, and one that is taken out is as it was in it", async () => {
  await openBackend("wasm");
  const split = { train: 900, validation: 400, test: 400 };
  const dataset = await openDataset(complete<DatasetSpec>(datasetSchema, { name: "digits", split }));
  const settings = settingsOf({ epochs: EPOCHS, batchSize: 45, learningRate: 0.02 });
  const shrinking = { epochs: 1, learningRate: 0.1, distillation: 0 };
  const { sample, ...plan } = planSupernet(space, { sampling: "uniform", settings, seed: 1, perStep: 1, shrinking });
  const supernet = new SupernetWeights({ ...plan, settings, seed: 1, dataset, calibration: 2 });
  const rng = randomStream(1, "/test");
  const networks = Array.from({ length: 8 }, () => space.network!(space.sample(rng)));
  for (let epoch = 1; epoch <= EPOCHS; epoch++) await supernet.train(epoch, sample(epoch, STEPS));

  const accuracies: number[] = [];
  for (const network of networks) accuracies.push(await supernet.accuracy(network, "validation"));
  const mean = accuracies.reduce((sum, each) => sum + each) / accuracies.length;
  if (thorough) assert.ok(mean > 20, `${accuracies}, where guessing gives 10 %`);

  const alone = new TrainableNetwork(operationsOfBackend(), networks[0]!, rng, 0);
  alone.restore(await supernet.extract(networks[0]!));
  assert.is(await accuracy((images) => alone.predict(images), dataset, dataset.validation), accuracies[0]);
  alone.dispose();
  supernet.dispose();
});

test.run();
