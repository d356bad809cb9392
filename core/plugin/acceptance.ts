/** Acceptance rules and limits. @module */
import type { Architecture } from "../space/architecture.ts";
import type { Measured } from "./metric.ts";
import type { CandidateInSubspace } from "./reward.ts";

/** Decides whether β replaces α as the centre; every rule of the manifest must agree. */
export interface Acceptance {
  accepts(candidate: CandidateInSubspace): boolean;
  /**
   * A limit: whether an architecture may be a centre, or the answer, at all, whatever it is measured at. What is not
   * feasible is evaluated and learned from like any other. Under /constraints of a manifest the limits alone are asked.
   */
  feasible?(architecture: Architecture): boolean;
  /** A limit on what was measured: the same, once an architecture is evaluated. */
  admits?(measured: Measured): boolean;
}
