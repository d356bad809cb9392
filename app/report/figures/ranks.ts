/**
 * Mean ranks of the cells of a panel, over seeds.
 *
 * @module
 */
import type { Panel } from "../document.ts";
import { counted, equalsProbability } from "../format.ts";
import { BLUE, type Figure, INK, namesDown, ROW_HEIGHT, specification } from "./figure.ts";

export function ranksFigure({ ranks, baseline, measure }: Panel): Figure | undefined {
  if (!ranks) return undefined;
  const values = Object.entries(ranks.mean)
    .sort(([, a], [, b]) => a - b)
    .map(([cell, rank]) => ({ cell, rank, kind: cell === baseline ? "baseline" : "other" }));
  const { friedman } = ranks;
  const test = friedman ? [`Friedman test: χ² = ${friedman.statistic.toFixed(1)}, ${equalsProbability(friedman.p)}`] : [];
  return {
    name: "ranks",
    caption: `Mean rank of each by ${measure}, 1 the best, over ${counted(ranks.blocks, "seed")}.`,
    spec: specification("Mean rank", [`ranked by ${measure} within each seed, 1 is best; ${counted(ranks.blocks, "seed")}`, ...test], {
      width: 420,
      height: values.length * ROW_HEIGHT,
      data: { values },
      encoding: {
        x: {
          field: "rank",
          type: "quantitative",
          title: "mean rank",
          scale: { domain: [1, values.length], nice: false, zero: false },
          axis: { tickMinStep: 1 },
        },
        y: namesDown(values.map(({ cell }) => cell)),
        color: { field: "kind", type: "nominal", scale: { domain: ["baseline", "other"], range: [INK, BLUE] }, legend: null },
      },
      layer: [
        { mark: { type: "rule", strokeWidth: 1, opacity: 0.5 }, encoding: { x2: { datum: 1 } } },
        { mark: { type: "point", filled: true, opacity: 1, size: 70 } },
      ],
    }),
  };
}
