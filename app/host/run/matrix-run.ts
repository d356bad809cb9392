/**
 * A matrix, run: what its cells are once they are composed, which of their runs are in the store, and the
 * runs that are not.
 *
 * @module
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { cannotWriteFile } from "../../../core/errors/index.ts";
import type { Cell, Matrix } from "../../../core/manifest/matrix/matrix.ts";
import type { Terminal } from "../../../core/plugin/dependencies.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import { VERSION } from "../../../core/version.ts";
import { cellFile, type Opened, openExperiment } from "../experiment.ts";
import type { MatrixDocument } from "../store/matrix-document.ts";
import type { RunStore, SeedRange } from "../store/run-store.ts";
import { execute, type Listener } from "./execute.ts";
import type { Ended, FailedRun, StoredRun } from "./run-seed.ts";

/** A cell that was composed once. */
export interface PlannedCell {
  readonly cell: Cell;
  readonly digest: string;
  /** Digests of what it reads, by name. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly metric: Metric;
  /** True if something is to be done once before the first of its runs. */
  readonly prepares: boolean;
}

export interface Plan {
  readonly matrix: Matrix;
  readonly cells: readonly PlannedCell[];
  /** With the tables that were opened for it. */
  readonly tables: Opened["tables"];
}

/** Composes every cell, so that all that can be wrong is told before anything runs. */
export async function planOf(matrix: Matrix): Promise<Plan> {
  const cells: PlannedCell[] = [];
  let tables: Opened["tables"];
  for (const cell of matrix.cells) {
    const opened = await openExperiment(cellFile(matrix, cell));
    const { digest, metric } = opened.composition;
    cells.push({ cell, digest, inputs: opened.inputs, metric, prepares: opened.composition.prepare !== undefined });
    tables = opened.tables;
  }
  return { matrix, cells, tables: tables! };
}

/** The file with the runs of all matrices under a folder. */
export function storeFile(out: string): string {
  return join(out, "runs.sqlite");
}

/** What became of the runs of a cell. */
export interface CellRuns {
  readonly cell: PlannedCell;
  /** Runs that were done in this call. */
  computed: number;
  readonly failed: FailedRun[];
}

/** What happens while a matrix runs. */
export interface MatrixListener {
  readonly terminal: Terminal;
  /** @param known  runs that are in the store already */
  began(runs: number, known: number, cells: number): void;
  /** A run is finished and safe, or failed, or was done elsewhere. */
  ended(): void;
  /** How long the runs will take that have not begun, in seconds. */
  estimated(seconds: number): void;
}

/** Commits are this far apart, so that short runs share them and long ones are not kept waiting. */
const COMMIT_MILLISECONDS = 100;

/** Adds finished runs to the store, those of about a tenth of a second at a time. */
export class Commits {
  readonly #store: RunStore;
  readonly #done: (runs: number) => void;
  readonly #pending = new Map<string, StoredRun[]>();
  #timer: NodeJS.Timeout | undefined;
  #committed = Number.NEGATIVE_INFINITY;
  #error: unknown;
  /** @param done  told of runs that are safe */
  constructor(store: RunStore, done: (runs: number) => void) {
    this.#store = store;
    this.#done = done;
  }

  /** @throws EvokeError of this commit, or of one before that a timer made */
  add(digest: string, run: StoredRun): void {
    if (this.#error) throw this.#error;
    const pending = this.#pending.get(digest);
    if (pending) pending.push(run);
    else this.#pending.set(digest, [run]);
    const wait = this.#committed + COMMIT_MILLISECONDS - performance.now();
    if (wait <= 0) this.commit();
    else this.#timer ??= setTimeout(() => this.#commitLater(), wait);
  }

  /** All that was added is safe when it returns. */
  commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#error) throw this.#error;
    for (const [digest, runs] of this.#pending) {
      this.#store.add(digest, runs);
      this.#pending.delete(digest);
      this.#done(runs.length);
    }
    this.#committed = performance.now();
  }

  #commitLater(): void {
    try {
      this.commit();
    } catch (error) {
      this.#error = error;
    }
  }
}

