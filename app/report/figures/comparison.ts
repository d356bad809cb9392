/**
 * All cells of a panel side by side: their means, and what they differ from the baseline, each with its
 * confidence interval.
 *
 * @module
 */

import { SIGNIFICANT } from "../comparisons/estimates.ts";
import type { CellStatistics, Interval, Panel, ReportDocument } from "../document.ts";
import { differenceTitle, levelName, metricName, metricTitle } from "../format.ts";
import { BLUE, domainOf, type Ends, type Figure, GREY, INK, intervalLayer, namesDown, ROW_HEIGHT, specification } from "./figure.ts";

const KINDS = { baseline: "baseline", differs: "differs, Holm p < 0.05", open: "no significant difference" } as const;

interface Row extends Ends {
  readonly cell: string;
  readonly kind: string;
  readonly value: number;
}

export function comparisonFigure({ methods }: ReportDocument, panel: Panel): Figure | undefined {
  const { measure, baseline } = panel;
  const metric = panel.metrics[measure];
  const cells = panel.cells.filter((cell) => cell[measure] && !cell.otherMetrics?.[measure]);
  if (cells.length < 2) return undefined;
  const names = cells.map(({ name }) => name);
  const row = (cell: CellStatistics, value: number, interval: Interval | null): Row => ({
    ...{ cell: cell.name, kind: kindOf(cell, panel), value },
    ...interval,
  });
  const means = cells.map((cell) => row(cell, cell[measure]!.mean, cell[measure]!.interval));
  const differences = cells.flatMap((cell) => {
    const compared = cell.comparison?.[measure];
    return compared ? [row(cell, compared.difference, compared.interval)] : [];
  });
  const intervals = means.some(({ low }) => low !== undefined) && `${levelName(methods)} bootstrap confidence interval`;
  const base = means.find(({ cell }) => cell === baseline)?.value;
  const kinds = Object.values(KINDS).filter((kind) => means.some((row) => row.kind === kind));
  /** @param line  where the baseline is */
  const view = (values: readonly Row[], title: string, line: number | undefined, first: boolean) => {
    const known = [...values.flatMap(({ value, low = value, high = value }) => [low, high]), ...(line === undefined ? [] : [line])];
    const x = { type: "quantitative", title, scale: { domain: domainOf(known), nice: false, zero: false }, axis: { tickCount: 5 } };
    const shared = {
      y: first ? namesDown(names) : { ...namesDown(names), axis: null },
      color: {
        field: "kind",
        type: "nominal",
        scale: { domain: kinds, range: kinds.map((kind) => (kind === KINDS.baseline ? INK : kind === KINDS.differs ? BLUE : GREY)) },
        legend: { orient: "bottom", symbolType: "circle", symbolSize: 60, direction: "horizontal", columns: 3 },
      },
    };
    return {
      width: 270,
      height: names.length * ROW_HEIGHT,
      data: { values },
      layer: [
        ...(line === undefined
          ? []
          : [{ data: { values: [{ line }] }, mark: { type: "rule", color: "#bbbbbb" }, encoding: { x: { ...x, field: "line" } } }]),
        ...intervalLayer(values, {
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, ...shared },
        }),
        { mark: { type: "point", filled: true, opacity: 1, size: 60 }, encoding: { x: { ...x, field: "value" }, ...shared } },
      ],
    };
  };
  return {
    name: "comparison",
    caption:
      `${sentenceCase(metricName(metric, measure))}: mean of each cell, and mean of its differences from ${baseline} on the same seeds` +
      `${intervals ? `, with ${intervals}s` : ""}.`,
    spec: specification(
      "Cells compared with the baseline",
      [`${intervals ? `mean with ${intervals}` : "one run of each cell"}; differences are paired by seed`],
      {
        hconcat: [
          view(means, metricTitle(metric, measure), base, true),
          ...(differences.length > 0 ? [view(differences, differenceTitle(metric), 0, false)] : []),
        ],
      },
    ),
  };
}

function kindOf({ name, comparison }: CellStatistics, { baseline, measure }: Panel): string {
  if (name === baseline) return KINDS.baseline;
  return (comparison?.[measure]?.wilcoxon.holm ?? 1) < SIGNIFICANT ? KINDS.differs : KINDS.open;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
