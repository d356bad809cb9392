/**
 * A space of one unit of MobileNet's for the toy dataset, and how a supernet of it is trained in a second.
 *
 * @module
 */
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { planSupernet, type SupernetSampling, type SupernetSettings, supernetTrainingSchema } from "../../../core/training/supernet.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import type { SupernetDefinition } from "../../../training/supernet/supernet.ts";
import { toyDataset } from "../datasets/toy-dataset.ts";

const options = {
  units: [{ channels: 8, squeezeExcitation: true }],
  ...{ widthMultiplier: 1, stemChannels: 8, stemStride: 2, finalChannels: 8, featureChannels: 8 },
  ...{ imageSize: 6, imageChannels: 2, classes: 3 },
};

function complete<T>(schema: object, value: object): T {
  const filled = structuredClone(value);
  assert.equal(problemsOf(schema, filled), []);
  return filled as T;
}

export const space = mobilenet.create(complete(mobilenet.options, options), {} as never) as Space;

export const settingsOf = (settings: object) => complete<SupernetSettings>(supernetTrainingSchema, settings);

/** Two epochs in each phase, of three steps each. */
function samplingOf(changes: Partial<SupernetSampling> = {}): SupernetSampling {
  return {
    sampling: "progressive",
    settings: settingsOf({ epochs: 2, batchSize: 20 }),
    seed: 1,
    perStep: 2,
    shrinking: { epochs: 2, learningRate: 0.05, distillation: 0.5 },
    ...changes,
  };
}

/** What SupernetWeights is made with, and the sub-networks of each step. */
export function toySupernet(changes: Partial<SupernetSampling> = {}) {
  const sampling = samplingOf(changes);
  const { sample, ...plan } = planSupernet(space, sampling);
  const definition: SupernetDefinition = {
    ...plan,
    settings: sampling.settings,
    seed: sampling.seed,
    dataset: toyDataset(),
    calibration: 2,
  };
  return { definition, sample };
}
