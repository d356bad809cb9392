/** Trainings between two epochs. @module */
import type { EpochResult } from "../../core/training/trainer.ts";

/** What the next epoch of a training follows from: the same training, begun from it, ends with the same bits. */
export interface Checkpoint {
  /** The epochs that are over, in order. */
  readonly epochs: readonly EpochResult[];
  /**
   * What the backend needs to go on, packed as only it knows: weights, running moments, what the optimizer remembers,
   * where the random streams are.
   */
  readonly state: Uint8Array;
}
