/**
 * The Pareto fronts of the cells of a panel, over two metrics.
 *
 * @module
 */
import { better } from "../../../core/plugin/metric.ts";
import type { AggregatedCell } from "../aggregate.ts";
import type { FrontBox, Panel } from "../document.ts";
import { counted, frontTitle, scaleOf } from "../format.ts";
import { keyOf } from "../fronts.ts";
import { differentCells } from "./choice.ts";
import { colours, domainOf, enlarged, type Figure, type Frame, lineLegend, specification } from "./figure.ts";

/** The second metric of the pair is the horizontal axis. */
export function paretoFigure(panel: Panel, cells: readonly AggregatedCell[], box: FrontBox): Figure | undefined {
  const [first, second] = box.metrics;
  const frontOf = (name: string) => panel.cells.find((cell) => cell.name === name)?.fronts?.find((front) => keyOf(front) === keyOf(box));
  const { chosen, left } = differentCells(
    panel,
    cells.filter(({ cell }) => (frontOf(cell.name)?.points.length ?? 0) > 0),
    "score",
  );
  if (!chosen.some(({ cell }) => frontOf(cell.name)!.points.length > 1)) return undefined;
  const names = chosen.map(({ cell }) => cell.name);
  const found = names.flatMap((name) => frontOf(name)!.points.map((point) => ({ cell: name, ...point })));
  const [scaleX, scaleY] = [scaleOf(found.map(({ values }) => values[1])), scaleOf(found.map(({ values }) => values[0]))];
  const points = found.map(({ cell, architecture, values }) => ({ cell, architecture, x: values[1] / scaleX, y: values[0] / scaleY }));
  const whole: Frame = { x: domainOf(points.map(({ x }) => x)), y: domainOf(points.map(({ y }) => y)) };
  // From its best by the first metric on, a front stays where it is: what is worse by the second is no better.
  const far = second.goal === "minimise" ? whole.x[1] : whole.x[0];
  const ends = names.map((name) => ({ ...points.filter(({ cell }) => cell === name).at(-1)!, x: far }));
  const apart = ends.some(({ y }) => y !== ends[0]!.y);
  const [low, high] = domainOf(ends.map(({ y }) => y));
  const inside = points.filter(({ y }) => y >= low && y <= high).map(({ x }) => x);
  const [least, most] = domainOf(inside);
  const part: Frame = { x: second.goal === "minimise" ? [least, far] : [far, most], y: [low, high] };
  const view = ({ x, y }: Frame) => ({
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        title: frontTitle(second, scaleX),
        scale: { domain: x, nice: false, zero: false },
        axis: { tickCount: 5 },
      },
      y: {
        field: "y",
        type: "quantitative",
        title: frontTitle(first, scaleY),
        scale: { zero: false, domain: y, nice: y === whole.y },
      },
      color: { field: "cell", type: "nominal", scale: colours(names, panel.baseline), legend: lineLegend(names) },
    },
    layer: [
      {
        data: { values: [...points, ...ends] },
        mark: { type: "line", interpolate: better(second) < 0 ? "step-after" : "step-before", strokeWidth: 1.5, opacity: 0.8, clip: true },
      },
      { data: { values: points }, mark: { type: "point", filled: true, opacity: 1, size: 30, clip: true } },
    ],
  });
  const runs = counted(Math.max(...chosen.map(({ runs }) => runs.length)), "run");
  const shown = left > 0 ? [`shown: ${names.length} of ${counted(names.length + left, "cell")}`] : [];
  return {
    name: `pareto-${first.name}-${second.name}`,
    caption: `Pareto fronts of ${first.name} and ${second.name}, over ${runs} of each cell: what no other architecture was as good as by both, and better by one.`,
    spec: specification(
      "Pareto fronts",
      [`of ${runs} of each cell; a dot is an architecture`, ...shown],
      enlarged(whole, apart ? part : whole, "where the best are, enlarged", view),
    ),
  };
}
