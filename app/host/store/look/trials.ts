/**
 * The journal of a run as a table: sorted, filtered and cut into pages by SQLite, so that one of any length can be looked at.
 *
 * @module
 */
import type { Evaluated } from "../../../../core/search/evaluations.ts";
import type { Columns, StoreDatabase } from "../database.ts";
import { type EvaluationRow, intactEvaluation } from "../evaluation-store.ts";

/** An evaluation of a journal. */
export interface JournalTrial {
  readonly place: number;
  readonly query: number;
  readonly architecture: string;
  readonly fidelity: number | null;
  /** Null where it was rejected. */
  readonly score: number | null;
  readonly seconds: number | null;
  /** The epochs that it was ended early after. */
  readonly stopped: number | null;
  readonly wall: number;
  /** Tries that failed, and why the last did. */
  readonly tries: number;
  readonly reason: string | null;
  /** 1 where it was better than all before it. */
  readonly improved: number | null;
}

const TRIAL: Columns<JournalTrial> = {
  ...{ place: "integer", query: "integer", architecture: "text", fidelity: "real", score: "real", seconds: "real", stopped: "real" },
  ...{ wall: "real", tries: "integer", reason: "text", improved: "integer" },
};

/** What of a journal is asked for, and in which order. */
export interface TrialsWanted {
  readonly sort: "place" | "query" | "score" | "seconds" | "wallSeconds" | "architecture";
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly state?: "measured" | "rejected" | "stopped-early" | undefined;
  /** The architecture has it in it. */
  readonly text?: string | undefined;
  readonly goal: "maximise" | "minimise";
}

const SORTS = { place: "place", query: "query", score: "score", seconds: "seconds", wallSeconds: "wall", architecture: "architecture" };
const STATES = {
  measured: "score IS NOT NULL AND stopped IS NULL",
  rejected: "score IS NULL",
  "stopped-early": "stopped IS NOT NULL",
} as const;

/** A page of the journal of a run, and how many rows there are in all. */
export function trialsOf(
  database: StoreDatabase,
  { digest, seed }: { readonly digest: string; readonly seed: number },
  { sort, descending, offset, limit, state, text = "", goal }: TrialsWanted,
): { readonly rows: JournalTrial[]; readonly total: number } {
  if (!database.keepsEvaluations) return { rows: [], total: 0 };
  const [best, better] = goal === "minimise" ? ["min", "<"] : ["max", ">"];
  const source = `FROM (SELECT *, score IS NOT NULL AND fidelity IS NULL AND coalesce(score ${better} before, 1) AS improved FROM
    (SELECT *, ${best}(CASE WHEN fidelity IS NULL THEN score END) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM
      (SELECT place, query, architecture, fidelity, wall_seconds AS wall,
        CAST(json_extract(json, '$.measurement.score') AS REAL) AS score,
        CAST(json_extract(json, '$.measurement.seconds') AS REAL) AS seconds,
        CAST(json_extract(json, '$.measurement.stoppedAfter') AS REAL) AS stopped,
        coalesce(json_array_length(json, '$.failures'), 0) AS tries,
        json_extract(json, '$.failures[#-1].reason') AS reason
       FROM (SELECT *, CASE WHEN json_valid(outcome) THEN outcome END AS json FROM evaluations WHERE digest = ? AND seed = ?))))
    WHERE ${state ? STATES[state] : "TRUE"} AND (? = '' OR instr(architecture, ?) > 0)`;
  const values = [digest, seed, text, text];
  const [{ total }] = database.all(`SELECT count(*) AS total ${source}`, ...values) as [{ total: number }];
  const order = `ORDER BY ${SORTS[sort]} ${descending ? "DESC" : "ASC"} NULLS LAST, place LIMIT ? OFFSET ?`;
  return { total, rows: database.rows(TRIAL, `${source} ${order}`, ...values, limit, offset) };
}

const ROW: Columns<EvaluationRow> = {
  ...{
    place: "integer",
    query: "integer",
    architecture: "text",
    fidelity: "real",
    outcome: "text",
    wall_seconds: "real",
    checksum: "blob",
  },
};

/** The evaluation of a query in a journal; undefined where there is none, or it is not as it was written. */
export function evaluationOf(database: StoreDatabase, digest: string, seed: number, query: number): Evaluated | undefined {
  if (!database.keepsEvaluations) return undefined;
  const [row] = database.rows(ROW, "FROM evaluations WHERE digest = ? AND seed = ? AND query = ?", digest, seed, query);
  return row && intactEvaluation(digest, seed, row) ? (JSON.parse(row.outcome) as Evaluated) : undefined;
}

/** What is needed of an evaluation to follow the course of its run. */
export interface CourseStep {
  readonly query: number;
  readonly architecture: string;
  readonly fidelity: number | null;
  readonly score: number | null;
  /** Seconds. */
  readonly charged: number | null;
}

const STEP: Columns<CourseStep> = { query: "integer", architecture: "text", fidelity: "real", score: "real", charged: "real" };
/** Steps that are read at a time. */
const STEPS = 5_000;

/** The journal of a run, in the order in which its evaluations were finished. */
export function* courseOf(database: StoreDatabase, digest: string, seed: number): Generator<CourseStep> {
  if (!database.keepsEvaluations) return;
  for (let from = 0; ; from += STEPS) {
    const rows = database.rows(
      STEP,
      `FROM (SELECT query, architecture, fidelity, json_extract(json, '$.measurement.score') AS score,
         json_extract(json, '$.measurement.seconds') AS charged
       FROM (SELECT *, CASE WHEN json_valid(outcome) THEN outcome END AS json FROM evaluations WHERE digest = ? AND seed = ? ORDER BY place LIMIT ? OFFSET ?))`,
      ...[digest, seed, STEPS, from],
    );
    yield* rows;
    if (rows.length < STEPS) return;
  }
}

/** The score of an architecture after all epochs. */
export interface ScoredText {
  readonly seed: number;
  readonly query: number;
  readonly architecture: string;
  readonly score: number;
}

const SCORED: Columns<ScoredText> = { seed: "integer", query: "integer", architecture: "text", score: "real" };

/** What the journals of some runs have measured after all epochs: of very many, every n-th. */
export function scoresOf(
  database: StoreDatabase,
  digest: string,
  { first, count }: { readonly first: number; readonly count: number },
  most: number,
): { readonly total: number; readonly rows: ScoredText[] } {
  if (!database.keepsEvaluations) return { total: 0, rows: [] };
  const range = [digest, first, Math.min(first + count, Number.MAX_SAFE_INTEGER)];
  const where = "FROM evaluations WHERE digest = ? AND seed >= ? AND seed < ?";
  const [{ total }] = database.all(`SELECT count(*) AS total ${where}`, ...range) as [{ total: number }];
  const step = Math.ceil(total / most);
  if (total === 0) return { total, rows: [] };
  const rows = database.rows(
    SCORED,
    `FROM (SELECT seed, query, architecture, json_extract(CASE WHEN json_valid(outcome) THEN outcome END, '$.measurement.score') AS score
     ${where} AND fidelity IS NULL AND place % ? = 0) WHERE score IS NOT NULL LIMIT ?`,
    ...[...range, step, most],
  );
  return { total, rows };
}
