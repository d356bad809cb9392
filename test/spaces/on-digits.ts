/** Trainings on `digits` that are short, for tests that an architecture can be trained. @module */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { type DatasetSpec, datasetSchema } from "../../core/training/dataset-spec.ts";
import { type TrainingSettings, trainingSchema } from "../../core/training/settings.ts";
import { trainerThreads, WorkerTrainer } from "../../training/trainer.ts";
import { thorough, when } from "../when.ts";

/** `test` in CI, where there is the time to train. */
export const inCi = when(test, thorough, "architectures of each space are trained in CI: set the variable CI");

/** How many architectures are trained. */
const MANY = 2;

function complete<T>(schema: object, value: object): T {
  const filled = structuredClone(value);
  assert.equal(problemsOf(schema, filled), []);
  return filled as T;
}

/**
 * Trains architectures that are drawn from the space.
 * @returns their validation accuracies in percent; chance has 10
 */
export async function trainedOnDigits(space: Space, epochs: number): Promise<number[]> {
  const dataset = complete<DatasetSpec>(datasetSchema, { name: "digits", split: { train: 600, validation: 300, test: 300 } });
  const settings = complete<TrainingSettings>(trainingSchema, { epochs, batchSize: 30, validateEvery: epochs });
  const rng = randomStream(1, "/digits");
  const trainer = new WorkerTrainer(".", new Map(), trainerThreads(2));
  try {
    await trainer.prepare(dataset, { backend: "wasm" });
    const networks = Array.from({ length: MANY }, () => space.network!(space.sample(rng)));
    const trainings = await Promise.all(networks.map((network) => trainer.train({ network, dataset, settings, seed: 1 })));
    return trainings.map(({ epochs }) => epochs.at(-1)!.validation!);
  } finally {
    await trainer.close();
  }
}
