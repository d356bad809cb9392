/**
 * Running manifests from a program, as "evoke-nas/host": what `evoke run` and `evoke matrix` do, without a terminal, and
 * searches whose evaluations the program does itself.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import process from "node:process";
import type { Terminal } from "../../core/plugin/dependencies.ts";
import type { EventType, SearchEvent } from "../../core/record/events.ts";
import { openToldSearch, type Search, type SearchOptions } from "./ask/open-search.ts";
import { type MatrixSummary, matrixSummary } from "./documents/matrix-summary.ts";
import { type RunDocument, runDocument } from "./documents/run-document.ts";
import type { ExperimentFile } from "./experiment.ts";
import { planExperiment, planMatrix, type RunPlan } from "./run/plan.ts";
import { type CellRuns, discardDamaged, openAgain, type RunListener, runPlan } from "./run/run-plan.ts";
import { storeFile, writeMatrixDocument } from "./store/matrix-document.ts";
import { RunStore } from "./store/run-store.ts";
import { trustInThisCall } from "./trust.ts";

export type { Asked } from "./ask/asked.ts";
export type { Search, SearchOptions } from "./ask/open-search.ts";
export type { Outcome } from "./ask/outcome.ts";
export type { CellSummary, MatrixSummary } from "./documents/matrix-summary.ts";
export type { RunDocument, Summary } from "./documents/run-document.ts";

/** How a manifest is run. */
export interface RunOptions {
  /** The folder that runs are kept in, and found again; left out, nothing is kept. */
  readonly out?: string;
  /** Worker threads; 1 is this thread. Left out, one for each core takes over what is not done after half a second. */
  readonly workers?: number;
  /**
   * Evaluations at a time over all runs, where they are done by programs or trainings, and runs that train shared weights;
   * left out, as many as there are places for.
   */
  readonly parallel?: number;
  /** Whether plugins and programs that the manifest names are run although nobody has said that its folder is trusted. */
  readonly trust?: boolean;
  /** Changes of the manifest, by JSON pointer (RFC 6901); null removes what is there. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** The event types to be told of; with `onEvent`. */
  readonly types?: readonly EventType[];
  /** Told of each event, those of a run in order. */
  onEvent?(event: SearchEvent): void;
  /** Told what people should know of: an observer that failed, for example. */
  onNote?(line: string): void;
}

/**
 * Runs an experiment over its seeds.
 * @param manifest  its path; or the manifest itself, whose paths are relative to the working folder
 * @returns its runs, those found included; a run that failed is in `failed`
 * @throws EvokeError of what is wrong before anything runs
 */
export async function runExperiment(manifest: string | object, options: RunOptions = {}): Promise<RunDocument> {
  const { out } = options;
  const plan = await planExperiment(fileOf(manifest, options), out === undefined ? {} : { out });
  return run(plan, options, (runs, store) => runDocument(plan, runs as [CellRuns], store));
}

/**
 * Runs all cells of a matrix over its seeds.
 * @param manifest  its path; or the manifest itself, whose paths are relative to the working folder
 * @returns each cell, with its difference from the baseline
 * @throws EvokeError of what is wrong before anything runs
 */
export async function runMatrix(manifest: string | object, options: RunOptions = {}): Promise<MatrixSummary> {
  const plan = await planMatrix(fileOf(manifest, options));
  return run(plan, options, (runs, store) => matrixSummary(plan, runs, store));
}

/**
 * Opens the search of one seed, for a program that does the evaluations itself: it asks for each, and tells what came of
 * it. The manifest's evaluator measures nothing; its metric, fidelities and concurrency are as always.
 * @param manifest  its path; or the manifest itself, whose paths are relative to the working folder
 * @throws EvokeError of what is wrong before anything is asked for
 */
export function openSearch(manifest: string | object, options: SearchOptions = {}): Promise<Search> {
  return openToldSearch(fileOf(manifest, options), options);
}

function fileOf(manifest: string | object, { set = {}, trust = false }: Pick<RunOptions, "set" | "trust">): ExperimentFile {
  if (trust) trustInThisCall(typeof manifest === "string" ? dirname(resolve(manifest)) : process.cwd());
  const changes = Object.entries(set).map(([pointer, value]) => ({ pointer, value }));
  if (typeof manifest === "string") return { file: manifest, changes };
  return { file: resolve("manifest.json"), changes, inline: { title: "the manifest", text: JSON.stringify(manifest) } };
}

async function run<T>(plan: RunPlan, options: RunOptions, result: (runs: readonly CellRuns[], store: RunStore) => T): Promise<T> {
  const { out } = options;
  const store = out === undefined ? await RunStore.inMemory() : await RunStore.open(storeFile(out), "write");
  let runs: CellRuns[];
  try {
    discardDamaged(plan, store);
    runs = await runPlan(plan, store, options, listenerOf(options));
    if (out === undefined) return result(runs, store);
  } finally {
    store.close();
  }
  await writeMatrixDocument(out, plan);
  const kept = await openAgain(plan, runs, store.file);
  try {
    return result(runs, kept);
  } finally {
    kept.close();
  }
}

const NO_TERMINAL: Terminal = { interactive: false, columns: 80, write: () => {} };

function listenerOf({ types = [], onEvent, onNote }: RunOptions): RunListener {
  return {
    terminal: NO_TERMINAL,
    types: onEvent ? types : [],
    say: (line) => onNote?.(line),
    began() {},
    event: (event) => onEvent?.(event),
    ended() {},
    estimated() {},
  };
}
