/** Two of a kind side by side, and what architectures are made of against their scores. @module */
import type { Metric } from "../../../core/plugin/metric.ts";
import type { Comparison, Estimate, Measure } from "../../report/document.ts";
import type { FigureView } from "./matrix.ts";
import type { MatrixOverview } from "./overview.ts";
import type { BestArchitecture, RunLine } from "./run.ts";

/** Two cells, or two runs. */
export interface Compared {
  readonly of: "cells" | "runs";
  readonly sides: readonly [ComparedSide, ComparedSide];
  /** The first less the second, over the seeds that both have: of cells that are measured by the same metrics. */
  readonly comparison?: { readonly [M in Measure]?: Comparison };
  /** Components of the best architectures; left out where the spaces differ or are not built in. */
  readonly components?: readonly { readonly component: string; readonly choices: readonly [string | null, string | null] }[];
  readonly figures: readonly FigureView[];
}

export interface ComparedSide {
  readonly matrix: MatrixOverview;
  readonly cell: string;
  readonly seed?: number;
  readonly n: number;
  readonly metric: Metric;
  readonly testMetric?: Metric;
  readonly score?: Estimate;
  readonly test?: Estimate;
  readonly run?: RunLine;
  readonly best?: BestArchitecture;
}

/** What architectures are made of against their scores: parallel coordinates. */
export interface Coordinates {
  /** Left out where there are no lines: see `why`. */
  readonly components: readonly { readonly name: string; readonly choices: readonly string[] }[];
  readonly metric: Metric;
  /**
   * Of all evaluations of journals or records; where these are not kept, of every centre that finished runs have had; and
   * where there are no subspaces, of their answers alone.
   */
  readonly of: "trials" | "centres" | "answers";
  /** So many there are; `lines` are at most MOST_LINES of them, evenly taken by score, the best always. */
  readonly total: number;
  readonly lines: readonly CoordinateLine[];
  readonly why?: string;
}

export const MOST_LINES = 2000;

export interface CoordinateLine {
  /** The number of the choice of each component. */
  readonly choices: readonly number[];
  readonly score: number;
  readonly seed: number;
  readonly query?: number;
}

/** How much of the variance of the score goes with each component. */
export interface Importance {
  readonly method: {
    readonly name: "functional ANOVA";
    /** Where it is from. */
    readonly source: string;
    readonly trees: number;
  };
  readonly of: Coordinates["of"];
  /** Architectures that it is learned from. */
  readonly n: number;
  /** Share of the variance of architectures that the forest had not seen (out of bag) which it explains; null where that is not known. */
  readonly explained: number | null;
  /** The most important first. Shares are of the variance that the forest has over the whole space, evenly. */
  readonly components: readonly {
    readonly name: string;
    readonly share: number;
    /** The mean score with each choice, over all else. */
    readonly choices: readonly { readonly choice: string; readonly mean: number; readonly n: number }[];
  }[];
  /** What two do together beyond each alone; the most important first. */
  readonly pairs: readonly { readonly first: string; readonly second: string; readonly share: number }[];
  /** Why it cannot be told. */
  readonly why?: string;
}
