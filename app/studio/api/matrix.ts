/** A matrix and its cells, as they stand. @module */
import type { Metric } from "../../../core/plugin/metric.ts";
import type { EvaluationFailures } from "../../host/store/failed-evaluations.ts";
import type { CellStatistics, Panel, ReportDocument } from "../../report/document.ts";
import type { Best, MatrixOverview, Progress } from "./overview.ts";
import type { UnderWay } from "./run.ts";

/** A matrix as it stands. At the end its numbers are those of the report. */
export interface MatrixView extends MatrixOverview {
  readonly design?: ReportDocument["design"];
  readonly axes: ReportDocument["axes"];
  /** What intervals and p values are: see `CellSummary.interval`. */
  readonly methods: ReportDocument["methods"];
  readonly panels: readonly PanelView[];
}

export interface PanelView extends Pick<Panel, "name" | "baseline" | "measure" | "metrics" | "family" | "best"> {
  readonly cells: readonly CellSummary[];
}

/** A cell as it stands: `n` runs so far. */
export interface CellSummary
  extends Pick<CellStatistics, "name" | "variant" | "digest" | "at" | "differs" | "n" | "otherMetrics" | "score" | "test" | "comparison"> {
  readonly progress: Progress;
  /**
   * How intervals were made: by the report's bootstrap, or, where so many runs would take too long for a page that
   * lives, from the normal distribution.
   */
  readonly interval: "bootstrap" | "normal";
  readonly best?: Best;
  /** The mean of the best score so far against queries, with its band; at most SPARK points. */
  readonly incumbent: readonly CurvePoint[];
  /** Over so many runs: the first ones, where there are very many. */
  readonly incumbentRuns: number;
}

export const SPARK = 60;

/** Mean, and mean ± 1.96 standard errors, which one run has not. */
export interface CurvePoint {
  readonly at: number;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

export interface FiguresView {
  readonly figures: readonly FigureView[];
}

export interface FigureView {
  /** As in the report, where the file is figures/NAME.svg. */
  readonly name: string;
  readonly title: string;
  /** For below it, and for those who cannot see it. */
  readonly caption: string;
  /** A specification of Vega, compiled from the report's Vega-Lite. */
  readonly spec: object;
}

/** One cell, without its runs. */
export interface CellView {
  readonly matrix: MatrixOverview;
  readonly cell: CellSummary;
  readonly panel: Omit<PanelView, "cells">;
  readonly metric: Metric;
  readonly testMetric?: Metric;
  readonly budget: { readonly queries?: number; readonly seconds?: number };
  readonly space: string;
  readonly failures?: EvaluationFailures;
  readonly underWay: readonly UnderWay[];
  readonly figures: readonly FigureView[];
}
