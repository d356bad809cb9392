/**
 * A search by weight sharing that keeps a checkpoint after each epoch, for a test that kills it. As a process of its own it
 * prints each epoch.
 *
 * Arguments: the backend, and the folder of its checkpoints.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { BackendName } from "../../../core/training/settings.ts";
import type { WeightSharingListener, WeightSharingResult } from "../../../core/training/weight-sharing.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { trainerThreads, WorkerTrainer } from "../../../training/trainer.ts";
import { ToyMethod } from "../../support/weight-sharing-toy.ts";

const space = nasBench201.create(
  { channels: 4, cellsPerStage: 1, stages: 1, imageSize: 8, imageChannels: 1, classes: 10, reduction: "residual" },
  {},
);
export const EPOCHS = 4;

/** Searches, from where the folder has it. @param folder  of the checkpoints; left out, there are none */
export async function searchedShortly(
  backend: BackendName,
  folder: string | undefined,
  listener: WeightSharingListener,
): Promise<WeightSharingResult> {
  const trainer = new WorkerTrainer(".", new Map(), trainerThreads(1), { trainings: () => folder, checkpointSeconds: 0 });
  const open = space.open!();
  const method = new ToyMethod(open);
  const request = {
    ...{ open, method, seed: 1, ordinal: 1, backend, measured: [[3, 3, 3, 3, 3, 3]] },
    dataset: {
      name: "digits",
      split: { train: 60, validation: 40, test: 20, seed: 0 },
      augmentation: { shift: 1, flip: false, cutout: 0, noise: 0.1 },
      copies: 0,
    },
    schedule: { ...method.schedule, epochs: EPOCHS, batchSize: 20 },
    settings: { architectureImages: "validation", reach: "as-published", moments: "running", affine: false, unsampled: "drift" },
  } as const;
  return trainer.shareWeights(request, listener).finally(() => trainer.close());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [backend, folder] = process.argv.slice(2) as [BackendName, string];
  await searchedShortly(backend, folder, { epoch: (epoch) => void process.stdout.write(`${epoch}\n`), note: () => {} });
}
