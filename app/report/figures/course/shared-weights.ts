/**
 * How architectures of searches by weight sharing went on: how much of them is without weights, and how decided they are,
 * against epochs. A line for each cell, with a band.
 *
 * @module
 */
import type { AggregatedCell } from "../../aggregate.ts";
import { MARGIN } from "../../curve.ts";
import type { Moments, Panel, WeightsEpochStatistics } from "../../document.ts";
import { counted } from "../../format.ts";
import { differentCells } from "../choice.ts";
import { type BandedPoint, bandedLines, type Figure, HEIGHT, MOST_LINES, specification, WIDTH } from "../figure.ts";

interface Course {
  readonly title: string;
  readonly y: object;
  of(epoch: WeightsEpochStatistics): Moments | undefined;
}

const PARAMETER_FREE: Course = {
  title: "share of edges without weights",
  y: { scale: { domain: [0, 1] }, axis: { format: "%", tickCount: 5 } },
  of: ({ parameterFree }) => parameterFree,
};
const ENTROPY: Course = {
  title: "entropy of an edge (nats)",
  y: { scale: { domainMin: 0 }, axis: { tickCount: 5 } },
  of: ({ entropy }) => entropy,
};
const CURVATURE: Course = {
  title: "largest eigenvalue of ∇²_α L",
  y: { scale: { zero: false }, axis: { tickCount: 5 } },
  of: ({ curvature }) => curvature,
};

export function sharedWeightsFigure(panel: Panel, cells: readonly AggregatedCell[]): Figure | undefined {
  const trained = cells.filter(({ sharedWeights }) => sharedWeights);
  if (trained.length === 0) return undefined;
  // A baseline without shared weights leaves its colour to none.
  const most = trained.some(({ cell }) => cell.name === panel.baseline) ? MOST_LINES : MOST_LINES - 1;
  const { chosen, left } = differentCells(panel, trained, "score", most);
  const names = chosen.map(({ cell }) => cell.name);
  const epochsOf = (name: string) => panel.cells.find((cell) => cell.name === name)!.sharedWeights!;
  const pointsOf = ({ of }: Course): BandedPoint[] =>
    names.flatMap((cell) => epochsOf(cell).flatMap((epoch) => pointOf(cell, epoch.epoch, of(epoch)) ?? []));
  const courses = [PARAMETER_FREE, ENTROPY, CURVATURE].map((course) => ({ ...course, points: pointsOf(course) }));
  const shown = courses.filter(({ points }) => points.length > 0);
  const curved = shown.length === courses.length;
  const runs = Math.max(...chosen.map(({ runs }) => runs.length));
  const last = Math.max(...names.map((name) => epochsOf(name).length));
  const band = runs > 1 ? `mean of up to ${counted(runs, "run")}, band ±${MARGIN} standard errors (95 %)` : "one run of each";
  const others = left > 0 ? [`shown: ${counted(chosen.length, "cell")} of ${chosen.length + left}`] : [];
  const colouring = { first: panel.baseline, given: cells.map(({ cell }) => cell.name).filter((name) => names.includes(name)) };
  return {
    name: "shared-weights",
    caption: `Where each search by weight sharing stood after each epoch: of the edges of its architecture the share whose operation is without weights, and the mean entropy of an edge's operations${curved ? ", and the largest eigenvalue of the second derivatives of the validation loss by the architecture's parameters" : ""}: ${band}.`,
    spec: specification("The course of searches by weight sharing", [band, ...others], {
      vconcat: shown.map(({ title, y, points }) => ({
        width: WIDTH,
        height: 0.7 * HEIGHT,
        ...bandedLines(points, names, colouring, {
          x: {
            title: "epoch",
            scale: { domain: [1, Math.max(2, last)], nice: false },
            axis: { tickCount: 8, tickMinStep: 1, format: "d" },
          },
          y: { title, ...y },
        }),
      })),
    }),
  };
}

function pointOf(cell: string, at: number, moments: Moments | undefined): BandedPoint | undefined {
  if (!moments) return undefined;
  const { mean, standardError } = moments;
  return { cell, at, mean, ...(standardError !== null && { low: mean - MARGIN * standardError, high: mean + MARGIN * standardError }) };
}
