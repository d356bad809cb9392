/**
 * The Pareto fronts of cells, and how much those of their runs dominate.
 *
 * @module
 */
import type { Family } from "../../core/manifest/matrix/raw-matrix.ts";
import { oriented } from "../../core/plugin/metric.ts";
import { type Front, type MetricPair, paretoFront } from "../../core/record/pareto.ts";
import { hypervolume } from "../../core/statistics/hypervolume.ts";
import type { AggregatedCell, RunRow } from "./aggregate.ts";
import { type BySeed, compared, estimate } from "./comparisons/estimates.ts";
import { adjustedTogether, inFamilies } from "./comparisons/family.ts";
import type { CellFront, CellStatistics, FrontBox, Panel } from "./document.ts";

interface Asked {
  readonly family: Family;
  /** By metric. */
  readonly reference?: Readonly<Record<string, number>> | undefined;
}

/** Adds the fronts of each cell, and the boxes that their hypervolumes are shares of. */
export function withFronts(panels: readonly Panel[], cells: readonly AggregatedCell[], { family, reference = {} }: Asked): Panel[] {
  const found = panels.map((panel) => panelWithFronts(panel, cells, reference));
  return inFamilies(found, family).flatMap(adjustedFronts);
}

/** One family for each pair of metrics. */
function adjustedFronts(panels: readonly Panel[]): Panel[] {
  const keys = new Set(panels.flatMap(({ fronts = [] }) => fronts.map(keyOf)));
  const families = new Map(
    [...keys].map((key) => {
      const fronts = panels.flatMap(({ cells }) => cells.flatMap(({ fronts = [] }) => fronts)).filter((front) => keyOf(front) === key);
      return [key, adjustedTogether(fronts.flatMap(({ comparison }) => comparison ?? []))];
    }),
  );
  return panels.map((panel) => {
    if (!panel.fronts) return panel;
    return {
      ...panel,
      fronts: panel.fronts.map((box) => ({ ...box, family: families.get(keyOf(box))!.size })),
      cells: panel.cells.map((cell) => ({
        ...cell,
        ...(cell.fronts && {
          fronts: cell.fronts.map(({ comparison, ...front }) => ({
            ...front,
            ...(comparison && { comparison: families.get(keyOf(front))!.get(comparison)! }),
          })),
        }),
      })),
    };
  });
}

function panelWithFronts(panel: Panel, all: readonly AggregatedCell[], reference: Readonly<Record<string, number>>): Panel {
  const runsOf = new Map(all.filter(({ cell }) => cell.panel === panel.name).map(({ cell, runs }) => [cell.name, runs]));
  const alike = panel.cells.filter(({ otherMetrics }) => !otherMetrics?.score).map(({ name }) => name);
  const fronts = alike.flatMap((name) => runsOf.get(name)!.flatMap(({ fronts = [] }) => fronts));
  const boxes = new Map([...byPair(fronts)].map(([key, alike]) => [key, boxOf(alike, reference)]));
  if (boxes.size === 0 && ![...runsOf.values()].some((runs) => runs.some(({ fronts }) => fronts))) return panel;
  /** By cell and pair of metrics, of each run its share of the box. */
  const shares = (name: string, key: string) => {
    const box = alike.includes(name) ? boxes.get(key) : undefined;
    return box && sharesOf(runsOf.get(name)!, box);
  };
  const baseline = panel.cells.find(({ name }) => name === panel.baseline);
  const frontsOf = ({ name }: CellStatistics): CellFront[] =>
    joined(runsOf.get(name)!).map((front) => {
      const key = keyOf(front);
      const own = shares(name, key);
      const theirs = name === baseline?.name ? undefined : shares(panel.baseline, key);
      const hypervolume = own && estimate([...own.values()]);
      const comparison = own && theirs && compared(own, theirs, 1);
      return { ...front, ...(hypervolume && { hypervolume }), ...(comparison && { comparison }) };
    });
  return {
    ...panel,
    fronts: [...boxes.values()],
    cells: panel.cells.map((cell) => {
      const fronts = frontsOf(cell);
      return fronts.length > 0 ? { ...cell, fronts } : cell;
    }),
  };
}

/** The fronts over the fronts of several runs. */
function joined(runs: readonly RunRow[]): CellFront[] {
  const fronts = runs.flatMap(({ seed, fronts = [] }) =>
    fronts.map(({ metrics, points }) => ({ metrics, points: points.map((point) => ({ seed, ...point })) })),
  );
  return [...byPair(fronts).values()].map((alike) => {
    const { metrics } = alike[0]!;
    return {
      metrics,
      points: paretoFront(
        alike.flatMap(({ points }) => points),
        metrics,
      ),
    };
  });
}

function boxOf(fronts: readonly Front[], reference: Readonly<Record<string, number>>): FrontBox {
  const { metrics } = fronts[0]!;
  const extremes = metrics.map((metric, i) => {
    const values = fronts.flatMap(({ points }) => points.map(({ values }) => values[i]!)).sort((a, b) => oriented(a - b, metric));
    const given = Object.hasOwn(reference, metric.name) ? reference[metric.name] : undefined;
    return { worst: given ?? values[0] ?? 0, best: values.at(-1) ?? 0 };
  });
  const pair = (of: (one: { worst: number; best: number }) => number) => [of(extremes[0]!), of(extremes[1]!)] as const;
  return { metrics, reference: pair(({ worst }) => worst), ideal: pair(({ best }) => best), family: 0 };
}

/** The hypervolume of each run, by seed, as a share of the box; undefined where that has no area. */
export function sharesOf(runs: readonly RunRow[], box: FrontBox): BySeed | undefined {
  const { metrics, reference, ideal } = box;
  const worths = ([first, second]: readonly [number, number]) => [oriented(first, metrics[0]), oriented(second, metrics[1])] as const;
  const [worst, best] = [worths(reference), worths(ideal)];
  if (!(best[0] > worst[0] && best[1] > worst[1])) return undefined;
  const area = (best[0] - worst[0]) * (best[1] - worst[1]);
  return new Map(
    runs.flatMap(({ seed, fronts = [] }) => {
      const front = fronts.find((one) => keyOf(one) === keyOf(box));
      if (!front) return [];
      const points = front.points.map(({ values }) => worths(values));
      return [[seed, hypervolume(points, worst) / area]];
    }),
  );
}

function byPair<F extends Front>(fronts: readonly F[]): Map<string, F[]> {
  const pairs = new Map<string, F[]>();
  for (const front of fronts) pairs.set(keyOf(front), [...(pairs.get(keyOf(front)) ?? []), front]);
  return pairs;
}

/** Names a pair of metrics. */
export function keyOf({ metrics }: { readonly metrics: MetricPair }): string {
  return JSON.stringify(metrics.map(({ name, unit, goal }) => [name, unit, goal]));
}
