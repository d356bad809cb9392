/**
 * `matrix.json`, which `evoke matrix` writes and `evoke report` reads: what the cells of a matrix are,
 * and where their runs are kept.
 *
 * @module
 */
import type { Axis } from "../../../core/manifest/matrix/axes.ts";
import type { Cell } from "../../../core/manifest/matrix/matrix.ts";
import type { Design } from "../../../core/manifest/matrix/raw-matrix.ts";
import type { Metric } from "../../../core/plugin/metric.ts";

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
  readonly targets?: { readonly test?: number; readonly score?: number };
  readonly axes: readonly Axis[];
  /** The manifest of the base with every default: with it, `differs` gives the manifest of each cell. `evoke matrix` writes it. */
  readonly base?: object;
  readonly cells: readonly MatrixCell[];
}

export interface MatrixCell extends Pick<Cell, "name" | "variant" | "at" | "panel" | "baseline" | "differs"> {
  /** Names its runs in the store. */
  readonly digest: string;
  /** Of score. */
  readonly metric: Metric;
  readonly testMetric?: Metric;
  readonly budget: { readonly queries?: number; readonly seconds?: number };
  /** The name of the space plugin. */
  readonly space: string;
  /** With every default. */
  readonly spaceOptions?: object;
  /** Digests of the tables and other experiments that it reads. `evoke matrix` writes them. */
  readonly inputs?: Readonly<Record<string, string>>;
}
