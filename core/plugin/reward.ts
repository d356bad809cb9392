/** Rewards: what the controller learns from. @module */
import type { Measured } from "./metric.ts";

/** A candidate β together with the centre of its subspace, as rewards and acceptance rules see it. */
export interface Candidate extends Measured {
  /**
   * α and R(α); left out in a search of the whole space.
   * @example { architecture: [0, 1, 2], score: 71.5 }
   */
  readonly centre?: Measured;
}

/** A candidate found in a subspace: its centre is there. */
export type CandidateInSubspace = Candidate & Required<Pick<Candidate, "centre">>;

/** Shapes what the controller learns from. Rewards form a chain; the first is handed R(β). */
export interface Reward {
  /**
   * What the controller is to learn from: a finite number, larger is better, in whatever unit the chain comes to.
   * @param reward  what the reward before it in the chain has given, the first R(β) in the metric's unit
   * @example (reward, { centre }) => (centre ? reward - centre.score : reward)
   */
  shape(reward: number, candidate: Candidate): number;
  /**
   * What `shape` makes of R of an architecture, where that does not depend on the centre. Rewards after it in the chain
   * see R(β) and R(α) so changed in the candidate, so that like is compared with like.
   * @param score  R, larger is better
   * @example (score, { metrics }) => score - 0.1 * (metrics?.latency ?? 0)
   */
  value?(score: number, measured: Measured): number;
}
