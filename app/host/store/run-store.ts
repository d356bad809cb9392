/**
 * The store of finished runs: one SQLite file, addressed by the digest of the experiment and the seed, so
 * that equal runs are done once whatever matrix they belong to. Beside the runs it has the evaluations that they are
 * made of, where these took long, and says who works on what.
 *
 * - A run that was added survives a kill, and a power cut: the log is written through at each commit.
 * - Any number of processes may use one store. Where two add the same run, the first is kept; they are equal.
 * - Each row has a checksum. What is not as it was written is told, never used. Of a file with damaged pages, `salvage`
 *   finds what is intact.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type EvokeError, storeDamaged } from "../../../core/errors/index.ts";
import type { RunResult } from "../../../core/record/result.ts";
import type { Trajectory } from "../../../core/record/trajectory.ts";
import { allowed, MOST } from "../../../training/files/limits.ts";
import { AskedStore } from "./asked-store.ts";
import { Claims } from "./claims.ts";
import { aroundDamage, type Columns, IN_MEMORY, StoreDatabase } from "./database.ts";
import { EvaluationStore } from "./evaluation-store.ts";
import type { FinishedRun, StoredRun } from "./stored-run.ts";

/** Seeds one after the other. */
export interface SeedRange {
  readonly first: number;
  readonly count: number;
}

/** Rows read at a time: what is in memory does not grow with the seeds, and no read stays open between. */
const PAGE = 100;

/** A run as the file has it. */
export interface RunRow {
  readonly seed: number;
  readonly result: string;
  readonly trajectory: ArrayBuffer;
  readonly wall_seconds: number;
  readonly checksum: ArrayBuffer;
}

export const RUN_COLUMNS: Columns<RunRow> = {
  ...{ seed: "integer", result: "text", trajectory: "blob", wall_seconds: "real", checksum: "blob" },
};

/** @throws Error if it is damaged, or larger than any is */
export function trajectoryText({ trajectory }: Pick<RunRow, "trajectory">): string {
  return inflateRawSync(trajectory, { maxOutputLength: allowed(MOST.trajectory) }).toString("utf8");
}

export class RunStore {
  /** The evaluations that runs are made of. */
  readonly evaluations: EvaluationStore;
  /** Those that are asked for and told from outside. */
  readonly asked: AskedStore;
  readonly #database: StoreDatabase;
  #claims: Claims | undefined;

  private constructor(database: StoreDatabase) {
    this.#database = database;
    this.evaluations = new EvaluationStore(database);
    this.asked = new AskedStore(database);
  }

  /** A store that goes with the process. */
  static inMemory(): Promise<RunStore> {
    return RunStore.open(IN_MEMORY, "write");
  }

  /**
   * Opens a store. To be written it is made if it is not there.
   * @throws EvokeError STORE_FOREIGN, STORE_NEWER, STORE_EMPTY, STORE_DAMAGED, STORE_UNAVAILABLE, CANNOT_READ or CANNOT_WRITE
   */
  static async open(file: string, mode: "read" | "write"): Promise<RunStore> {
    const store = new RunStore(await StoreDatabase.open(file, mode));
    if (mode === "write") store.claims.forgetGone();
    return store;
  }

  get file(): string {
    return this.#database.file;
  }

  /** False if it is in memory, where no other thread can read it. */
  get isFile(): boolean {
    return this.file !== IN_MEMORY;
  }

