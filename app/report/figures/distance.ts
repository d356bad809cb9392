/**
 * By how much the scores of a centre and of a candidate made from it differ, by their
 * distance: Figure 6 of the paper.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import type { Panel } from "../document.ts";
import { counted, metricName, unitOfDifference } from "../format.ts";
import { BLUE, COLOURS, type Figure, HEIGHT, specification, WIDTH } from "./figure.ts";

/** A mean over fewer differences than this is not shown. */
const LEAST = 2;

/** Of the baseline, and of each cell that is measured by something else. */
export function distanceFigure(panel: Panel, cells: readonly AggregatedCell[]): Figure | undefined {
  const others = panel.cells.filter(({ otherMetrics }) => otherMetrics?.score).map(({ name }) => name);
  const shown = [panel.baseline, ...others].slice(0, COLOURS.length).flatMap((name) => {
    const distances = cells.find(({ cell }) => cell.name === name)?.distances.filter(({ n, distance }) => n >= LEAST && distance > 0) ?? [];
    return distances.length > 1 ? [{ name, distances }] : [];
  });
  if (shown.length === 0) return undefined;
  const metric = panel.metrics.score;
  const names = shown.map(({ name }) => name);
  const values = shown.flatMap(({ name, distances }) =>
    distances.map(({ distance, n, mean, squares }) => {
      const std = Math.sqrt(squares / n);
      return { cell: name, distance, mean, std, n, low: Math.max(0, mean - std), high: mean + std };
    }),
  );
  const total = counted(
    values.reduce((sum, { n }) => sum + n, 0),
    "candidate",
  );
  const several = names.length > 1;
  const what = several && metric ? `${metric.split} ${metric.name}` : metricName(metric, "score");
  const place = { ...(several && { xOffset: { field: "cell", scale: { domain: names } } }) };
  return {
    name: "distance",
    caption: `How much the ${what} of a candidate differs from that of the centre that it was made from, by their distance: mean ± standard deviation over ${total} of ${names.join(", ")}.`,
    spec: specification(
      "Difference against distance",
      [`candidates and their centres${several ? "" : ` in ${names[0]}`}: mean ± std over ${total}`],
      {
        width: several ? WIDTH : 420,
        height: HEIGHT,
        data: { values },
        encoding: {
          x: {
            field: "distance",
            type: "ordinal",
            title: "distance D(α, β) of candidate and centre",
            axis: { labelAngle: 0, grid: false },
          },
          color: several
            ? { field: "cell", type: "nominal", scale: { domain: names, range: COLOURS }, legend: { symbolType: "circle", offset: 12 } }
            : { value: BLUE },
        },
        layer: [
          {
            mark: { type: "bar", opacity: 0.3, width: { band: several ? 0.85 : 0.6 } },
            encoding: { y: { field: "mean", type: "quantitative" }, ...place },
          },
          {
            mark: { type: "rule", strokeWidth: 2 },
            encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" }, ...place },
          },
          {
            mark: { type: "point", filled: true, opacity: 1, size: 60 },
            encoding: {
              y: {
                field: "mean",
                type: "quantitative",
                title: `|R(β) − R(α)|, ${metric ? `${metric.split} ${metric.name}` : "score"} (${unitOfDifference(metric)})`,
              },
              ...place,
            },
          },
        ],
      },
    ),
  };
}
