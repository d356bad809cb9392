/**
 * How a run has its evaluations done: at once, or by a host that keeps each of them, finds those again that were done
 * before, and bounds how many are under way.
 *
 * @module
 */
import type { CurvePoint, EvaluationContext, Measurement, TestMeasurement } from "../plugin/evaluator.ts";
import { randomStream } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";

/** An evaluation that a run asks for. */
export interface EvaluationRequest {
  /** Its number in the run: 0, 1, 2 … for proposals; −1, −2, … for first centres, in the order in which they were drawn. */
  readonly query: number;
  readonly architecture: Architecture;
  /** The training epochs, where they are fewer than the metric's. */
  readonly fidelity?: number | undefined;
  /** What its learning curve must reach: see Proposal. */
  readonly floors?: readonly CurvePoint[] | undefined;
  /** The evaluation of the same architecture in this run after the most epochs that are fewer, if there was one. */
  readonly lower?: (Pick<EvaluationRequest, "query" | "floors"> & { readonly fidelity: number }) | undefined;
}

/** One try that failed. */
export interface Failure {
  /** 1 for the first try. */
  readonly attempt: number;
  readonly reason: string;
  readonly remedy: "retry" | "reject" | "stop";
  /** The last of what was printed, where the evaluator has told. */
  readonly log?: string;
}

/** What became of an evaluation that did not stop its run. */
export interface Evaluated {
  /** Undefined if the architecture was rejected. */
  readonly measurement: Measurement | undefined;
  readonly failures: readonly Failure[];
}

/** What the host adds to the context of an evaluation. */
export type Surroundings = Pick<EvaluationContext, "signal" | "folder" | "lower">;

/** Does the evaluations of one run. */
export interface Evaluations {
  /**
   * Gives what is kept of the evaluation, or does it when its turn has come.
   * @param work  rejects, or throws, if the evaluation is to stop the run; then nothing is kept
   */
  perform(request: EvaluationRequest, work: (surroundings: Surroundings) => Evaluated | Promise<Evaluated>): Evaluated | Promise<Evaluated>;
  /**
   * The place of a proposal's evaluation, which is there, in the order in which they were finished, from 0: in an earlier
   * call, then in this one. Undefined where no order is kept.
   */
  place(query: number): number | undefined;
  /** Aborted when nobody waits for the run any more: what its controller prepares is to end as well. */
  readonly signal?: AbortSignal;
  /** Told how far a training is. */
  progressed(request: EvaluationRequest, point: CurvePoint): void;
  /**
   * One try, where outcomes come from outside: it takes the place of the evaluator's `evaluate`, and any number can be
   * under way.
   */
  evaluate?(request: EvaluationRequest, context: EvaluationContext): Promise<Measurement>;
  /** The same of its `test`, where that is not free: left out, nothing is tested. */
  test?(architecture: Architecture): Promise<TestMeasurement>;
}

const ALONE: Surroundings = {
  signal: new AbortController().signal,
  folder: () => Promise.reject(new Error("Nothing is kept in files here.")),
};

/** The context of an evaluation that no run has asked for. */
export const OUTSIDE_A_RUN: EvaluationContext = { ...ALONE, attempt: 1, rng: randomStream(0, "/evaluator"), progress: () => true };

/** Nothing is kept, and everything is done at once. */
export const AT_ONCE: Evaluations = {
  perform: (_, work) => work(ALONE),
  place: () => undefined,
  progressed() {},
};
