/**
 * How long a step of training takes on a backend: by a training of a few epochs on random images.
 *
 * @module
 */

import { randomStream } from "../core/random/rng.ts";
import { shapesOf } from "../core/space/network.ts";
import type { Workload } from "../core/training/workload.ts";
import type { Backend } from "./backends.ts";
import { keyOf } from "./cached.ts";
import type { Dataset, Examples } from "./datasets/dataset.ts";

/** Steps of an epoch; the first epoch does not count, since much is made ready in it. */
const STEPS = 4;
/** It ends after so many epochs, or when those that count have taken so long. */
const [EPOCHS, SECONDS] = [8, 1];

/** @returns seconds of a step in the fastest of the epochs */
export async function timeStep({ network, batchSize, optimizer }: Workload, { train }: Backend): Promise<number> {
  const settings = {
    ...{ epochs: EPOCHS, batchSize, optimizer, learningRate: 1e-6, momentum: 0.9, weightDecay: 5e-4 },
    ...{ labelSmoothing: 0, validateEvery: 1, divergence: Number.MAX_VALUE },
  };
  const ends: number[] = [];
  await train({ network, dataset: randomImages({ network, batchSize }), settings, seed: 0 }, (epoch) => {
    ends.push(epoch.seconds);
    return ends.length < 2 || epoch.seconds - ends[0]! < SECONDS;
  });
  return Math.min(...ends.slice(1).map((end, i) => end - ends[i]!)) / STEPS;
}

/** As many as an epoch needs, of the shape and in the classes that the network is for. */
function randomImages({ network, batchSize }: Pick<Workload, "network" | "batchSize">): Dataset {
  const shapes = shapesOf(network);
  const [shape, classes] = [shapes[0]!, shapes.at(-1)![2]];
  const rng = randomStream(0, "/training/timing");
  const examples = (count: number): Examples => ({
    images: Float32Array.from({ length: count * shape[0] * shape[1] * shape[2] }, () => 2 * rng.next() - 1),
    labels: Int32Array.from({ length: count }, () => rng.below(classes)),
    count,
  });
  return {
    ...{ name: "random", classes, shape, digest: "random", key: keyOf([shape, classes, batchSize]) },
    black: new Float32Array(shape[2]),
    augmentation: { shift: 0, flip: false, cutout: 0, noise: 0 },
    ...{ train: examples(STEPS * batchSize), validation: examples(1), test: examples(1) },
  };
}
