/**
 * What a report is made of: `matrix.json`, and the runs in the store that it names. No code is run, and nothing is
 * written.
 *
 * @module
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reportSourceMissing, reportStoreMissing } from "../../core/errors/index.ts";
import type { Goals } from "../../core/manifest/matrix/raw-matrix.ts";
import { glanceAt } from "../../core/manifest/parse.ts";
import type { Metric } from "../../core/plugin/metric.ts";
import type { ReasonOfRuns } from "../../core/record/failures.ts";
import { experimentSchema } from "../../core/schemas/experiment.ts";
import { type EvaluationFailures, withLogs } from "../host/store/failed-evaluations.ts";
import type { MatrixCell, MatrixDocument } from "../host/store/matrix-document.ts";
import { DOCUMENT, readMatrixDocument, readResultsText } from "../host/store/read-document.ts";
import { RunStore } from "../host/store/run-store.ts";
import type { StoredRun } from "../host/store/stored-run.ts";

/** Finished runs, cell by cell. */
export interface ReportSource extends Omit<MatrixDocument, "matrix" | "store" | "base" | "cells"> {
  readonly name: string;
  /** The folder with `matrix.json`. */
  readonly folder: string;
  /** Where the runs are, for errors. */
  readonly file: string;
  readonly cells: readonly ReportCell[];
  /** Digests of what a single experiment reads. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The finished runs of a cell among the seeds, by seed. */
  runs(cell: MatrixCell): Iterable<StoredRun>;
  /** Adds the logs of failures of a cell, where they are kept. */
  withLogs(cell: MatrixCell, reasons: readonly ReasonOfRuns[]): EvaluationFailures["reasons"];
  close(): void;
}

/** A cell, and which metric its tests are: its runs say so. */
export interface ReportCell extends MatrixCell {
  readonly testMetric?: Metric;
}

/** The goals of a cell: those of its task, and the matrix's where the task has none. */
export function goalsOf({ best, targets, tasks = {} }: Pick<MatrixDocument, "best" | "targets" | "tasks">, { task }: MatrixCell): Goals {
  return { ...(best && { best }), ...(targets && { targets }), ...(task !== undefined && tasks[task]) };
}

/**
 * Opens what was run.
 * @param wanted  the folder of a run or a matrix, `matrix.json` in it, or the manifest that was run with the default --out
 * @throws EvokeError if it holds no results, or damaged ones
 */
export async function openReportSource(wanted: string): Promise<ReportSource> {
  const folder = folderOf(wanted);
  const file = join(folder, DOCUMENT);
  if (!existsSync(file)) throw reportSourceMissing(folder, existsSync(folder), foldersWithResults(folder));
  const { matrix: name, store, base: _, ...document } = readMatrixDocument(file);
  const storeFile = resolve(folder, store);
  if (!existsSync(storeFile)) throw reportStoreMissing(storeFile, file);
  const runs = await RunStore.open(storeFile, "read");
  const runsOf = ({ digest }: MatrixCell) => runs.runs(digest, document.seeds);
  const cells = document.cells.map((cell) => ({ ...cell, ...testMetricOf(runsOf(cell)) }));
  const [only, ...others] = cells;
  const inputs = others.length === 0 ? only!.inputs : undefined;
  return {
    ...{ ...document, name, folder, file: storeFile, cells },
    ...(inputs && { inputs }),
    runs: runsOf,
    withLogs: ({ digest }, reasons) => withLogs(runs, digest, reasons),
    close: () => runs.close(),
  };
}

/** An evaluator says which metric its tests are when it makes one. */
export function testMetricOf(runs: Iterable<StoredRun>): Pick<ReportCell, "testMetric"> {
  for (const { trajectory } of runs) return trajectory.testMetric ? { testMetric: trajectory.testMetric } : {};
  return {};
}

/** As manifests may call themselves, which is the name of a folder. */
const NAME = new RegExp(experimentSchema.properties.name.pattern);

/** The folder that is meant; of a manifest, where `evoke run` and `evoke matrix` put the results of it. */
function folderOf(wanted: string): string {
  if (!existsSync(wanted) || statSync(wanted).isDirectory()) return wanted;
  const { kind, name } = glanceAt(readResultsText(wanted));
  return name !== undefined && NAME.test(name) && (kind === "experiment" || kind === "matrix") ? join("results", name) : dirname(wanted);
}

/** The folders directly inside that could be reported on. */
function foldersWithResults(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, DOCUMENT)))
    .map(({ name }) => join(folder, name))
    .sort();
}
