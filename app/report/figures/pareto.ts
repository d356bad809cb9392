/**
 * The Pareto fronts of the cells of a panel: the best score that was found at each cost.
 *
 * @module
 */
import type { Cost } from "../../../core/record/pareto.ts";
import type { AggregatedCell } from "../aggregate.ts";
import type { Panel } from "../document.ts";
import { counted, metricName, metricTitle } from "../format.ts";
import { chosenCells } from "./choice.ts";
import { colours, domainOf, enlarged, type Figure, type Frame, lineLegend, specification } from "./figure.ts";

const AXES = {
  madds: { title: "multiply-adds (millions)", name: "pareto" },
  parameters: { title: "parameters (millions)", name: "pareto-parameters" },
} as const satisfies Record<Cost, object>;

export function paretoFigure(panel: Panel, cells: readonly AggregatedCell[], against: Cost): Figure | undefined {
  const { title, name } = AXES[against];
  const metric = panel.metrics.score;
  const { chosen } = chosenCells(
    panel,
    cells.filter(({ fronts }) => (fronts?.[against].length ?? 0) > 1),
    "score",
  );
  if (chosen.length === 0) return undefined;
  const names = chosen.map(({ cell }) => cell.name);
  const points = chosen.flatMap(({ cell, fronts }) =>
    fronts![against].map(({ cost, score, architecture }) => ({ cell: cell.name, cost: cost / 1e6, score, architecture })),
  );
  const whole: Frame = { x: domainOf(points.map(({ cost }) => cost)), y: domainOf(points.map(({ score }) => score)) };
  const [, most] = whole.x;
  // From its last architecture on a front stays where it is.
  const ends = names.map((name) => ({ ...points.filter((point) => point.cell === name).at(-1)!, cost: most }));
  const [least, highest] = domainOf(ends.map(({ score }) => score));
  const inside = points.filter(({ score }) => score >= least && score <= highest);
  const best: Frame = { x: [domainOf(inside.map(({ cost }) => cost))[0], most], y: [least, highest] };
  const view = ({ x, y }: Frame) => ({
    encoding: {
      x: { field: "cost", type: "quantitative", title, scale: { domain: x, nice: false, zero: false }, axis: { tickCount: 5 } },
      y: {
        field: "score",
        type: "quantitative",
        title: metricTitle(metric, "score"),
        scale: { zero: false, domain: y, nice: y === whole.y },
      },
      color: { field: "cell", type: "nominal", scale: colours(names, panel.baseline), legend: lineLegend(names) },
    },
    layer: [
      {
        data: { values: [...points, ...ends] },
        mark: { type: "line", interpolate: "step-after", strokeWidth: 1.5, opacity: 0.8, clip: true },
      },
      { data: { values: points }, mark: { type: "point", filled: true, opacity: 1, size: 30, clip: true } },
    ],
  });
  const runs = counted(Math.max(...chosen.map(({ runs }) => runs.length)), "run");
  return {
    name,
    caption: `The best ${metricName(metric, "score")} found at each number of ${title.split(" ")[0]}, over ${runs} of each cell.`,
    spec: specification(
      "Pareto fronts",
      [`the best of ${runs} at each cost; a dot is an architecture`],
      enlarged(whole, names.length > 1 ? best : whole, "where the best are, enlarged", view),
    ),
  };
}
