/** One cell of a matrix. @module */
import { joinedFailures } from "../../../core/record/failures.ts";
import { type EvaluationFailures, withLogs } from "../../host/store/failed-evaluations.ts";
import type { MatrixCell } from "../../host/store/matrix-document.ts";
import type { CellView } from "../api.ts";
import type { OpenStore } from "../live/live-store.ts";
import { figuresOfCells } from "./figures.ts";
import { type KnownMatrix, type MatrixSoFar, panelHead, summaryOf } from "./matrix.ts";
import { underWayOf } from "./run.ts";

/** Runs whose failures are read, where no report has counted them. */
const MOST_FAILING = 200;

export async function cellView(matrix: KnownMatrix, cell: MatrixCell, store: OpenStore, soFar: MatrixSoFar): Promise<CellView> {
  const panel = soFar.panels.find(({ name }) => name === cell.panel)!;
  const { aggregated } = soFar.cells.find(({ aggregated }) => aggregated.cell.name === cell.name)!;
  const { testMetric } = aggregated.cell;
  const failures = aggregated.failures ?? underWayFailures(cell, store);
  const alone = { ...panel, baseline: cell.name, cells: panel.cells.filter(({ name }) => name === cell.name) };
  const { ranks: _, ...withoutRanks } = alone;
  return {
    matrix: matrix.store.overviewOf(matrix),
    cell: summaryOf(matrix, panel, cell.name, soFar.cells),
    panel: panelHead(panel),
    metric: cell.metric,
    ...(testMetric && { testMetric }),
    budget: cell.budget,
    space: cell.space,
    ...(failures && { failures }),
    underWay: underWayOf(cell, store),
    figures: aggregated.runs.length > 0 ? await figuresOfCells(matrix, withoutRanks, [aggregated]) : [],
  };
}

/** Why evaluations failed of runs that are not finished: their journals say so. */
function underWayFailures(cell: MatrixCell, store: OpenStore): EvaluationFailures | undefined {
  const failing = store.begun.of(cell.digest).filter(({ rejected, retried }) => rejected + retried > 0);
  const found = joinedFailures(
    failing.slice(0, MOST_FAILING).map(({ seed, evaluations, rejected, retried }) => {
      const reasons = new Map<string, { reason: string; tries: number; rejected: number; architecture: string }>();
      for (const { architecture, evaluated } of store.runs.evaluations.journal(cell.digest, seed))
        for (const { reason, remedy } of evaluated.failures) {
          const known = reasons.get(reason) ?? { reason, tries: 0, rejected: 0, architecture };
          known.tries++;
          if (remedy === "reject") known.rejected++;
          reasons.set(reason, known);
        }
      return { seed, failures: { evaluations, tries: rejected + retried, rejected, reasons: [...reasons.values()] } };
    }),
  );
  return found && { ...found, reasons: withLogs(store.runs, cell.digest, found.reasons) };
}
