/**
 * The critical-difference diagram of Demšar 2006, JMLR 7, section 3.2.4: mean ranks over panels on one axis, and bars over
 * methods that do not differ significantly by Nemenyi's test.
 *
 * @module
 */
import type { RanksOverPanels } from "../../document.ts";
import { counted, equalsProbability } from "../../format.ts";
import { BLUE, type Figure, GREY, INK, specification } from "../figure.ts";

/** Of the rows of names, and of bars, in units of the vertical scale. */
const [ROW, BAR] = [1, 0.45];
const [WIDTH, ROW_PIXELS] = [460, 20];

export function criticalDifferenceFigure(ranks: RanksOverPanels | undefined): Figure | undefined {
  if (!ranks) return undefined;
  const { mean, blocks, friedman, criticalDifference, baseline } = ranks;
  const ranked = Object.entries(mean).sort(([, a], [, b]) => a - b);
  const bars = cliques(
    ranked.map(([, rank]) => rank),
    criticalDifference,
  );
  const most = ranked.length;
  const top = BAR * (bars.length + 1);
  const half = Math.ceil(most / 2);
  // The better half has its names on the left, the best on top; the other half on the right, the worst on top.
  const names = ranked.map(([name, rank], i) => {
    const left = i < half;
    const y = top + ROW * (left ? i + 0.5 : most - i - 0.5);
    return { name: `${name}  ${rank.toFixed(2)}`, rank, y, edge: left ? 1 : most, side: left ? "left" : "right", own: name === baseline };
  });
  const low = Math.max(...names.map(({ y }) => y)) + ROW / 2;
  const test = friedman ? [`Friedman test: χ² = ${friedman.statistic.toFixed(1)}, ${equalsProbability(friedman.p)}`] : [];
  const x = { field: "rank", type: "quantitative" };
  const y = { field: "y", type: "quantitative" };
  const text = (side: "left" | "right") => ({
    data: { values: names.filter((one) => one.side === side) },
    mark: { type: "text", align: side === "left" ? "right" : "left", dx: side === "left" ? -6 : 6, fontSize: 12, baseline: "middle" },
    encoding: {
      x: { field: "edge", type: "quantitative" },
      y,
      text: { field: "name", type: "nominal" },
      color: { condition: { test: "datum.own", value: INK }, value: BLUE },
    },
  });
  const kept = Math.min(criticalDifference, most - 1);
  return {
    name: "ranks",
    caption:
      `Mean rank of each, 1 the best, over ${counted(blocks, "panel")}. ` +
      `A bar is over those that do not differ significantly: less than ${criticalDifference.toFixed(2)} apart (Nemenyi, p = 0.05).`,
    spec: specification(
      "Mean rank",
      [
        `ranked by their means within each panel, 1 is best; ${counted(blocks, "panel")}`,
        ...test,
        "a bar is over those that do not differ significantly",
      ],
      {
        width: WIDTH,
        height: ROW_PIXELS * (low + 1.2),
        encoding: {
          x: {
            ...x,
            scale: { domain: [1, most], nice: false, zero: false },
            axis: { orient: "top", title: null, tickMinStep: 1, grid: false },
          },
          y: { ...y, scale: { domain: [low, -1.2], nice: false, zero: false }, axis: null },
        },
        layer: [
          {
            data: { values: [{ from: 1, to: 1 + kept, y: -0.8, name: `critical difference ${criticalDifference.toFixed(2)}` }] },
            layer: [
              { mark: { type: "rule", strokeWidth: 2, color: GREY }, encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y } },
              {
                mark: { type: "text", align: "left", baseline: "top", dy: 4, fontSize: 11, color: GREY },
                encoding: { x: { ...x, field: "from" }, y, text: { field: "name", type: "nominal" } },
              },
            ],
          },
          {
            data: { values: names },
            mark: { type: "rule", strokeWidth: 1, color: GREY },
            encoding: { x, y: { datum: 0 }, y2: { field: "y" } },
          },
          { data: { values: names }, mark: { type: "rule", strokeWidth: 1, color: GREY }, encoding: { x, x2: { field: "edge" }, y } },
          {
            data: { values: bars.map(([from, to], i) => ({ from: from - 0.06, to: to + 0.06, y: BAR * (i + 1) })) },
            mark: { type: "rule", strokeWidth: 4, color: INK },
            encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y },
          },
          text("left"),
          text("right"),
        ],
      },
    ),
  };
}

/** From where to where ranks do not differ significantly, of two or more, none inside another. @param ranks  ascending */
export function cliques(ranks: readonly number[], criticalDifference: number): [number, number][] {
  const ends = ranks.map((rank) => ranks.findLastIndex((other) => other - rank <= criticalDifference));
  return ends.flatMap((end, i): [number, number][] => (end > i && (i === 0 || ends[i - 1]! < end) ? [[ranks[i]!, ranks[end]!]] : []));
}
