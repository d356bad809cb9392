/** Steps of training: what backends are timed by, where the fastest is asked for, and what memory they take. @module */
import type { Space } from "../plugin/space.ts";
import { randomStream } from "../random/rng.ts";
import { costOf, type Network, shapesOf } from "../space/network.ts";
import type { TrainingSettings } from "./settings.ts";

/** Steps of a training. */
export interface Workload extends Pick<TrainingSettings, "batchSize" | "optimizer"> {
  readonly network: Network;
  /** Whether supernets are to be trained. */
  readonly shared: boolean;
}

const DRAWN = 9;

/**
 * Steps as the trainings of a space have them: of some networks, drawn always alike, that in the middle by multiply-adds.
 * @param shared  whether they are parts of a supernet
 */
export function workloadOf(space: Space, { batchSize, optimizer }: Omit<Workload, "network" | "shared">, shared = false): Workload {
  const rng = randomStream(0, "/training/typical");
  const drawn = Array.from({ length: DRAWN }, () => space.network!(space.sample(rng)));
  const byCost = drawn.map((network) => ({ network, madds: costOf(network).madds })).sort((a, b) => a.madds - b.madds);
  return { network: byCost[Math.floor(DRAWN / 2)]!.network, batchSize, optimizer, shared };
}

/** What training keeps for each weight: itself, its gradient, and a moment of it. */
const NUMBERS_PER_WEIGHT = 3;

/** The memory that a step takes at least: the weights, and what each layer gives of each image, which the way back needs. */
export function bytesOfStep({ network, batchSize }: Pick<Workload, "network" | "batchSize">): number {
  const given = shapesOf(network).reduce((sum, [height, width, channels]) => sum + height * width * channels, 0);
  return Float32Array.BYTES_PER_ELEMENT * (NUMBERS_PER_WEIGHT * costOf(network).parameters + batchSize * given);
}
