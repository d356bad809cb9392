/**
 * By how much the validation metrics of a centre and of a candidate made from it differ, by their
 * distance: Figure 6 of the paper.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import type { Panel } from "../document.ts";
import { counted, metricName, unitOfDifference } from "../format.ts";
import { BLUE, type Figure, HEIGHT, specification } from "./figure.ts";

/** A mean over fewer differences than this is not shown. */
const LEAST = 2;

export function distanceFigure(panel: Panel, cells: readonly AggregatedCell[]): Figure | undefined {
  const own = cells.find(({ cell }) => cell.name === panel.baseline);
  const distances = own?.distances.filter(({ n, distance }) => n >= LEAST && distance > 0) ?? [];
  if (!own || distances.length < 2) return undefined;
  const metric = panel.metrics.validation;
  const values = distances.map(({ distance, n, mean, squares }) => {
    const std = Math.sqrt(squares / n);
    return { distance, mean, std, n, low: Math.max(0, mean - std), high: mean + std };
  });
  const total = distances.reduce((sum, { n }) => sum + n, 0);
  return {
    name: "distance",
    caption: `How much the ${metricName(metric, "validation")} of a candidate differs from that of the centre that it was made from, by their distance: mean ± standard deviation over ${counted(total, "candidate")} of ${panel.baseline}.`,
    spec: specification(
      "Difference against distance",
      [`candidates and their centres in ${panel.baseline}: mean ± std over ${counted(total, "candidate")}`],
      {
        width: 420,
        height: HEIGHT,
        data: { values },
        encoding: {
          x: {
            field: "distance",
            type: "ordinal",
            title: "distance D(α, β) of candidate and centre",
            axis: { labelAngle: 0, grid: false },
          },
        },
        layer: [
          {
            mark: { type: "bar", color: BLUE, opacity: 0.3, width: { band: 0.6 } },
            encoding: { y: { field: "mean", type: "quantitative" } },
          },
          {
            mark: { type: "rule", strokeWidth: 2, color: BLUE },
            encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
          },
          {
            mark: { type: "point", filled: true, opacity: 1, size: 60, color: BLUE },
            encoding: {
              y: {
                field: "mean",
                type: "quantitative",
                title: `|R(β) − R(α)|, ${metric ? `${metric.split} ${metric.name}` : "validation metric"} (${unitOfDifference(metric)})`,
              },
            },
          },
        ],
      },
    ),
  };
}
