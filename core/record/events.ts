/**
 * What happens in a run, as past-tense facts. A run's result is a fold over them (core/record/result.ts).
 *
 * Each event is frozen and carries the run (its digest), the seed, and a sequence number that counts
 * from 0 in each run. Architectures are in the space's textual form, so that a record is readable
 * and can be folded without the space.
 *
 * @module
 */
import type { CurvePoint } from "../plugin/evaluator.ts";
import type { Metric } from "../plugin/metric.ts";
import type { Front } from "./pareto.ts";

interface Facts {
  /** The first event of a run. */
  "run.started": {
    readonly metric: Metric;
    /** That the controller names the answer; left out where it is the one of the best score. */
    readonly answer?: "named";
  };
  /** An epoch of training by shared weights is over. */
  "weights.trained": {
    /** 1 for the first, of so many. */
    readonly epoch: number;
    readonly epochs: number;
    /** Mean loss of the weights' steps, in nats. */
    readonly loss: number;
    /** Mean entropy of the operations of an edge, in nats. */
    readonly entropy: number;
    /** The probability of each operation on each edge.  [edges][operations] */
    readonly probabilities: readonly (readonly number[])[];
    /** What the probabilities come to. */
    readonly architecture: string;
    /** Of its edges the share whose operation is without weights. */
    readonly parameterFree: number;
    /** The largest eigenvalue of ∇²_α of the validation loss, where it was measured. */
    readonly curvature?: number;
  };
  /** Architectures were measured by the shared weights, for how these order them. Accuracies are in percent. */
  "weights.ranked": { readonly architectures: readonly string[]; readonly accuracies: readonly number[] };
  /** The controller has done its long work: it proposes from now on. */
  "search.prepared": { readonly charged: { readonly queries: number; readonly seconds: number } };
  /** One of the K first centres was evaluated: Algorithm 1, line 2. */
  "subspace.evoked": { readonly subspace: number; readonly architecture: string; readonly score: number };
  /** β was proposed, inside a subspace or in the whole space: lines 4a and 4b. */
  "architecture.proposed": {
    readonly query: number;
    readonly architecture: string;
    readonly subspace?: number;
    /** D(α, β) from the centre that the subspace has now; left out in a search of the whole space. */
    readonly distance?: number;
    /** The training epochs that it is to be measured after, where these are fewer than the metric's. */
    readonly fidelity?: number;
  };
  /** R(β) is known: line 4c. `query` is −1 for the first centres. */
  "architecture.evaluated": {
    readonly query: number;
    readonly architecture: string;
    /** As it was measured: larger is better, or smaller, as the metric's goal says. */
    readonly score: number;
    /** What was charged to the budget for it. */
    readonly charged: { readonly queries: number; readonly seconds: number };
    /** The training epochs that it was measured after, where these are fewer than the metric's. */
    readonly fidelity?: number;
    /** The epochs that it was to be trained for, where it was ended after fewer since its learning curve was below its floors. */
    readonly stopped?: number;
    /** False where the limits of the manifest do not let it be a centre, or the answer. */
    readonly feasible?: false;
    /** Further numbers that the evaluator gave. */
    readonly metrics?: Readonly<Record<string, number>>;
    /** Its learning curve, where the evaluator gave one. */
    readonly curve?: readonly CurvePoint[];
  };
  /** An evaluation threw. The remedy says what the search did about it. */
  "evaluation.failed": {
    readonly query: number;
    readonly architecture: string;
    readonly attempt: number;
    readonly reason: string;
    readonly remedy: "retry" | "reject" | "stop";
    /** What was charged to the budget: nothing, unless the remedy is to reject. */
    readonly charged: { readonly queries: number; readonly seconds: number };
    /** The training epochs that it was to be measured after, where these are fewer than the metric's. */
    readonly fidelity?: number;
  };
  /** What the controller will learn from. */
  "reward.shaped": { readonly query: number; readonly reward: number };
  /** β became the centre of its subspace: line 4d. */
  "subspace.updated": { readonly query: number; readonly subspace: number; readonly architecture: string; readonly score: number };
  /** The controller has seen the outcome: line 4e. */
  "policy.updated": { readonly query: number };
  /** The controller holds another architecture than before for best, of those that can be the answer. */
  "answer.named": {
    readonly query: number;
    readonly architecture: string;
    /** As it was measured. */
    readonly score: number;
    readonly metrics?: Readonly<Record<string, number>>;
  };
  /** The last event of a run that reached its end. */
  "run.finished": {
    readonly reason: "budget" | "stalled";
    /** The test metric of the answer, where the evaluator has one. */
    readonly test?: { readonly metric: Metric; readonly value: number };
    /**
     * The test metric of every architecture that was the best so far, first to last, where the evaluator's
     * tests are free. The n-th belongs to the n-th `architecture.evaluated` that is better than all before it,
     * first centres included, or to the n-th `answer.named`; the last is the answer's.
     */
    readonly incumbentTests?: readonly number[];
    /** The Pareto fronts of all that counts as an answer, one for each pair of metrics that the manifest asks for. */
    readonly fronts?: readonly Front[];
  };
  /** The last event of a run that could not go on. */
  "run.failed": { readonly reason: string };
}

/** The name of an event, for example "architecture.evaluated". */
export type EventType = keyof Facts;
/** What a publisher says; the bus adds the rest. */
export type Fact<T extends EventType = EventType> = { [K in T]: { readonly type: K } & Facts[K] }[T];
/** An event on the bus. */
export type SearchEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly run: string; readonly seed: number; readonly sequence: number } & Facts[K];
}[T];

/** True if what was evaluated can be the answer: it was measured at full fidelity, and the limits admit it. */
export function countsAsAnswer({ fidelity, feasible }: SearchEvent<"architecture.evaluated">): boolean {
  return fidelity === undefined && feasible !== false;
}

/** All event types, in the order in which a query gives them. */
export const EVENT_TYPES: readonly EventType[] = [
  "run.started",
  "weights.trained",
  "weights.ranked",
  "search.prepared",
  "subspace.evoked",
  "architecture.proposed",
  "architecture.evaluated",
  "evaluation.failed",
  "reward.shaped",
  "subspace.updated",
  "policy.updated",
  "answer.named",
  "run.finished",
  "run.failed",
];
