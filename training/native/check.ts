/**
 * A program: takes a training step on a native backend that was just built, and the same on the cpu backend, and prints
 * what came of it, in a line of its own. It is a process of its own, since a library that does not fit can end one.
 *
 *   node check.js FOLDER BACKEND
 *
 * @module
 */
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../core/random/rng.ts";
import type { Network } from "../../core/space/network.ts";
import { TrainableNetwork } from "../network/network-builder.ts";
import { openBackend } from "../tensorflow.ts";
import { operationsOfBackend } from "../train.ts";
import type { NativeBackend } from "./built.ts";
import { openBuilt, openedNative } from "./load.ts";

/** What it prints. */
export interface Checked {
  /** The version of TensorFlow. */
  readonly tensorflow: string;
  readonly gpu: boolean;
  /** Of each step, on the native backend and on cpu. */
  readonly losses: readonly number[];
  readonly expected: readonly number[];
}

const NETWORK: Network = {
  layers: [
    { kind: "image", shape: [8, 8, 3], inputs: [] },
    { kind: "convolution", kernel: 3, stride: 1, channels: 4, inputs: [0] },
    { kind: "batchNorm", inputs: [1] },
    { kind: "activation", activation: "relu", inputs: [2] },
    { kind: "max-pool", kernel: 3, stride: 2, inputs: [3] },
    { kind: "global-average-pool", inputs: [4] },
    { kind: "linear", outputs: 5, inputs: [5] },
  ],
};
const LABELS = Int32Array.of(0, 1, 2, 3, 4, 0, 1, 2);

/** The losses of two steps by the backend that is open: the second shows what the first has learnt. */
async function losses(): Promise<number[]> {
  const rng = randomStream(1, "/check");
  const network = new TrainableNetwork(operationsOfBackend(), NETWORK, rng, 1);
  const pixels = Float32Array.from({ length: LABELS.length * 8 * 8 * 3 }, () => rng.next());
  const images = tf.tensor4d(pixels, [LABELS.length, 8, 8, 3]);
  const rule = { optimizer: "sgd", rate: 0.1, momentum: 0.9, decay: 5e-4 } as const;
  const step = () => network.step(images, { labels: LABELS, smoothing: 0 }, 0.1, rule);
  return [await step(), await step()];
}

async function check(folder: string, backend: NativeBackend): Promise<Checked> {
  await openBackend("cpu");
  const expected = await losses();
  openBuilt(backend, folder);
  await tf.setBackend("tensorflow");
  return { ...openedNative(), losses: await losses(), expected };
}

try {
  process.stdout.write(`${JSON.stringify(await check(...(process.argv.slice(2) as [string, NativeBackend])))}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
