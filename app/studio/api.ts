/**
 * What `evoke studio` answers: the contract between its server and its page. Everything is JSON, by GET, at the paths of
 * `PATHS` below the address that the command prints; a page uses them relative to itself, so that a token in that address
 * goes along. Numbers that are not known are left out, or null where JSON has no number.
 *
 * Matrices are named by `id`, cells by their names, runs by their seeds; nothing else of a request is looked up. An error
 * is an answer with status 400 (a parameter is wrong), 404 (there is no such thing, or no longer) or 503 (the store
 * cannot be read now) whose body is a `Problem`.
 *
 * @module
 */
import type { Metric } from "../../core/plugin/metric.ts";
import type { Front } from "../../core/record/pareto.ts";
import type { Centre, Incumbent, WeightsEpoch } from "../../core/record/trajectory.ts";
import type { EvaluationFailures } from "../host/store/failed-evaluations.ts";
import type { CellStatistics, Comparison, Estimate, Measure, Panel, ReportDocument } from "../report/document.ts";

/** Below the address of the studio. Parameters are those of the query string; the answer's type follows. */
export const PATHS = {
  /** → Overview */
  overview: "api/overview",
  /** matrix → MatrixView */
  matrix: "api/matrix",
  /** matrix → FiguresView: those of the report, as things stand */
  figures: "api/figures",
  /** matrix, cell → CellView */
  cell: "api/cell",
  /** matrix, cell, and those of RUN_SORTS and paging; state, a RunState, keeps only those → Page<RunLine> */
  runs: "api/runs",
  /** matrix, cell, seed → RunView */
  run: "api/run",
  /** matrix, cell, seed, and those of TRIAL_SORTS and paging; state, a TrialState; text, that the architecture has in it → Page<TrialLine> */
  trials: "api/trials",
  /** matrix, cell, seed, place → Trial */
  trial: "api/trial",
  /** matrix, cell, [seed], and matrix2, cell2, [seed2] → Compared */
  compare: "api/compare",
  /** matrix, cell, [seed] → Coordinates */
  coordinates: "api/coordinates",
  /** matrix, cell, [seed] → Importance */
  importance: "api/importance",
  /** matrix, cell, architecture → an SVG, for the `src` of an image */
  drawing: "api/drawing",
  /** → a stream of server-sent events: see StudioEvent */
  events: "api/events",
} as const;

/** Parameters of a page: `offset` from 0, `limit` up to MOST_ROWS, `sort`, and `order`: "ascending" or "descending". */
export const MOST_ROWS = 500;
export const RUN_SORTS = ["seed", "score", "test", "queries", "failed", "seconds", "wallSeconds"] as const;
export const TRIAL_SORTS = ["place", "query", "score", "seconds", "wallSeconds", "subspace", "distance", "architecture"] as const;
export type RunSort = (typeof RUN_SORTS)[number];
export type TrialSort = (typeof TRIAL_SORTS)[number];

/** What could not be answered, and why: the words of the command's own errors. */
export interface Problem {
  /** Of docs/errors.md, or "NOT_FOUND", "PARAMETER_INVALID". */
  readonly code: string;
  readonly message: string;
}

/** Part of a longer list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly offset: number;
  /** Rows that there are in all, those that are filtered out not counted. */
  readonly total: number;
}

/**
 * - `running`: a process that lives is at it, or something of it was kept in the last seconds.
 * - `stopped`: it is not finished, and nobody is at it.
 * - `waiting`: nothing of it is there yet, though others of the same matrix are running.
 */
export type State = "finished" | "running" | "stopped" | "waiting";
export type RunState = State;

export interface Progress {
  readonly state: State;
  /** Runs: wanted, finished, and those of the others that have begun, as far as the store shows it. */
  readonly wanted: number;
  readonly done: number;
  readonly begun: number;
  /** From 0 to 1, the evaluations of runs that have begun counted, where the budget is one of queries. */
  readonly share: number;
  /** Seconds to the end at the present pace; left out where none is known. */
  readonly eta?: number;
  /** Evaluations, over all runs: architectures that were rejected, and tries that were made again. */
  readonly rejected: number;
  readonly retried: number;
}

