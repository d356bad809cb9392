/** Where the studio answers, what it is asked with, and what it says when it cannot. @module */

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
