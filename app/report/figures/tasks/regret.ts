/**
 * How far the best architecture so far is from the best that is known, against queries, both on logarithmic scales.
 *
 * @module
 */
import type { AggregatedCell } from "../../aggregate.ts";
import { MARGIN } from "../../curve.ts";
import type { Panel } from "../../document.ts";
import { counted, metricName, unitOfDifference } from "../../format.ts";
import { bestCells } from "../choice.ts";
import { bandedLines, type Figure, HEIGHT, MOST_LINES, specification, WIDTH } from "../figure.ts";

/** A regret of 0 has no place on a logarithmic scale: it is drawn this far below the least that has one. */
const BELOW = 2;

/** Undefined where the best is not known, or all have found it before their first query. */
export function regretFigure(panel: Panel, cells: readonly AggregatedCell[]): Figure | undefined {
  const { best, measure, metrics, baseline } = panel;
  const { chosen, left } = bestCells(
    panel,
    cells.filter(({ regret }) => regret !== undefined && regret.length > 1),
    ({ regret }) => -regret!.at(-1)!.mean,
  );
  const means = chosen.flatMap(({ regret }) => regret!.map(({ mean }) => mean)).filter((mean) => mean > 0);
  if (best === undefined || means.length === 0) return undefined;
  const least = Math.min(...means) / BELOW;
  const most = Math.max(...means);
  const within = (value: number) => Math.min(most, Math.max(least, value));
  const points = chosen.flatMap(({ cell, regret }) =>
    regret!.map(({ at, mean, low, high }) => ({
      ...{ cell: cell.name, at, mean: within(mean) },
      ...(low !== undefined && high !== undefined && { low: within(low), high: within(high) }),
    })),
  );
  const end = Math.max(...points.map(({ at }) => at));
  const names = [...chosen].sort((a, b) => a.regret!.at(-1)!.mean - b.regret!.at(-1)!.mean).map(({ cell }) => cell.name);
  const runs = Math.max(...chosen.map(({ runs }) => runs.length));
  const metric = metrics[measure];
  const reached = points.some(({ mean }) => mean === least) ? "; 0 is drawn at the lower edge" : "";
  const spread = runs > 1 ? `mean of up to ${counted(runs, "run")}, band ±${MARGIN} standard errors (95 %)` : "one run of each";
  return {
    name: "regret",
    caption: `Regret, the distance from ${best[measure]} of the best ${metricName(metric, measure)} so far, against queries.`,
    spec: specification(
      "Regret",
      [
        `distance from ${best[measure]} of the best ${metricName(metric, measure)}`,
        `${spread}${reached}`,
        ...(left > 0 ? [`shown: the baseline and the ${MOST_LINES - 1} cells with the least regret of ${chosen.length + left - 1}`] : []),
      ],
      {
        width: WIDTH,
        height: HEIGHT,
        ...bandedLines(
          points,
          names,
          { first: baseline, given: chosen.map(({ cell }) => cell.name) },
          {
            x: {
              title: "queries",
              scale: { type: "log", domain: [1, end], nice: false },
              axis: { format: "~d", tickCount: 4, grid: false },
            },
            y: {
              title: `regret (${unitOfDifference(metric)})`,
              scale: { type: "log", domain: [least, most], nice: false },
              axis: { format: "~g", tickCount: 5 },
            },
          },
        ),
      },
    ),
  };
}
