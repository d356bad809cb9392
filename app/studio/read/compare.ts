/** Two cells or two runs side by side. @module */
import { better, comparable } from "../../../core/plugin/metric.ts";
import type { AggregatedCell } from "../../report/aggregate.ts";
import { compared, valuesBySeed } from "../../report/comparisons/estimates.ts";
import { type Comparison, MEASURES, type Measure } from "../../report/document.ts";
import { panelOf } from "../../report/statistics.ts";
import type { Compared, ComparedSide, FigureView } from "../api.ts";
import type { CellSoFar } from "./aggregated.ts";
import { figuresOfCells } from "./figures.ts";
import { type CellPlace, progressOf } from "./matrix.ts";
import { QUICK, quickIntervals } from "./quick-panel.ts";
import { bestOf, type DrawingPath, storedRun } from "./run.ts";
import { runLine } from "./runs.ts";
import { choicesOf } from "./spaces.ts";

/** What stands on one side: a cell, or one run of it. */
export interface SideWanted extends CellPlace {
  readonly seed?: number | undefined;
  readonly soFar: CellSoFar;
  readonly drawingPath: DrawingPath;
}

export async function comparedSides(wanted: readonly [SideWanted, SideWanted]): Promise<Compared> {
  const of = wanted.every(({ seed }) => seed !== undefined) ? "runs" : "cells";
  const [first, second] = wanted;
  const sides = [await sideOf(first), await sideOf(second)] as const;
  const comparison = of === "cells" ? comparisonsOf(first.soFar.aggregated, second.soFar.aggregated) : undefined;
  const components = await componentsOf(wanted, sides);
  return {
    ...{ of, sides },
    ...(comparison && { comparison }),
    ...(components && { components }),
    figures: of === "cells" ? await figuresOf(wanted) : [],
  };
}

async function sideOf({ matrix, cell, store, seed, soFar: { aggregated }, drawingPath }: SideWanted): Promise<ComparedSide> {
  const { testMetric } = aggregated.cell;
  const shared = { matrix: matrix.store.overviewOf(matrix), cell: cell.name, metric: cell.metric, ...(testMetric && { testMetric }) };
  if (seed !== undefined) {
    const stored = storedRun(cell, seed, store);
    const run = runLine(matrix.document, cell, store, progressOf(matrix, cell.name).state === "running", seed);
    return { ...shared, seed, n: stored ? 1 : 0, run, ...(stored && { best: await bestOf(cell, stored.result.best, drawingPath) }) };
  }
  const [statistics] = panelOf(cell.panel, [aggregated], {}, () => {}, QUICK).cells;
  const best = matrix.store.bestOfCell(matrix, cell);
  return {
    ...{ ...shared, n: aggregated.runs.length },
    ...(statistics!.score && { score: statistics!.score }),
    ...(statistics!.test && { test: statistics!.test }),
    ...(best && { best: await bestOf(cell, best, drawingPath) }),
  };
}

function comparisonsOf(first: AggregatedCell, second: AggregatedCell): { [M in Measure]?: Comparison } | undefined {
  const found = MEASURES.flatMap((measure) => {
    const [a, b] = [first, second].map(({ cell }) => (measure === "test" ? cell.testMetric : cell.metric));
    if (!a || !b || !comparable(a, b)) return [];
    const comparison = compared(valuesBySeed(first.runs, measure), valuesBySeed(second.runs, measure), better(a), quickIntervals);
    return comparison ? [[measure, comparison]] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

async function componentsOf(
  [first, second]: readonly [SideWanted, SideWanted],
  [a, b]: readonly [ComparedSide, ComparedSide],
): Promise<Compared["components"]> {
  if (!a.best || !b.best || first.cell.space !== second.cell.space) return undefined;
  const [ours, theirs] = [await choicesOf(first.cell, a.best.architecture), await choicesOf(second.cell, b.best.architecture)];
  if (!ours || !theirs) return undefined;
  const names = [...new Set([...ours, ...theirs].map(({ component }) => component))];
  const choice = (of: typeof ours, name: string) => of.find(({ component }) => component === name)?.choice ?? null;
  return names.map((component) => ({ component, choices: [choice(ours, component), choice(theirs, component)] }));
}

/** Of both cells in one panel, where they are measured by the same metric. */
async function figuresOf([first, second]: readonly [SideWanted, SideWanted]): Promise<FigureView[]> {
  const [ours, theirs] = [first.soFar.aggregated, second.soFar.aggregated];
  if (!comparable(ours.cell.metric, theirs.cell.metric) || ours.runs.length + theirs.runs.length === 0) return [];
  const alike = first.cell.name === second.cell.name;
  const named = [ours, theirs].map((one, i): AggregatedCell => {
    const name = alike ? `${one.cell.name} (${[first, second][i]!.matrix.id})` : one.cell.name;
    return { ...one, cell: { ...one.cell, name, panel: "", baseline: "" } };
  });
  const baseline = named[1]!.cell.name;
  const cells = named.map((one) => ({ ...one, cell: { ...one.cell, baseline } }));
  const panel = panelOf("", cells, {}, () => {}, QUICK);
  return figuresOfCells(first.matrix, { ...panel, family: 1 }, cells);
}
