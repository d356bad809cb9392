/**
 * A training of ten epochs that keeps a checkpoint after each, for a test that kills it. As a process of its own it prints
 * each epoch.
 *
 * Arguments: the backend, and the folder of its checkpoints.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { NetworkWriter } from "../../../core/space/network.ts";
import type { DatasetSpec } from "../../../core/training/dataset-spec.ts";
import type { BackendName, TrainingSettings } from "../../../core/training/settings.ts";
import type { TrainingCurve, TrainingObserver } from "../../../core/training/trainer.ts";
import { trainerThreads, WorkerTrainer } from "../../../training/trainer.ts";

const net = new NetworkWriter([8, 8, 1]);
const stem = net.activation(net.batchNorm(net.convolution(net.image, 3, 4)), "relu");
net.linear(net.globalAveragePool(net.batchNorm(net.convolution(stem, 3, 8, 2))), 10);

const dataset: DatasetSpec = {
  name: "digits",
  split: { train: 200, validation: 50, test: 50, seed: 0 },
  augmentation: { shift: 1, flip: false, cutout: 2, noise: 0.1 },
  copies: 0,
};
const settings: TrainingSettings = {
  ...{ epochs: 10, batchSize: 20, learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 },
  ...{ optimizer: "adam", labelSmoothing: 0.1, validateEvery: 1, divergence: 4 },
};

/** Trains, from where the folder has it. @param folder  of the checkpoints; left out, there are none */
export async function trainTenEpochs(backend: BackendName, folder: string | undefined, observer: TrainingObserver): Promise<TrainingCurve> {
  const trainer = new WorkerTrainer(".", new Map(), trainerThreads(1), { trainings: () => folder, checkpointSeconds: 0 });
  const request = { network: net.network(), dataset, settings, seed: 1, test: true, keep: true, backend };
  return trainer.train(request, observer).finally(() => trainer.close());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [backend, folder] = process.argv.slice(2) as [BackendName, string];
  await trainTenEpochs(backend, folder, { epoch: ({ epoch }) => process.stdout.write(`${epoch}\n`) || true });
}
