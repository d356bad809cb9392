/** Networks with weights that were learnt. @module */
import type { Network } from "../space/network.ts";

/** What a network has learnt: of each live layer the parameters, and after a normalisation's its running moments. */
export type LearntWeights = readonly Float32Array[];

/** A network with weights that are fit for use. */
export interface TrainedNetwork {
  /** Without dead parts. */
  readonly network: Network;
  readonly weights: LearntWeights;
}
