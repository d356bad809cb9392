/** A matrix as it stands, by the report's own statistics. @module */
import { setImmediate as turn } from "node:timers/promises";
import type { MatrixCell, MatrixDocument } from "../../host/store/matrix-document.ts";
import { METHODS } from "../../report/comparisons/estimates.ts";
import { ADJUSTMENTS, adjusted, type Unadjusted } from "../../report/comparisons/family.ts";
import type { CellStatistics, Panel, ReportDocument } from "../../report/document.ts";
import { goalsOf } from "../../report/source.ts";
import { panelOf } from "../../report/statistics.ts";
import { type CellSummary, type MatrixView, type PanelView, type Progress, SPARK } from "../api.ts";
import type { LiveMatrix, OpenStore } from "../live/live-store.ts";
import { type Aggregates, type CellSoFar, WHOLE } from "./aggregated.ts";
import { QUICK } from "./quick-panel.ts";

/** A matrix whose document could be read. */
export type KnownMatrix = LiveMatrix & { readonly document: MatrixDocument };

/** A cell of a matrix whose store is open. */
export interface CellPlace {
  readonly matrix: KnownMatrix;
  readonly store: OpenStore;
  readonly cell: MatrixCell;
}

/** The panels of a matrix with what they are made of. */
export interface MatrixSoFar {
  readonly cells: readonly CellSoFar[];
  readonly panels: readonly Panel[];
}

/** @throws EvokeError STORE_DAMAGED */
export async function matrixSoFar(matrix: KnownMatrix, store: OpenStore, aggregates: Aggregates): Promise<MatrixSoFar> {
  const { document } = matrix;
  const cells = await aggregates.ofMatrix(matrix, store);
  const names = [...new Set(document.cells.map(({ panel }) => panel))];
  const unadjusted: Unadjusted[] = [];
  for (const name of names) {
    const within = cells.map(({ aggregated }) => aggregated).filter(({ cell }) => cell.panel === name);
    const goals = goalsOf(document, within[0]!.cell);
    const baseline = within.find(({ cell }) => cell.name === cell.baseline) ?? within[0]!;
    // Statistics are made cell by cell, so that others are answered in between; then they are known.
    for (const one of within) {
      panelOf(name, one === baseline ? [one] : [baseline, one], goals, () => {}, { ...QUICK, ranks: () => undefined });
      await turn();
    }
    unadjusted.push(panelOf(name, within, goals, () => {}, QUICK));
  }
  const { family = "panel" } = document;
  return { cells, panels: adjusted(unadjusted, family) };
}

export function matrixView(matrix: KnownMatrix, { cells, panels }: MatrixSoFar): MatrixView {
  const { design, axes, family = "panel" } = matrix.document;
  return {
    ...matrix.store.overviewOf(matrix),
    ...(design && { design }),
    axes,
    methods: { ...METHODS, adjustment: ADJUSTMENTS[family] },
    panels: panels.map((panel) => panelView(panel, (name) => summaryOf(matrix, panel, name, cells))),
  };
}

/** What a panel says of itself, and of its cells. */
function panelView(panel: Panel, summary: (name: string) => CellSummary): PanelView {
  return { ...panelHead(panel), cells: panel.cells.map(({ name }) => summary(name)) };
}

export function panelHead({ name, baseline, measure, metrics, family, best }: Panel): Omit<PanelView, "cells"> {
  return { ...{ name, baseline, measure, metrics, family }, ...(best && { best }) };
}

export function summaryOf(matrix: KnownMatrix, { cells }: Panel, name: string, all: readonly CellSoFar[]): CellSummary {
  const statistics = cells.find((cell) => cell.name === name)!;
  const { aggregated, curves } = all.find(({ aggregated }) => aggregated.cell.name === name)!;
  const best = matrix.store.bestOfCell(matrix, cellOf(matrix.document, name)!);
  return {
    ...standing(statistics),
    progress: progressOf(matrix, name),
    interval: statistics.n > WHOLE ? "normal" : "bootstrap",
    ...(best && { best }),
    incumbent: thinned(aggregated.incumbent.queries, SPARK),
    incumbentRuns: curves,
  };
}

function standing({ name, variant, digest, at, differs, n, otherMetrics, score, test, comparison }: CellStatistics) {
  return {
    ...{ name, variant, digest, at, differs, n },
    ...(otherMetrics && { otherMetrics }),
    ...(score && { score }),
    ...(test && { test }),
    ...(comparison && { comparison }),
  };
}

export function progressOf({ cells, document }: KnownMatrix, name: string): Progress {
  return cells.get(name) ?? { state: "stopped", wanted: document.seeds.count, done: 0, begun: 0, share: 0, rejected: 0, retried: 0 };
}

export function cellOf({ cells }: MatrixDocument, name: string): MatrixCell | undefined {
  return cells.find((cell) => cell.name === name);
}

/** Every n-th, so that at most so many are left; the last one always. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]!);
}

/** What figures take for the document of a report. */
export function documentSoFar(
  { matrix: name, evoke, store: _, base: __, cells: ___, family = "panel", ...rest }: MatrixDocument,
  panels: readonly Panel[],
): ReportDocument {
  return { ...rest, name, evoke, methods: { ...METHODS, adjustment: ADJUSTMENTS[family] }, panels };
}
