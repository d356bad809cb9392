/**
 * The centres of the subspaces over time, in one run of the baseline.
 *
 * @module
 */
import type { AggregatedCell } from "../../aggregate.ts";
import type { Panel } from "../../document.ts";
import { metricName, metricTitle } from "../../format.ts";
import { COLOURS, domainOf, type Figure, HEIGHT, INK, lineLegend, specification, WIDTH } from "../figure.ts";

/** Beyond this many lines a legend is no use, nor are there colours. */
const NAMED = COLOURS.length + 1;

export function centresFigure(panel: Panel, cells: readonly AggregatedCell[]): Figure | undefined {
  const centres = cells.find(({ cell }) => cell.name === panel.baseline)?.centres;
  if (!centres || centres.queries === 0) return undefined;
  const metric = panel.metrics.score;
  const subspaces = [...new Set(centres.trajectory.map(({ subspace }) => subspace))].sort((a, b) => a - b);
  const names = subspaces.map((subspace) => `subspace ${subspace + 1}`);
  const points = centres.trajectory.map(({ queries, subspace, score, architecture }) => ({
    ...{ subspace: `subspace ${subspace + 1}`, queries, score, architecture },
  }));
  // Each line goes on to the last query.
  const ends = subspaces.map((subspace) => ({
    ...points.filter((point) => point.subspace === `subspace ${subspace + 1}`).at(-1)!,
    queries: centres.queries,
  }));
  const named = subspaces.length <= NAMED;
  return {
    name: "centres",
    caption: `The ${subspaces.length} centres over time in one run of ${panel.baseline} (seed ${centres.seed}): ${metricName(metric, "score")} of each; a dot is a new centre.`,
    spec: specification(
      "Centres over time",
      [`one run of ${panel.baseline}, seed ${centres.seed}; a dot is a new centre of its subspace`],
      {
        width: WIDTH,
        height: HEIGHT,
        encoding: {
          x: {
            field: "queries",
            type: "quantitative",
            title: "queries",
            scale: { domain: [0, centres.queries], nice: false },
            axis: { tickCount: 8 },
          },
          y: {
            field: "score",
            type: "quantitative",
            title: metricTitle(metric, "score"),
            scale: { zero: false, domain: domainOf(points.map(({ score }) => score)), nice: true },
          },
          color: {
            field: "subspace",
            type: "nominal",
            scale: { domain: names, range: named ? [...COLOURS, INK].slice(0, names.length) : [COLOURS[0]] },
            legend: named ? lineLegend(names) : null,
          },
        },
        layer: [
          { data: { values: [...points, ...ends] }, mark: { type: "line", interpolate: "step-after", strokeWidth: 1.5, opacity: 0.8 } },
          { data: { values: points }, mark: { type: "point", filled: true, opacity: 1, size: 40 } },
        ],
      },
    ),
  };
}
