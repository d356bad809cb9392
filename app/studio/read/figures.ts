/** Figures of the report, as things stand, for a page in a browser. @module */
import type { TopLevelSpec } from "vega-lite";
import type { AggregatedCell } from "../../report/aggregate.ts";
import type { Panel } from "../../report/document.ts";
import type { Figure } from "../../report/figures/figure.ts";
import { figuresOf } from "../../report/figures/figures.ts";
import { withFronts } from "../../report/fronts.ts";
import type { FigureView } from "../api.ts";
import { documentSoFar, type KnownMatrix, type MatrixSoFar } from "./matrix.ts";

/** Runs of a cell that a figure of single runs is drawn from. */
const MOST_RUNS = 5_000;

/** Those of a matrix. */
export async function figuresView(matrix: KnownMatrix, { cells, panels }: MatrixSoFar): Promise<FigureView[]> {
  const drawn = cells.map(({ aggregated }) => shortened(aggregated));
  const { family = "panel", reference } = matrix.document;
  const hasFronts = drawn.some(({ runs }) => runs.some(({ fronts }) => fronts));
  const complete = hasFronts ? withFronts(panels, drawn, { family, reference }) : panels;
  return compiled(figuresOf(documentSoFar(matrix.document, complete), drawn));
}

/** Those that single cells are shown by, or a few beside each other: of a panel that has these alone. */
export function figuresOfCells(matrix: KnownMatrix, panel: Panel, cells: readonly AggregatedCell[]): Promise<FigureView[]> {
  return compiled(figuresOf({ ...documentSoFar(matrix.document, [panel]), axes: [] }, cells.map(shortened)));
}

/** Vega-Lite is loaded with the first figure. */
async function compiled(figures: readonly Figure[]): Promise<FigureView[]> {
  if (figures.length === 0) return [];
  const { interactive } = await import("../../report/figures/render.ts");
  return figures.map(({ name, caption, spec }) => ({ name, title: titleOf(spec), caption, spec: interactive(spec) }));
}

function titleOf({ title }: TopLevelSpec): string {
  return typeof title === "object" && title !== null && "text" in title ? String(title.text) : String(title ?? "");
}

function shortened(cell: AggregatedCell): AggregatedCell {
  return cell.runs.length > MOST_RUNS ? { ...cell, runs: cell.runs.slice(0, MOST_RUNS) } : cell;
}
