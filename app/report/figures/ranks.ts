/**
 * Mean ranks of methods.
 *
 * @module
 */
import type { Measure, Ranks } from "../document.ts";
import { counted, equalsProbability } from "../format.ts";
import { BLUE, type Figure, INK, namesDown, ROW_HEIGHT, specification } from "./figure.ts";

/**
 * @param blocks  what a rank is within: "seed", or "panel and seed"
 * @param measure  by which they are ranked, left out if panels differ
 */
export function ranksFigure(ranks: Ranks | undefined, baseline: string, blocks: string, measure?: Measure): Figure | undefined {
  if (!ranks) return undefined;
  const values = Object.entries(ranks.mean)
    .sort(([, a], [, b]) => a - b)
    .map(([cell, rank]) => ({ cell, rank, kind: cell === baseline ? "baseline" : "other" }));
  const { friedman } = ranks;
  const test = friedman ? [`Friedman test: χ² = ${friedman.statistic.toFixed(1)}, ${equalsProbability(friedman.p)}`] : [];
  const by = measure ? ` by ${measure}` : "";
  return {
    name: "ranks",
    caption: `Mean rank of each${by}, 1 the best, over ${counted(ranks.blocks, "block")} (${blocks}).`,
    spec: specification("Mean rank", [`ranked${by} within each ${blocks}, 1 is best; ${counted(ranks.blocks, "block")}`, ...test], {
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
