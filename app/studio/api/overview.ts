/** All that was run, and how far it is. @module */
import type { Metric } from "../../../core/plugin/metric.ts";
import type { ReportDocument } from "../../report/document.ts";
import type { Problem } from "./requests.ts";

/**
 * - `running`: a process that lives is at it, or something of it was kept in the last seconds.
 * - `stopped`: it is not finished, and nobody is at it.
 * - `waiting`: nobody is at it, and none of its runs was broken off, though others of the same matrix are running.
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
