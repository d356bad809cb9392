/** Acceptance rules and limits. @module */
import type { Architecture } from "../space/architecture.ts";
import type { Measured } from "./metric.ts";
import type { CandidateInSubspace } from "./reward.ts";

/** Decides whether β replaces α as the centre; every rule of the manifest must agree. */
export interface Acceptance {
  /**
   * Whether the candidate may become the centre of its subspace. Scores are in the metric's own unit, larger is better.
   * @example ({ score, centre }) => score > centre.score
   */
  accepts(candidate: CandidateInSubspace): boolean;
  /**
   * A limit: whether an architecture may be a centre, or the answer, at all, whatever it is measured at. What is not
   * feasible is evaluated and learned from like any other. Under /constraints of a manifest the limits alone are asked.
   * @example (architecture) => (space.cost?.(architecture).madds ?? 0) <= 600e6
   */
  feasible?(architecture: Architecture): boolean;
  /**
   * A limit on what was measured: the same, once an architecture is evaluated.
   * @example ({ metrics }) => (metrics?.latency ?? 0) <= 25
   */
  admits?(measured: Measured): boolean;
}
