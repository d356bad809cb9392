/** What backends are timed by, where the fastest is asked for. @module */
import type { Space } from "../plugin/space.ts";
import { randomStream } from "../random/rng.ts";
import { costOf, type Network } from "../space/network.ts";
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
