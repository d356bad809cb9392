/**
 * `matrix.json`, which `evoke matrix` writes and `evoke report` reads: what the cells of a matrix are,
 * and where their runs are kept.
 *
 * @module
 */
import type { CellDifference, Design } from "../core/matrix.ts";
import type { Metric } from "../core/table.ts";

export interface MatrixDocument {
  readonly matrix: string;
  readonly question?: string;
  /** The version of Evoke that wrote it. */
  readonly evoke: string;
  /** The file with the runs, relative to this one. */
  readonly store: string;
  readonly design: Design;
  /** Of every cell: cells are compared seed by seed. */
  readonly seeds: { readonly first: number; readonly count: number };
  /** Metrics to be reached, for "queries to reach a target". */
  readonly targets?: { readonly test?: number; readonly validation?: number };
  /** The label is the shortest end of the pointer that no other axis has. */
  readonly axes: readonly { readonly pointer: string; readonly label: string; readonly values: readonly unknown[] }[];
  /** The manifest of the base with every default: with it, `differs` gives the manifest of each cell. `evoke matrix` writes it. */
  readonly base?: object;
  readonly cells: readonly MatrixCell[];
}

export interface MatrixCell {
  /** "base", "absolute-reward", "count=8"; in a factorial "random, dataset=cifar100". */
  readonly name: string;
  /** Names its runs in the store. */
  readonly digest: string;
  /** The variant that it has; `baseName` where it has none, "full" for the full cell of leave-one-out. */
  readonly variant: string;
  /** The value of each axis by pointer, the base's own where the cell does not change it. */
  readonly at: Readonly<Record<string, unknown>>;
  /** The axis part of the name, in a factorial: cells are compared within a panel. Else "". */
  readonly panel: string;
  /** The name of the cell that this one is compared with; its own for a baseline. */
  readonly baseline: string;
  /** What is otherwise than in the base, after defaults. A value that is left out is not there. */
  readonly differs: readonly CellDifference[];
  /** Of validation. */
  readonly metric: Metric;
  readonly testMetric?: Metric;
  readonly budget: { readonly queries?: number; readonly seconds?: number };
  /** The name of the space plugin. */
  readonly space: string;
  /** Digests of the tables and other experiments that it reads. `evoke matrix` writes them. */
  readonly inputs?: Readonly<Record<string, string>>;
}
