/** Rewards: what the controller learns from. @module */
import type { Measured } from "./metric.ts";

/** A candidate β together with the centre of its subspace, as rewards and acceptance rules see it. */
export interface Candidate extends Measured {
  /** α and R(α); left out in a search of the whole space. */
  readonly centre?: Measured;
}

/** A candidate found in a subspace. */
export type CandidateInSubspace = Candidate & Required<Pick<Candidate, "centre">>;

/** Shapes what the controller learns from. Rewards form a chain; the first is handed R(β). */
export interface Reward {
  shape(reward: number, candidate: Candidate): number;
  /**
   * What `shape` makes of R of an architecture, where that does not depend on the centre. Rewards after it in the chain
   * see R(β) and R(α) so changed in the candidate, so that like is compared with like.
   */
  value?(score: number, measured: Measured): number;
}
