/**
 * The best architecture so far, against queries or seconds: a line for each cell, with a band.
 *
 * @module
 */
import { better } from "../../../../core/plugin/metric.ts";
import type { AggregatedCell } from "../../aggregate.ts";
import { type CurvePoint, MARGIN } from "../../curve.ts";
import type { Panel } from "../../document.ts";
import { counted, metricName, metricTitle } from "../../format.ts";
import { differentCells } from "../choice.ts";
import { bandedLines, domainOf, enlarged, type Figure, type Frame, specification } from "../figure.ts";

/** Part of the budget that sets the lower end of the axis: before it curves come from far below. */
const SETTLED = 0.1;

const AXES = {
  queries: { title: "queries", file: "incumbent", of: ({ incumbent }: AggregatedCell) => incumbent.queries },
  seconds: {
    title: "seconds charged to the budget",
    file: "incumbent-seconds",
    of: ({ incumbent }: AggregatedCell) => incumbent.seconds,
  },
} as const;

export function incumbentFigure(panel: Panel, cells: readonly AggregatedCell[], against: keyof typeof AXES): Figure | undefined {
  const { title, file, of } = AXES[against];
  const metric = panel.metrics.score;
  const { chosen, left } = differentCells(
    panel,
    cells.filter((cell) => of(cell).length > 1),
    "score",
  );
  if (chosen.length === 0) return undefined;
  const end = Math.max(...chosen.flatMap((cell) => of(cell).map(({ at }) => at)));
  const settled = chosen.flatMap((cell) => of(cell).filter(({ at }) => at >= SETTLED * end));
  const whole = { x: [0, end], y: extent(settled) } as const;
  const last = { x: [end / 2, end], y: domainOf(extent(chosen.map((cell) => of(cell).at(-1)!))) } as const;
  const names = [...chosen].sort((a, b) => better(metric) * (of(b).at(-1)!.mean - of(a).at(-1)!.mean)).map(({ cell }) => cell.name);
  const runs = Math.max(...chosen.map(({ runs }) => runs.length));
  const points = chosen.flatMap((cell) => of(cell).map((point) => ({ cell: cell.cell.name, ...point })));
  const caption =
    `The best ${metricName(metric, "score")} so far, against ${title}: ` +
    (runs > 1 ? `mean over ${counted(runs, "run")}, with a band of ±${MARGIN} standard errors.` : "one run of each.");
  const colouring = { first: panel.baseline, given: chosen.map(({ cell }) => cell.name) };
  const view = ({ x, y }: Frame) =>
    bandedLines(points, names, colouring, {
      x: { title, scale: { domain: x, nice: false }, axis: { tickCount: 5 } },
      y: { title: metricTitle(metric, "score"), scale: { domain: y, zero: false, nice: y === whole.y } },
    });
  const spec = specification(
    "Best architecture so far",
    [
      runs > 1 ? `mean of up to ${counted(runs, "run")}, band ±${MARGIN} standard errors (95 %)` : "one run of each",
      ...(left > 0 ? [shownOf(chosen.length, left)] : []),
    ],
    enlarged(whole, chosen.length > 1 ? last : whole, `from ${Math.round(end / 2).toLocaleString("en-US")} ${against} on, enlarged`, view),
  );
  return { name: file, caption, spec };
}

/** What a subtitle says where not all cells are shown. */
function shownOf(shown: number, left: number): string {
  return `shown: the baseline and the ${shown - 1} cells that differ most from it, of ${shown - 1 + left}`;
}

function extent(points: readonly CurvePoint[]): [number, number] {
  return [Math.min(...points.map(({ mean, low = mean }) => low)), Math.max(...points.map(({ mean, high = mean }) => high))];
}