/**
 * Runs what is not in the store.
 * @param onCommits  handed what must be committed before an interruption ends the process
 * @returns each cell with what became of its runs
 */
export async function runMatrix(
  { matrix, cells, tables }: Plan,
  store: RunStore,
  workers: number | undefined,
  listener: MatrixListener,
  onCommits: (commits: Commits) => void,
): Promise<CellRuns[]> {
  const { first, count } = matrix.seeds;
  const runs: CellRuns[] = cells.map((cell) => ({ cell, computed: 0, failed: [] }));
  const experiments = cells.map(({ cell, digest }) => {
    const known = store.seeds(digest);
    const seeds = Array.from({ length: count }, (_, i) => first + i).filter((seed) => !known.has(seed));
    return { source: cellFile(matrix, cell), seeds };
  });
  const waiting = experiments.reduce((sum, { seeds }) => sum + seeds.length, 0);
  listener.began(count * cells.length, count * cells.length - waiting, cells.length);
  if (waiting === 0) return runs;
  for (const [i, { source, seeds }] of experiments.entries()) {
    if (!cells[i]!.prepares || seeds.length === 0) continue;
    const { composition } = await openExperiment(source, { terminal: listener.terminal });
    await composition.prepare!();
  }
  const commits = new Commits(store, (safe) => {
    for (let i = 0; i < safe; i++) listener.ended();
  });
  onCommits(commits);
  const listening: Listener = {
    types: [],
    events() {},
    async ended(run: Ended, experiment) {
      if ("reason" in run) {
        runs[experiment]!.failed.push(run);
        listener.ended();
      } else {
        commits.add(cells[experiment]!.digest, run as StoredRun); // there is a store, so there are courses
        runs[experiment]!.computed++;
      }
    },
    // Another process on this store may have done it, or a run that began with it.
    wants(seed, experiment) {
      const wanted = !store.has(cells[experiment]!.digest, seed);
      if (!wanted) listener.ended();
      return wanted;
    },
    estimated: (seconds) => listener.estimated(seconds),
  };
  try {
    await execute({ experiments, sharedTables: () => tables.share(), store }, workers, listening);
  } finally {
    commits.commit();
  }
  return runs;
}

/** What `evoke report` reads, as far as the runs are there. */
export function matrixDocument({ matrix, cells }: Plan, store: RunStore): MatrixDocument {
  const { name, question, design, seeds, targets, axes, base } = matrix;
  return {
    matrix: name,
    ...(question !== undefined && { question }),
    evoke: VERSION,
    store: "../runs.sqlite",
    design,
    seeds,
    ...(targets && { targets }),
    axes,
    base: base.resolved,
    cells: cells.map(({ cell, digest, inputs, metric }) => {
      const { queries, seconds } = cell.experiment.budget;
      const testMetric = testMetricOf(store, digest, seeds);
      return {
        name: cell.name,
        digest,
        variant: cell.variant,
        at: cell.at,
        panel: cell.panel,
        baseline: cell.baseline,
        differs: cell.differs,
        metric,
        ...(testMetric && { testMetric }),
        budget: { ...(queries !== undefined && { queries }), ...(seconds !== undefined && { seconds }) },
        space: cell.experiment.space.plugin.name,
        spaceOptions: cell.experiment.space.options,
        inputs: Object.fromEntries(inputs),
      };
    }),
  };
}

/** An evaluator says which metric its tests are when it makes one. */
function testMetricOf(store: RunStore, digest: string, seeds: SeedRange): Metric | undefined {
  for (const { trajectory } of store.runs(digest, seeds)) return trajectory.testMetric;
  return undefined;
}

/** Writes `matrix.json`: a reader, or a kill, sees the old one or the new one. @returns its folder */
export async function writeMatrixDocument(out: string, document: MatrixDocument): Promise<string> {
  const folder = join(out, document.matrix);
  const file = join(folder, "matrix.json");
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.${process.pid}.new`, `${JSON.stringify(document, null, 2)}\n`);
    await rename(`${file}.${process.pid}.new`, file);
  } catch (error) {
    throw cannotWriteFile(file, error as NodeJS.ErrnoException);
  }
  return folder;
}