  /** Who works on what, among the processes that use the store. */
  get claims(): Claims {
    return (this.#claims ??= new Claims(this.#database));
  }

  /** What was added is in the one file then, unless another process has it open: that one, or the next, will see to it. */
  close(): void {
    this.#claims?.release();
    this.#database.close();
  }

  /** @throws EvokeError STORE_GONE where its file was removed, moved or replaced since it was opened to be written */
  checkThere(): void {
    this.#database.checkThere();
  }

  /** The seeds of an experiment whose runs are finished. */
  seeds(digest: string): ReadonlySet<number> {
    const rows = this.#database.rows<{ seed: number }>({ seed: "integer" }, "FROM runs WHERE digest = ?", digest);
    return new Set(rows.map(({ seed }) => seed));
  }

  /** True if the run is finished. */
  has(digest: string, seed: number): boolean {
    return this.#database.all("SELECT 1 FROM runs WHERE digest = ? AND seed = ?", digest, seed).length > 0;
  }

  /** The trajectory of a finished run. */
  trajectory(digest: string, seed: number): Trajectory | undefined {
    const [run] = this.runs(digest, { first: seed, count: 1 });
    return run?.trajectory;
  }

  /**
   * The finished runs among these seeds, by seed, read as they are asked for.
   * @throws EvokeError STORE_DAMAGED at a run that is not as it was written
   */
  *runs(digest: string, seeds: SeedRange): Generator<StoredRun> {
    for (const row of this.#rows(digest, seeds)) {
      const trajectory = this.#unpacked(digest, row);
      yield { result: JSON.parse(row.result) as RunResult, trajectory, wallSeconds: row.wall_seconds };
    }
  }

  /** The same without their trajectories, which takes a fifth of the time. */
  *results(digest: string, seeds: SeedRange): Generator<FinishedRun> {
    for (const row of this.#rows(digest, seeds)) yield { result: JSON.parse(row.result) as RunResult, wallSeconds: row.wall_seconds };
  }

  /** Keeps finished runs; when it returns, they are safe. A run that is there already stays as it is. */
  add(digest: string, runs: readonly StoredRun[]): void {
    this.#database.write(
      `INSERT INTO runs (digest, seed, result, trajectory, wall_seconds, checksum) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (digest, seed) DO NOTHING`,
      runs.map(({ result, trajectory, wallSeconds }) => {
        const text = JSON.stringify(result);
        const packed = deflateRawSync(JSON.stringify(trajectory));
        return [digest, result.seed, text, packed, wallSeconds, checksum(digest, result.seed, text, packed, wallSeconds)];
      }),
    );
  }

  /** Forgets runs that are not as they were written. @returns their seeds */
  discardDamaged(digest: string): number[] {
    const damaged: number[] = [];
    for (const row of this.#pages(digest, { first: 0, count: Number.MAX_SAFE_INTEGER }))
      if (!intactRun(digest, row)) damaged.push(row.seed);
    if (damaged.length > 0)
      this.#database.write(
        "DELETE FROM runs WHERE digest = ? AND seed = ?",
        damaged.map((seed) => [digest, seed]),
      );
    return damaged;
  }

  *#rows(digest: string, seeds: SeedRange): Generator<RunRow> {
    for (const row of this.#pages(digest, seeds)) {
      if (!intactRun(digest, row)) throw this.#damaged(digest, row);
      yield row;
    }
  }

  #unpacked(digest: string, row: RunRow): Trajectory {
    try {
      return JSON.parse(trajectoryText(row)) as Trajectory;
    } catch (error) {
      throw this.#damaged(digest, row, error as Error);
    }
  }

  #damaged(digest: string, { seed }: RunRow, cause?: Error): EvokeError {
    return storeDamaged(
      this.file,
      `the run of seed ${seed} of the experiment ${digest} is not as it was written`,
      "Call the command that did it again: it finds that run and does it again.",
      cause,
    );
  }

  /** @throws EvokeError STORE_DAMAGED, also where seeds are not in order: one could be read twice then */
  *#pages(digest: string, { first, count }: SeedRange): Generator<RunRow> {
    const end = Math.min(first + count, Number.MAX_SAFE_INTEGER);
    for (let from = first; ; ) {
      const rest = `FROM runs WHERE digest = ? AND seed >= ? AND seed < ? ORDER BY seed LIMIT ${PAGE}`;
      const page = this.#database.rows(RUN_COLUMNS, rest, digest, from, end);
      for (const row of page) {
        if (row.seed < from) throw storeDamaged(this.file, "its index is not in order", aroundDamage(this.file));
        from = row.seed + 1;
        yield row;
      }
      if (page.length < PAGE) return;
    }
  }
}

/** True if a row is as it was written. */
export function intactRun(digest: string, { seed, result, trajectory, wall_seconds, checksum: written }: RunRow): boolean {
  if (!(trajectory instanceof ArrayBuffer && written instanceof ArrayBuffer)) return false;
  return checksum(digest, seed, result, trajectory, wall_seconds).equals(Buffer.from(written));
}

/** The first half of a SHA-256 over all that a row holds. */
function checksum(digest: string, seed: number, result: string, trajectory: ArrayBuffer | Uint8Array, wallSeconds: number): Buffer {
  const bytes = trajectory instanceof ArrayBuffer ? new Uint8Array(trajectory) : trajectory;
  const head = JSON.stringify([digest, seed, result, wallSeconds]);
  return createHash("sha256").update(head).update(bytes).digest().subarray(0, 16);
}
