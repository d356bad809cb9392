/**
 * Box plots of all cells of a panel.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import type { Panel } from "../document.ts";
import { metricName, metricTitle } from "../format.ts";
import { BLUE, domainOf, type Figure, INK, namesDown, ROW_HEIGHT, specification } from "./figure.ts";

/** A whisker goes to the last value within so many box lengths (Tukey). */
const REACH = 1.5;
const WIDTH_OF_BOXES = 480;
/** Pixels of a box whose quartiles are one value, so that it can be seen. */
const LEAST_BOX = 6;

export function distributionFigure(panel: Panel, cells: readonly AggregatedCell[]): Figure | undefined {
  const { measure } = panel;
  const metric = panel.metrics[measure];
  const boxes = panel.cells.flatMap((cell) => {
    const estimate = cell[measure];
    const runs = cells.find((one) => one.cell.name === cell.name)?.runs.flatMap((run) => run[measure] ?? []) ?? [];
    if (!estimate || estimate.n < 2 || cell.otherMetrics?.[measure]) return [];
    const [, lower, median, upper] = estimate.quartiles;
    const reach = REACH * (upper - lower);
    const within = runs.filter((value) => value >= lower - reach && value <= upper + reach);
    return [
      {
        ...{ cell: cell.name, lower, median, upper, mean: estimate.mean },
        low: Math.min(...within),
        high: Math.max(...within),
        outliers: runs.filter((value) => value < lower - reach || value > upper + reach),
      },
    ];
  });
  if (boxes.length === 0) return undefined;
  const domain = domainOf([...boxes.flatMap(({ low, high }) => [low, high]), ...boxes.flatMap(({ outliers }) => outliers)]);
  const least = (LEAST_BOX / WIDTH_OF_BOXES) * (domain[1] - domain[0]);
  const names = boxes.map(({ cell }) => cell);
  const quantitative = (field: string) => ({ field, type: "quantitative" });
  const values = boxes.map(({ outliers: _, ...box }) => {
    const beside = Math.max(0, least - (box.upper - box.lower)) / 2;
    return { ...box, from: box.lower - beside, to: box.upper + beside, kind: box.cell === panel.baseline ? "baseline" : "other" };
  });
  const outliers = boxes.flatMap(({ cell, outliers }) => outliers.map((value) => ({ cell, value })));
  return {
    name: "distribution",
    caption: `Distribution of ${metricName(metric, measure)} over the runs of each cell: median, quartiles, and the range within 1.5 box lengths; a diamond is the mean, circles are runs beyond.`,
    spec: specification(
      "Distribution over runs",
      ["line: median; box: quartiles; whiskers: within 1.5 box lengths; diamond: mean; circles: runs beyond"],
      {
        width: WIDTH_OF_BOXES,
        height: names.length * ROW_HEIGHT,
        encoding: {
          x: {
            type: "quantitative",
            title: metricTitle(metric, measure),
            scale: { domain, zero: false, nice: false },
            axis: { tickCount: 8 },
          },
          y: namesDown(names),
        },
        layer: [
          ...(outliers.length > 0
            ? [
                {
                  data: { values: outliers },
                  mark: { type: "point", size: 22, color: "#777777", strokeWidth: 1 },
                  encoding: { x: quantitative("value") },
                },
              ]
            : []),
          { data: { values }, mark: { type: "rule", color: "#555555" }, encoding: { x: quantitative("low"), x2: { field: "high" } } },
          {
            data: { values },
            mark: { type: "bar", height: 12, opacity: 1 },
            encoding: {
              x: quantitative("from"),
              x2: { field: "to" },
              color: { field: "kind", type: "nominal", scale: { domain: ["baseline", "other"], range: [INK, BLUE] }, legend: null },
            },
          },
          { data: { values }, mark: { type: "tick", color: "white", thickness: 2, size: 12 }, encoding: { x: quantitative("median") } },
          {
            data: { values },
            mark: { type: "point", shape: "diamond", filled: true, fill: "white", stroke: "#222222", strokeWidth: 1, size: 45, opacity: 1 },
            encoding: { x: quantitative("mean") },
          },
        ],
      },
    ),
  };
}
