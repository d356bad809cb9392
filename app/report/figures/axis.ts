/**
 * The metric along a numeric axis of the matrix, as in Figure 9 of the paper: a line for each choice of all
 * that is not this axis.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import type { CellStatistics, Panel, ReportDocument } from "../document.ts";
import { levelName, manifestValue, metricName, metricTitle } from "../format.ts";
import { COLOURS, colours, domainOf, type Ends, type Figure, HEIGHT, INK, intervalLayer, MOST_LINES, specification } from "./figure.ts";

type Axis = ReportDocument["axes"][number];
interface Point extends Ends {
  readonly series: string;
  readonly value: number;
  readonly mean: number;
}

/** One figure, or one for each metric that the cells are measured by. */
export function axisFigures(document: ReportDocument, axis: Axis, cells: readonly AggregatedCell[]): Figure[] {
  const byMetric = new Map<string, { panel: Panel; members: CellStatistics[] }>();
  for (const panel of document.panels) {
    for (const cell of panel.cells) {
      if (!cell[panel.measure] || typeof cell.at[axis.pointer] !== "number") continue;
      const metric = cells.find((one) => one.cell.name === cell.name && one.cell.panel === panel.name)?.cell[
        panel.measure === "test" ? "testMetric" : "metric"
      ];
      const key = JSON.stringify([panel.measure, metric ?? panel.metrics[panel.measure]]);
      const known = byMetric.get(key) ?? { panel, members: [] };
      known.members.push(cell);
      byMetric.set(key, known);
    }
  }
  return [...byMetric.values()].flatMap(({ panel, members }) => axisFigure(document, axis, panel, members) ?? []);
}

function axisFigure(document: ReportDocument, axis: Axis, panel: Panel, members: readonly CellStatistics[]): Figure | undefined {
  const { measure } = panel;
  const metric = panel.metrics[measure];
  const others = document.axes.filter(({ pointer }) => pointer !== axis.pointer);
  const groups = new Map<string, CellStatistics[]>();
  for (const cell of members) {
    const key = JSON.stringify([cell.variant, others.map(({ pointer }) => cell.at[pointer])]);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  const lines = [...groups.values()].filter((group) => new Set(group.map(({ at }) => at[axis.pointer])).size > 1).slice(0, MOST_LINES);
  if (lines.length === 0) return undefined;
  const names = lines.map((line) => seriesName(line[0]!, lines, others));
  const points = lines.flatMap((line, i): Point[] =>
    line
      .map((cell) => {
        const { mean, interval } = cell[measure]!;
        return { series: names[i]!, value: cell.at[axis.pointer] as number, mean, ...interval };
      })
      .sort((a, b) => a.value - b.value),
  );
  const values = [...new Set(points.map(({ value }) => value))].sort((a, b) => a - b);
  const logarithmic = values[0]! > 0 && values.at(-1)! / values[0]! >= 8;
  const room = logarithmic ? [values[0]! / 1.15, values.at(-1)! * 1.15] : domainOf(values);
  const what = points.some(({ low }) => low !== undefined)
    ? `mean with ${levelName(document.methods)} bootstrap confidence interval`
    : "one run of each";
  const caption = `${metricName(metric, measure)} against ${axis.label}: ${what}.`;
  return {
    name: `axis-${axis.label}${metricsOf(document) > 1 && metric ? `-${metric.dataset}` : ""}`,
    caption: caption.charAt(0).toUpperCase() + caption.slice(1),
    spec: specification(`Effect of ${axis.label}`, [what], {
      width: 420,
      height: HEIGHT,
      data: { values: points },
      encoding: {
        x: {
          field: "value",
          type: "quantitative",
          title: axis.label + (logarithmic ? " (logarithmic scale)" : ""),
          scale: { domain: room, nice: false, ...(logarithmic ? { type: "log" } : { zero: false }) },
          axis: { values, format: "~r", grid: false, labelOverlap: true },
        },
        color:
          lines.length > 1
            ? {
                field: "series",
                type: "nominal",
                scale: colours(names, names[0]!),
                legend: { symbolType: "circle", symbolSize: 60, offset: 12 },
              }
            : { value: COLOURS[0] ?? INK },
      },
      layer: [
        { mark: { type: "line", strokeWidth: 1.5, opacity: 0.7 }, encoding: { y: { field: "mean", type: "quantitative" } } },
        ...intervalLayer(points, {
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
        }),
        {
          mark: { type: "point", filled: true, opacity: 1, size: 60 },
          encoding: {
            y: {
              field: "mean",
              type: "quantitative",
              title: metricTitle(metric, measure),
              scale: { zero: false, nice: true, domain: domainOf(points.flatMap(({ mean, low = mean, high = mean }) => [low, high])) },
            },
          },
        },
      ],
    }),
  };
}

function metricsOf({ panels }: ReportDocument): number {
  return new Set(panels.map(({ measure, metrics }) => JSON.stringify(metrics[measure] ?? null))).size;
}

/** The variant, and the values of the other axes that are not the same in all lines. */
function seriesName(cell: CellStatistics, lines: readonly (readonly CellStatistics[])[], others: readonly Axis[]): string {
  const differing = others.filter(({ pointer }) => new Set(lines.map(([one]) => JSON.stringify(one!.at[pointer]))).size > 1);
  const parts = differing.map(({ pointer, label }) => `${label}=${manifestValue(cell.at[pointer])}`);
  const variants = new Set(lines.map(([one]) => one!.variant)).size > 1;
  return [...(variants || parts.length === 0 ? [cell.variant] : []), ...parts].join(", ");
}
