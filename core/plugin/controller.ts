/** Controllers: policies that propose architectures and learn. @module */
import type { Architecture } from "../space/architecture.ts";

/** A candidate that a controller wants to have evaluated. */
export interface Proposal {
  /** β. */
  readonly architecture: Architecture;
  /** Index of the subspace that it was found in; left out by controllers of the whole space. */
  readonly subspace?: number | undefined;
  /** R(β), where it is known by now: it is not evaluated again, and nothing is charged. */
  readonly known?: number | undefined;
  /**
   * The training epochs to measure it after, one of the evaluator's lower fidelities; left out for the full one, that of
   * its metric. What was measured at a lower one costs its share of a query, and never is the answer, nor a centre.
   */
  readonly fidelity?: number | undefined;
}

/** What became of a proposal. */
export interface Outcome extends Proposal {
  /** R(β); NaN if the evaluation failed and the architecture was rejected. */
  readonly score: number;
  /** What the rewards made of it; NaN if the evaluation failed. */
  readonly reward: number;
}

/** A policy that proposes architectures and learns from the outcome. It knows nothing of scheduling. */
export interface Controller {
  /** How many proposals may await their outcome at once; 1 if left out. */
  readonly concurrency?: number | undefined;
  propose(): Proposal;
  /**
   * Outcomes come in the order of the proposals. Middleware may hand on others, of architectures that the
   * controller did not propose; it takes from them what it can.
   */
  observe(outcome: Outcome): void;
  /** The whole state, as a value that structured cloning and `restore` take. */
  save(): unknown;
  restore(state: never): void;
}
