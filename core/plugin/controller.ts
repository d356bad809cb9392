/** Controllers: policies that propose architectures and learn. @module */
import type { Architecture } from "../space/architecture.ts";
import type { CurvePoint } from "./evaluator.ts";
import type { Measured } from "./metric.ts";

/** A candidate that a controller wants to have evaluated. */
export interface Proposal {
  /**
   * β, a member of the space.  [L]
   * @example [0, 2, 1]
   */
  readonly architecture: Architecture;
  /**
   * Index of the subspace that it was found in, from 0 to K − 1; left out by controllers of the whole space.
   * @example 3
   */
  readonly subspace?: number | undefined;
  /**
   * R(β) in the metric's unit, larger is better, where it is known by now: it is not evaluated again, and nothing is charged.
   * @example 71.5
   */
  readonly known?: number | undefined;
  /**
   * The further numbers of what is known by name, as they were measured, each in its own unit.
   * @example { latency: 12.5 }
   */
  readonly knownMetrics?: Measured["metrics"];
  /**
   * The training epochs to measure it after, one of the evaluator's lower fidelities; left out for the full one, that of
   * its metric. What was measured at a lower one costs its share of a query, and never is the answer, nor a centre.
   * @example 3
   */
  readonly fidelity?: number | undefined;
  /**
   * What its learning curve must reach: a training whose metric after an epoch is below the value of the last floor
   * that is not after that epoch is ended there. Ascending by epoch; larger is better, as of R. Only trainings that tell
   * their progress heed it.
   * @example [{ epoch: 10, value: 60 }, { epoch: 20, value: 65 }]
   */
  readonly floors?: readonly CurvePoint[] | undefined;
}

/** What a controller has done before its first proposal. */
export interface Preparation {
  /**
   * Measured seconds, from 0, which are charged to the budget.
   * @example 3600
   */
  readonly seconds: number;
}

/** What became of a proposal. */
export interface Outcome extends Proposal {
  /**
   * R(β) in the metric's unit, larger is better; NaN if the evaluation failed and the architecture was rejected.
   * @example 71.5
   */
  readonly score: number;
  /**
   * Further numbers that were measured, by name, each in its own unit.
   * @example { latency: 12.5 }
   */
  readonly metrics?: Measured["metrics"];
  /**
   * What the rewards made of it, larger is better; NaN if the evaluation failed.
   * @example 1.25
   */
  readonly reward: number;
  /**
   * True if it was never evaluated: middleware has turned it down, and asks for another. Its score and reward are NaN.
   * @example true
   */
  readonly withdrawn?: boolean | undefined;
  /**
   * How its training went, ascending by epoch, where the evaluator has told; larger is better, as of R.
   * @example [{ epoch: 1, value: 41.2 }, { epoch: 2, value: 55.9 }]
   */
  readonly curve?: readonly CurvePoint[] | undefined;
  /**
   * The epochs after which it was ended, since it was below its floors: `score` and `reward` are of these.
   * @example 10
   */
  readonly stoppedAfter?: number | undefined;
}

/**
 * A policy that proposes architectures and learns from the outcome. It knows nothing of scheduling, and is a function
 * of its seed and of what it has observed: a search that was interrupted goes on by telling a new one, in order, what the
 * old one was told.
 */
export interface Controller {
  /**
   * How many proposals may await their outcome at once, a whole number from 1; 1 if left out.
   * @example 8
   */
  readonly concurrency?: number | undefined;
  /**
   * True if proposals are made in rounds of `concurrency`: the next round begins when every outcome of the last has been
   * observed. Where the manifest has `"order": "as-finished"`, there are no rounds, and `concurrency` alone counts.
   * @example true
   */
  readonly rounds?: boolean | undefined;
  /**
   * The long work before the first proposal, such as training by shared weights. It is done once in a run; one that was
   * interrupted goes on by what it has kept.
   * @returns what it cost, for the budget
   * @example async () => ({ seconds: 3600 })
   */
  prepare?(): Promise<Preparation>;
  /**
   * The next architecture that is to be evaluated. It is asked for as long as there is budget, whenever fewer proposals than
   * `concurrency` await their outcome.
   * @example () => ({ architecture: space.sample(rng) })
   */
  propose(): Proposal;
  /**
   * Outcomes come in the order of the proposals, or, with `"order": "as-finished"`, in which they were finished.
   * Middleware may hand on others, of architectures that the controller did not propose; it takes from them what it can.
   * And it may withdraw a proposal: then the outcome comes at once, whatever else is under way, and another proposal is
   * asked for, in the same round. An evaluation that failed is an outcome as any other, but for its NaN.
   * @example ({ architecture, reward }) => { if (reward > most) [best, most] = [architecture, reward]; }
   */
  observe(outcome: Outcome): void;
  /**
   * Which of the candidates is to be held for best by now, where that is not the one of the best score: where evaluations
   * are noisy, the highest of many was lucky. Asked for after each outcome; it changes nothing of what is proposed.
   *
   * @param candidates  all that can be the answer, in the order in which they were measured, first centres among them: one at
   *   least, of full fidelity and such as the limits admit. One that was measured twice is there twice
   * @returns the index of one, from 0
   * @example (candidates) => candidates.reduce((best, { score }, i) => (score > candidates[best]!.score ? i : best), 0)
   */
  answer?(candidates: readonly Measured[]): number;
}
