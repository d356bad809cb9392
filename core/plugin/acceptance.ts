/** Acceptance rules and limits. @module */
import type { Architecture } from "../space/architecture.ts";
import type { Candidate } from "./reward.ts";

/** Decides whether β replaces α as the centre; every rule of the manifest must agree. */
export interface Acceptance {
  accepts(candidate: Required<Candidate>): boolean;
  /**
   * A limit: whether an architecture may be a centre, or the answer, at all, whatever it is measured at. What is not
   * feasible is evaluated and learned from like any other. Under /constraints of a manifest this alone is asked.
   */
  feasible?(architecture: Architecture): boolean;
}