export interface Overview {
  /** The version of Evoke that answers. */
  readonly evoke: string;
  /** The folder, as it was named. */
  readonly out: string;
  /** One, that of OUT; or one for each folder in it that has one. */
  readonly stores: readonly StoreOverview[];
}

export interface StoreOverview {
  /** "" of the store in OUT itself, else the name of its folder in OUT. */
  readonly id: string;
  /** The file, as it is shown. */
  readonly file: string;
  /** Why it cannot be read now: it was removed, is damaged, empty, of a newer format. Its matrices are those seen before. */
  readonly problem?: Problem;
  /** Finished runs that are in it. */
  readonly runs: number;
  /** Those of them that belong to none of these matrices. */
  readonly others: number;
  /** The ones that changed last come first. */
  readonly matrices: readonly MatrixOverview[];
}

export interface MatrixOverview {
  readonly id: string;
  readonly name: string;
  readonly question?: string;
  /** True of what `evoke run` has made: an experiment, which is its only cell. */
  readonly single: boolean;
  readonly cells: number;
  readonly seeds: ReportDocument["seeds"];
  /** Left out where its document cannot be read, see `problem`, or its store is being read for the first time. */
  readonly progress?: Progress;
  /** The best answer by score of the cells that are measured by the metric of the first one. */
  readonly best?: Best;
  readonly metric?: Metric;
  /** When something of it was kept last, in milliseconds since 1970: as far as the studio has seen it, or its document's time. */
  readonly changed: number;
  readonly problem?: Problem;
}

export interface Best {
  readonly cell: string;
  readonly seed: number;
  readonly score: number;
  readonly test?: number;
  readonly architecture: string;
}

/** A matrix as it stands. At the end its numbers are those of the report. */
export interface MatrixView extends MatrixOverview {
  readonly design?: ReportDocument["design"];
  readonly axes: ReportDocument["axes"];
  /** What intervals and p values are: see `CellSummary.interval`. */
  readonly methods: ReportDocument["methods"];
  readonly panels: readonly PanelView[];
}

export interface PanelView extends Pick<Panel, "name" | "baseline" | "measure" | "metrics" | "family" | "best"> {
  readonly cells: readonly CellSummary[];
}

/** A cell as it stands: `n` runs so far. */
export interface CellSummary
  extends Pick<CellStatistics, "name" | "variant" | "digest" | "at" | "differs" | "n" | "otherMetrics" | "score" | "test" | "comparison"> {
  readonly progress: Progress;
  /**
   * How intervals were made: by the report's bootstrap, or, where so many runs would take too long for a page that
   * lives, from the normal distribution.
   */
  readonly interval: "bootstrap" | "normal";
  readonly best?: Best;
  /** The mean of the best score so far against queries, with its band; at most SPARK points. */
  readonly incumbent: readonly CurvePoint[];
  /** Over so many runs: the first ones, where there are very many. */
  readonly incumbentRuns: number;
}
export const SPARK = 60;

