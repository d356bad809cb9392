/**
 * A training of ten epochs that keeps a checkpoint after each, for a test that kills it: it prints a line of JSON after each
 * epoch, and in the end its curve and a digest of its weights.
 *
 * Arguments: the backend, and the folder of its checkpoints.
 *
 * @module
 */
import { createHash } from "node:crypto";
import process from "node:process";
import { NetworkWriter } from "../../core/space/network.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import type { BackendName, TrainingSettings } from "../../core/training/settings.ts";
import type { EpochResult } from "../../core/training/trainer.ts";
import { trainerThreads, WorkerTrainer } from "../../training/trainer.ts";

const [backend, folder] = process.argv.slice(2) as [BackendName, string];

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

const trainer = new WorkerTrainer(".", new Map(), trainerThreads(1), { trainings: () => folder, checkpointSeconds: 0 });
const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const numbers = ({ epoch, loss, validation, test }: EpochResult) => ({ epoch, loss, validation, test });
try {
  const { epochs, weights } = await trainer.train(
    { network: net.network(), dataset, settings, seed: 1, test: true, keep: true, backend },
    { epoch: (result) => print(numbers(result)) || true, note: (note) => print({ note }) },
  );
  const hash = createHash("sha256");
  for (const values of weights!) hash.update(values);
  print({ curve: epochs.map(numbers), weights: hash.digest("hex") });
} finally {
  await trainer.close();
}
