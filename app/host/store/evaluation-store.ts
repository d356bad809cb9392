/**
 * The evaluations in a store: the journal of each run, from which a run that was killed goes on, and those that runs
 * share. Each row has a checksum; what is not as it was written counts as not there, and is evaluated again.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Evaluated } from "../../../core/search/evaluations.ts";
import type { Columns, StoreDatabase } from "./database.ts";

/** An evaluation as it is kept. */
export interface KeptEvaluation {
  /** Its number in its run: see EvaluationRequest. */
  readonly query: number;
  /** In text. */
  readonly architecture: string;
  readonly fidelity?: number | undefined;
  readonly evaluated: Evaluated;
  /** How long it took, failed tries included. */
  readonly wallSeconds: number;
}

/** One of a run. */
export interface JournalEntry extends KeptEvaluation {
  /** From 0, in the order in which the evaluations of the run were finished. */
  readonly place: number;
}

/** One that runs share. */
export interface SharedEvaluation extends Pick<KeptEvaluation, "evaluated" | "wallSeconds"> {
  readonly key: string;
}

export interface EvaluationRow {
  readonly place: number;
  readonly query: number;
  readonly architecture: string;
  readonly fidelity: number | null;
  readonly outcome: string;
  readonly wall_seconds: number;
  readonly checksum: ArrayBuffer;
}

export type SharedRow = Pick<EvaluationRow, "outcome" | "wall_seconds" | "checksum">;

const SHARED_COLUMNS: Columns<SharedRow> = { outcome: "text", wall_seconds: "real", checksum: "blob" };
const COLUMNS: Columns<EvaluationRow> = {
  ...{ place: "integer", query: "integer", architecture: "text", fidelity: "real" },
  ...SHARED_COLUMNS,
};

export class EvaluationStore {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  /** The journal of a run, in order. It ends before the first entry that is not as it was written. */
  journal(digest: string, seed: number): JournalEntry[] {
    if (!this.#database.keepsEvaluations) return [];
    this.#database.flush();
    const rows = this.#database.rows(COLUMNS, "FROM evaluations WHERE digest = ? AND seed = ? ORDER BY place", digest, seed);
    const end = rows.findIndex((row, i) => row.place !== i || !intactEvaluation(digest, seed, row));
    return rows.slice(0, end < 0 ? rows.length : end).map(entryOf);
  }

  /** Adds to the journal of a run; when it returns, the entries are safe. An entry of the same place is replaced. */
  add(digest: string, seed: number, entries: readonly JournalEntry[]): void {
    this.#database.write(
      `INSERT OR REPLACE INTO evaluations (digest, seed, place, query, architecture, fidelity, outcome, wall_seconds, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entries.map(({ place, query, architecture, fidelity = null, evaluated, wallSeconds }) => {
        const row = { place, query, architecture, fidelity, outcome: JSON.stringify(evaluated), wall_seconds: wallSeconds };
        return [digest, seed, ...Object.values(row), journalSum(digest, seed, row)];
      }),
    );
  }

  /** Adds in one commit with what else is added in this turn of the event loop. @returns when the entries are safe */
  together(add: () => void): Promise<void> {
    return this.#database.together(add);
  }

  /** Takes the end off a journal. @param from  the first place that is removed */
  cut(digest: string, seed: number, from: number): void {
    this.#database.write("DELETE FROM evaluations WHERE digest = ? AND seed = ? AND place >= ?", [[digest, seed, from]]);
  }

  /** Takes out of the journal of a run what was rejected, and all that came after the first of these but for first centres. */
  forgetRejected(digest: string, seed: number): void {
    const entries = this.journal(digest, seed);
    const isRejected = ({ evaluated }: JournalEntry) => evaluated.measurement === undefined;
    const end = entries.findIndex((entry) => entry.query >= 0 && isRejected(entry));
    const kept = entries.filter((entry, i) => !isRejected(entry) && (entry.query < 0 || end < 0 || i < end));
    this.add(
      digest,
      seed,
      kept.map((entry, place) => ({ ...entry, place })),
    );
    this.cut(digest, seed, kept.length);
  }

  /** One that was shared. */
  shared(key: string): SharedEvaluation | undefined {
    if (!this.#database.keepsEvaluations) return undefined;
    const [row] = this.#database.rows(SHARED_COLUMNS, "FROM shared WHERE key = ?", key);
    if (!row || !intactShared(key, row)) return undefined;
    return { key, evaluated: JSON.parse(row.outcome) as Evaluated, wallSeconds: row.wall_seconds };
  }

  /** Shares one; when it returns, it is safe. */
  share({ key, evaluated, wallSeconds }: SharedEvaluation): void {
    const row = { outcome: JSON.stringify(evaluated), wall_seconds: wallSeconds };
    this.#database.write("INSERT OR REPLACE INTO shared (key, outcome, wall_seconds, checksum) VALUES (?, ?, ?, ?)", [
      [key, row.outcome, row.wall_seconds, sharedSum(key, row)],
    ]);
  }
}

function entryOf({ place, query, architecture, fidelity, outcome, wall_seconds }: EvaluationRow): JournalEntry {
  const evaluated = JSON.parse(outcome) as Evaluated;
  return { place, query, architecture, ...(fidelity !== null && { fidelity }), evaluated, wallSeconds: wall_seconds };
}

/** True if a row is as it was written. */
export function intactEvaluation(digest: string, seed: number, row: EvaluationRow): boolean {
  return intact(row.checksum, journalSum(digest, seed, row));
}

/** True if a row is as it was written. */
export function intactShared(key: string, row: SharedRow): boolean {
  return intact(row.checksum, sharedSum(key, row));
}

function journalSum(digest: string, seed: number, row: Omit<EvaluationRow, "checksum">): Buffer {
  const { place, query, architecture, fidelity, outcome, wall_seconds } = row;
  return sum([digest, seed, place, query, architecture, fidelity, outcome, wall_seconds]);
}

function sharedSum(key: string, { outcome, wall_seconds }: Pick<SharedRow, "outcome" | "wall_seconds">): Buffer {
  return sum([key, outcome, wall_seconds]);
}

/** The first half of a SHA-256. */
export function sum(values: readonly unknown[]): Buffer {
  return createHash("sha256").update(JSON.stringify(values)).digest().subarray(0, 16);
}

export function intact(written: unknown, expected: Buffer): boolean {
  return written instanceof ArrayBuffer && expected.equals(Buffer.from(written));
}