/** Mean, and mean ± 1.96 standard errors, which one run has not. */
export interface CurvePoint {
  readonly at: number;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

export interface FiguresView {
  readonly figures: readonly FigureView[];
}

export interface FigureView {
  /** As in the report, where the file is figures/NAME.svg. */
  readonly name: string;
  readonly title: string;
  /** For below it, and for those who cannot see it. */
  readonly caption: string;
  /** A specification of Vega, compiled from the report's Vega-Lite. */
  readonly spec: object;
}

/** One cell, without its runs. */
export interface CellView {
  readonly matrix: MatrixOverview;
  readonly cell: CellSummary;
  readonly panel: Omit<PanelView, "cells">;
  readonly metric: Metric;
  readonly testMetric?: Metric;
  readonly budget: { readonly queries?: number; readonly seconds?: number };
  readonly space: string;
  readonly failures?: EvaluationFailures;
  readonly underWay: readonly UnderWay[];
  readonly figures: readonly FigureView[];
}

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
  readonly budget: CellView["budget"];
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
  /** Inside which subspace each query was proposed, in order, where a record of the run is kept. */
  readonly chosen?: readonly { readonly query: number; readonly subspace: number }[];
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

/** Two cells, or two runs. */
export interface Compared {
  readonly of: "cells" | "runs";
  readonly sides: readonly [ComparedSide, ComparedSide];
  /** The first less the second, over the seeds that both have: of cells that are measured by the same metrics. */
  readonly comparison?: { readonly [M in Measure]?: Comparison };
  /** Components of the best architectures; left out where the spaces differ or are not built in. */
  readonly components?: readonly { readonly component: string; readonly choices: readonly [string | null, string | null] }[];
  readonly figures: readonly FigureView[];
}

export interface ComparedSide {
  readonly matrix: MatrixOverview;
  readonly cell: string;
  readonly seed?: number;
  readonly n: number;
  readonly metric: Metric;
  readonly testMetric?: Metric;
  readonly score?: Estimate;
  readonly test?: Estimate;
  readonly run?: RunLine;
  readonly best?: BestArchitecture;
}

/** What architectures are made of against their scores: parallel coordinates. */
export interface Coordinates {
  /** Left out where there are no lines: see `why`. */
  readonly components: readonly { readonly name: string; readonly choices: readonly string[] }[];
  readonly metric: Metric;
  /**
   * Of all evaluations of journals or records; where these are not kept, of every centre that finished runs have had; and
   * where there are no subspaces, of their answers alone.
   */
  readonly of: "trials" | "centres" | "answers";
  /** So many there are; `lines` are at most MOST_LINES of them, evenly taken by score, the best always. */
  readonly total: number;
  readonly lines: readonly CoordinateLine[];
  readonly why?: string;
}
export const MOST_LINES = 2000;

export interface CoordinateLine {
  /** The number of the choice of each component. */
  readonly choices: readonly number[];
  readonly score: number;
  readonly seed: number;
  readonly query?: number;
}

/** How much of the variance of the score goes with each component. */
export interface Importance {
  readonly method: {
    readonly name: "functional ANOVA";
    /** Where it is from. */
    readonly source: string;
    readonly trees: number;
  };
  readonly of: Coordinates["of"];
  /** Architectures that it is learned from. */
  readonly n: number;
  /** Share of the variance of architectures that the forest had not seen (out of bag) which it explains; null where that is not known. */
  readonly explained: number | null;
  /** The most important first. Shares are of the variance that the forest has over the whole space, evenly. */
  readonly components: readonly {
    readonly name: string;
    readonly share: number;
    /** The mean score with each choice, over all else. */
    readonly choices: readonly { readonly choice: string; readonly mean: number; readonly n: number }[];
  }[];
  /** What two do together beyond each alone; the most important first. */
  readonly pairs: readonly { readonly first: string; readonly second: string; readonly share: number }[];
  /** Why it cannot be told. */
  readonly why?: string;
}

/**
 * What the stream tells, as `event: change` with one of these as data. The first is `all`; later ones have what is other
 * than before. A client that was cut off names the last `id` and is told what it has missed, or all.
 */
export interface StudioEvent {
  readonly all: boolean;
  /** Stores whose state is another one; of `all`, every one. */
  readonly stores: readonly Pick<StoreOverview, "id" | "file" | "problem" | "runs">[];
  readonly matrices: readonly Pick<MatrixOverview, "id" | "name" | "progress" | "best" | "changed">[];
  /** Ids of matrices that are not there any more. */
  readonly gone: readonly string[];
  /** Cells whose progress is another one; left out of `all`. */
  readonly cells: readonly { readonly matrix: string; readonly cell: string; readonly progress: Progress }[];
  /** Runs of which something more is kept, or that are finished, at most MOST_ROWS; left out of `all`. */
  readonly runs: readonly { readonly matrix: string; readonly cell: string; readonly seed: number; readonly state: RunState }[];
}
