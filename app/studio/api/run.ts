/** Runs, and the evaluations that they are made of. @module */
import type { Metric } from "../../../core/plugin/metric.ts";
import type { Front } from "../../../core/record/pareto.ts";
import type { Centre, Incumbent, WeightsEpoch } from "../../../core/record/trajectory.ts";
import type { EvaluationFailures } from "../../host/store/failed-evaluations.ts";
import type { MatrixOverview, RunState } from "./overview.ts";

/** A run in a list. Of one that is not finished the numbers are those so far, as far as its journal has them. */
export interface RunLine {
  readonly seed: number;
  readonly state: RunState;
  readonly score?: number;
  readonly test?: number;
  readonly queries?: number;
  readonly distinct?: number;
  /** Centres that were replaced. */
  readonly updates?: number;
  /** Evaluations in its journal; left out where it has none, as after look-ups. */
  readonly evaluations?: number;
  /** Architectures that were rejected, and tries that were made again. */
  readonly rejected: number;
  readonly retried: number;
  /** Charged to the budget. */
  readonly seconds?: number;
  /** That it took. */
  readonly wallSeconds?: number;
  readonly architecture?: string;
}

/** One run. */
export interface RunView {
  readonly matrix: MatrixOverview;
  readonly cell: string;
  readonly metric: Metric;
  readonly testMetric?: Metric;
  readonly budget: { readonly queries?: number; readonly seconds?: number };
  readonly run: RunLine;
  /** Each improvement of the best score, in order. */
  readonly incumbent: readonly Incumbent[];
  readonly subspaces?: Subspaces;
  /** How decided the search is, as far as what is kept tells. */
  readonly entropy?: EntropyCourse;
  /** Of a search that trains shared weights, after each epoch. */
  readonly weights?: readonly WeightsEpoch[];
  readonly fronts?: readonly Front[];
  readonly failures?: EvaluationFailures;
  readonly underWay: readonly UnderWay[];
  readonly best?: BestArchitecture;
  readonly trials: TrialSource;
}

/**
 * The subspace graph over time. A step makes an architecture the centre of its subspace: the first one of each evokes it,
 * later ones take its place. At any time an edge runs from each centre to every better one.
 */
export interface Subspaces {
  readonly count: number;
  readonly steps: readonly Centre[];
  /** Inside which subspace each query was proposed, in the order of their outcomes, where a record of the run is kept. */
  readonly chosen?: readonly Chosen[];
}

export interface Chosen {
  readonly query: number;
  readonly subspace: number;
  /** Charged to the budget up to and with it, as in the steps. */
  readonly queries: number;
  /** D(α, β) of its candidate β and the centre. */
  readonly distance?: number;
}

export interface EntropyCourse {
  /**
   * - `edges`: of the operations of an edge, as the search told it after each epoch.
   * - `chosen-subspaces`: of which subspaces were chosen in the last `window` queries.
   */
  readonly of: "edges" | "chosen-subspaces";
  readonly unit: "nats";
  readonly window?: number;
  /** That of a uniform choice, where it is known. */
  readonly most?: number;
  /** By epoch, or by query. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/** An evaluation that is under way, or a training of this machine that is kept between its epochs. */
export interface UnderWay {
  /** The run and the query that it is for; left out of trainings, which several runs may wait for. */
  readonly seed?: number;
  readonly query?: number;
  readonly architecture?: string;
  /** Epochs that it is to have, where they are fewer than the metric's. */
  readonly fidelity?: number;
  /** Since when, in milliseconds since 1970, if that is known. */
  readonly began?: number;
  /** When it told something last. */
  readonly changed: number;
  /** True if what does it is not seen to live any more: the next call goes on with it. */
  readonly stopped: boolean;
  /** Its learning curve so far. */
  readonly curve: readonly { readonly epoch: number; readonly value: number }[];
  /** Of a training: epochs that are over, and the mean loss of the last one, in nats. */
  readonly epochs?: number;
  readonly loss?: number;
}

export interface BestArchitecture {
  readonly architecture: string;
  readonly score: number;
  readonly test?: number;
  /** What was chosen for each component; left out of spaces that are not built in. */
  readonly choices?: readonly { readonly component: string; readonly choice: string }[];
  /** The path of its drawing below the address, with all parameters; left out where the space has none. */
  readonly drawing?: string;
}

/** Where the trials of a run are known from: its journal, its record by the observer `recorder`, or nowhere. */
export interface TrialSource {
  readonly from: "journal" | "record" | "nowhere";
  readonly count: number;
  /** Why there are none, for people. */
  readonly why?: string;
}

export type TrialState = "measured" | "rejected" | "stopped-early";

/** An evaluation of a run, in a list. */
export interface TrialLine {
  /** From 0, in the order in which they were finished. */
  readonly place: number;
  /** Its number in the run; first centres have −1, −2 … */
  readonly query: number;
  readonly state: TrialState;
  readonly architecture: string;
  /** Left out where it was rejected. */
  readonly score?: number;
  /** True if it was the best so far. */
  readonly improved: boolean;
  readonly fidelity?: number;
  /** Charged to the budget. */
  readonly seconds?: number;
  readonly wallSeconds?: number;
  /** Known from records alone. */
  readonly subspace?: number;
  readonly distance?: number;
  /** Tries that failed. */
  readonly failures: number;
  /** Why the last of these did. */
  readonly reason?: string;
}

/** One evaluation with all that is kept of it. */
export interface Trial extends TrialLine {
  readonly metrics?: Readonly<Record<string, number>>;
  readonly curve?: readonly { readonly epoch: number; readonly value: number }[];
  /** The end of what was printed. */
  readonly log?: string;
  readonly tries: readonly {
    readonly attempt: number;
    readonly reason: string;
    readonly remedy: "retry" | "reject" | "stop";
    /** The end of what was printed. */
    readonly log?: string;
  }[];
  readonly drawing?: string;
}
