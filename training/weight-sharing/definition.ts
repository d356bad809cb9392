/** What shared weights are, as a worker thread is told. @module */

import type { Network } from "../../core/space/network.ts";
import type { WeightSchedule, WeightSharingSettings } from "../../core/training/weight-sharing.ts";
import type { Dataset } from "../datasets/dataset.ts";

export interface SharedWeightsDefinition {
  /** With a mixture for each edge in each cell. */
  readonly network: Network;
  readonly dataset: Dataset;
  readonly schedule: WeightSchedule;
  readonly settings: WeightSharingSettings;
  readonly seed: number;
}
