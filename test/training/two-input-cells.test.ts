import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { type DatasetSpec, datasetSchema } from "../../core/training/dataset-spec.ts";
import { type TrainingSettings, trainingSchema } from "../../core/training/settings.ts";
import darts from "../../spaces/darts.ts";
import nasnet from "../../spaces/nasnet.ts";
import { trainerThreads, WorkerTrainer } from "../../training/trainer.ts";
import { thorough } from "../when.ts";

function complete<T>(schema: object, value: object): T {
  const filled = structuredClone(value);
  assert.equal(problemsOf(schema, filled), []);
  return filled as T;
}
const skeleton = { channels: 8, cells: 3, imageSize: 8, imageChannels: 1 };
const dataset = complete<DatasetSpec>(datasetSchema, { name: "digits", split: { train: 900, validation: 400, test: 400 } });
const settings = complete<TrainingSettings>(trainingSchema, { epochs: 4, batchSize: 45, validateEvery: 4 });
const trainer = new WorkerTrainer(".", new Map(), trainerThreads(2));

for (const [plugin, count] of [
  [darts, thorough ? 20 : 2],
  [nasnet, thorough ? 5 : 1],
] as const)
  test(`architectures of ${plugin.name} learn digits`, async () => {
    const space = plugin.create(complete(plugin.options, skeleton), {}) as Space;
    const rng = randomStream(1, "/test");
    for (let i = 0; i < count; i++) {
      const architecture = space.sample(rng);
      const { epochs } = await trainer.train({ network: space.network!(architecture), dataset, settings, seed: 1 });
      const { validation } = epochs.at(-1)!;
      assert.ok(validation! > 40, `${space.encode(architecture)}: ${validation} %, where guessing gives 10 %`);
    }
  });

test.after(() => trainer.close());

test.run();
