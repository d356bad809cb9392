/**
 * What a call runs: the cells of a matrix, or one experiment as the only cell. Every cell is composed once, so that
 * all that can be wrong is told before anything runs.
 *
 * @module
 */
import { join } from "node:path";
import { EvokeError, metricUnnamed, together } from "../../../core/errors/index.ts";
import type { Experiment } from "../../../core/manifest/experiment.ts";
import type { Cell, Matrix } from "../../../core/manifest/matrix/matrix.ts";
import type { Terminal } from "../../../core/plugin/dependencies.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import { trainingsFolder } from "../evaluations/evaluation-folders.ts";
import { cellFile, type ExperimentFile, type HostParts, loadExperiment, loadMatrix, openExperiment } from "../experiment.ts";
import type { Opened } from "../opened.ts";
import type { OpenedFiles } from "../opened-files.ts";
import type { Shard } from "../shards/shard.ts";
import { ResultsOutput } from "../store/output.ts";
import type { KeptRuns } from "./kept-runs.ts";

/** What tells a cell from others. */
type Identity = Pick<Cell, "name" | "variant" | "at" | "panel" | "task" | "baseline" | "differs">;

/** A cell that was composed once. */
export interface PlannedCell extends Identity, Pick<Cell, "experiment"> {
  readonly source: ExperimentFile;
  /** Names its runs in the store. */
  readonly digest: string;
  /** Digests of what it reads, by name. */
  readonly inputs: ReadonlyMap<string, string>;
  /** All files that it was composed from; one object for all cells of a matrix that have the same. */
  readonly files: OpenedFiles;
  readonly metric: Metric;
  /** True if something is to be done once before the first of its runs. */
  readonly prepares: boolean;
  /** How many of its evaluations can be under way, where its runs are done side by side: see Work. */
  readonly places?: number;
  /** How many evaluations of a run of it are under way at once, where there is room for them. */
  readonly proposals: number;
  /** Only where it is the only cell: to keep all of them composed would take too much memory. */
  readonly opened?: Opened;
}

export interface RunPlan extends Pick<Matrix, "name" | "question" | "seeds" | "best" | "targets" | "reference" | "axes"> {
  /** Left out for a single experiment. */
  readonly design?: Matrix["design"];
  readonly family?: Matrix["family"];
  readonly tasks?: Matrix["tasks"];
  /** The manifest of the base, or of the experiment, with every default. */
  readonly base: object;
  readonly cells: readonly PlannedCell[];
  /** With the tables that were opened for it. */
  readonly tables: Opened["tables"];
  /** Which part of the runs is wanted; all where it is left out. */
  readonly shard?: Shard;
}

/** Where a call shows what it does, and what its observers write. */
export interface PlanHost {
  readonly terminal?: Terminal;
  /** The folder under which observers write; left out where nothing is kept. */
  readonly out?: string;
  /** Where runs of other experiments are kept, if these are to be found there. */
  readonly keptRuns?: KeptRuns;
}

/** Plans the runs of one experiment. */
export async function planExperiment(source: ExperimentFile, { terminal, out, keptRuns }: PlanHost = {}): Promise<RunPlan> {
  const experiment = await loadExperiment(source);
  const { name, seeds, resolved } = experiment;
  let folder = ""; // of what observers write: its name is known once the experiment is composed
  const output = out !== undefined && new ResultsOutput(out, () => join(name, folder));
  const opened = await openExperiment(source, {
    experiment,
    ...(terminal && { terminal }),
    ...(output && { output, trainings: (digest: string) => trainingsFolder(out, digest) }),
    ...(keptRuns && { keptRuns }),
  });
  const { digest } = opened.composition;
  folder = digest.slice(0, 12);
  const cell = { name, variant: "base", at: {}, panel: "", baseline: name, differs: [] };
  const { question } = resolved as { readonly question?: string };
  return {
    ...{ name, seeds, axes: [], base: resolved },
    ...(question !== undefined && { question }),
    cells: [{ ...planned(cell, experiment, source, opened), opened }],
    tables: opened.tables,
  };
}

/** Plans the runs of a matrix. Its cells have no observers. */
export async function planMatrix(source: ExperimentFile): Promise<RunPlan> {
  const matrix = await loadMatrix(source);
  const { name, question, design, family, seeds, best, targets, tasks, reference, axes, base } = matrix;
  const cells: PlannedCell[] = [];
  const metrics = new Set<string>();
  const known = new Map<string, OpenedFiles>();
  let tables: Opened["tables"];
  await openCells(matrix, {}, (cell, opened) => {
    const { key } = opened.files;
    const files = known.get(key) ?? opened.files;
    known.set(key, files);
    cells.push(planned(cell, cell.experiment, cellFile(matrix, cell), { ...opened, files }));
    for (const one of opened.composition.objectives.all) metrics.add(one.name);
    tables = opened.tables;
  });
  checkReference(matrix, metrics);
  return {
    ...{ name, design, family, seeds, tasks, axes, base: base.resolved, cells, tables: tables! },
    ...(question !== undefined && { question }),
    ...(best && { best }),
    ...(targets && { targets }),
    ...(reference && { reference }),
  };
}

/** Composes each cell, in order. @throws EvokeError with what is wrong with any of them, each thing once */
export async function openCells(
  matrix: Matrix,
  parts: HostParts,
  take: (cell: Cell, opened: Opened) => void | Promise<void>,
): Promise<void> {
  const wrong = new Map<string, unknown>();
  for (const cell of matrix.cells)
    try {
      await take(cell, await openExperiment(cellFile(matrix, cell), parts));
    } catch (error) {
      if (!(error instanceof EvokeError)) throw error;
      const same = error.message.replaceAll(cell.title, "");
      if (!wrong.has(same)) wrong.set(same, error);
    }
  if (wrong.size > 0) throw together(matrix.file, [...wrong.values()]);
}

/** @param metrics  those that any cell has @throws EvokeError METRIC_UNNAMED */
export function checkReference({ reference = {}, file }: Matrix, metrics: ReadonlySet<string>): void {
  const unnamed = Object.keys(reference).find((metric) => !metrics.has(metric));
  if (unnamed !== undefined) throw metricUnnamed(unnamed, [...metrics], `/reference of ${file}`);
}

function planned(identity: Identity, experiment: Experiment, source: ExperimentFile, opened: Opened): PlannedCell {
  const { name, variant, at, panel, task, baseline, differs } = identity;
  const { digest, metric, prepare, proposals } = opened.composition;
  const { places } = opened;
  // What is shared is looked for in the store by one thread.
  const sideBySide = places ?? (experiment.evaluations === "shared" ? 1 : undefined);
  return {
    ...{ name, variant, at, panel, baseline, differs, experiment, source, digest, metric, proposals },
    ...(task !== undefined && { task }),
    inputs: opened.inputs,
    files: opened.files,
    prepares: prepare !== undefined,
    ...(sideBySide !== undefined && { places: sideBySide }),
  };
}
