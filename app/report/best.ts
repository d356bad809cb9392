/**
 * The best architecture that each cell found, and drawings of those that are the best of their panel. Best is by
 * score: a test metric must not choose.
 *
 * @module
 */
import { EvokeError } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import { createdSpace } from "../../core/plugin/checks/create.ts";
import { isBetter } from "../../core/plugin/metric.ts";
import type { Space } from "../../core/plugin/space.ts";
import { builtInPlugin } from "../../plugins/catalogue.ts";
import type { AggregatedCell, RunRow } from "./aggregate.ts";
import { nameWithin, type Panel, type ReportDocument } from "./document.ts";
import { drawingSvg } from "./drawing/draw.ts";
import { fileNames, NOTHING } from "./format.ts";
import type { ReportCell } from "./source.ts";
import type { ReportTable } from "./tables/table.ts";

/** A drawing: a figure that no specification is needed for. */
interface BestDrawing {
  /** Of the file, without ending. */
  readonly name: string;
  readonly caption: string;
  readonly svg: string;
}

export interface BestArchitectures {
  readonly table: ReportTable;
  readonly drawings: readonly BestDrawing[];
}

export async function bestArchitectures(document: ReportDocument, cells: readonly AggregatedCell[]): Promise<BestArchitectures> {
  return { table: tableOf(document, cells), drawings: await drawingsOf(document, cells) };
}

function tableOf({ panels }: ReportDocument, cells: readonly AggregatedCell[]): ReportTable {
  const rows = (panel: Panel) =>
    bestOf(panel, cells).map(({ cell, run: { score, test, seed, architecture } }) => [
      ...[nameWithin(panel.name, cell.name), number(score), number(test), String(seed), architecture],
    ]);
  const heads = ["cell", "score", "test", "seed", "architecture"];
  return {
    columns: heads.map((head) => ({ head, words: head === "cell" || head === "architecture" })),
    groups: panels.map((panel) => ({ ...(panels.length > 1 && { heading: panel.name }), rows: rows(panel) })),
  };
}

/** The best of each panel, where it is of a built-in space that says what its architectures look like. */
async function drawingsOf({ panels }: ReportDocument, cells: readonly AggregatedCell[]): Promise<BestDrawing[]> {
  const drawn: BestDrawing[] = [];
  for (const panel of panels) {
    const other = new Set(panel.cells.filter(({ otherMetrics }) => otherMetrics?.score).map(({ name }) => name));
    const found = bestOf(panel, cells).filter(({ cell }) => !other.has(cell.name));
    if (found.length === 0) continue;
    const { cell, run } = found.reduce((best, one) => (isBetter(one.run.score, best.run.score, one.cell.metric) ? one : best));
    const svg = await drawingOf(cell, run.architecture);
    const test = run.test === undefined ? "" : `, test ${number(run.test)}`;
    const caption = `The best architecture by score, found by ${cell.name} with seed ${run.seed}: score ${number(run.score)}${test}. ${run.architecture}`;
    if (svg !== undefined) drawn.push({ name: `best-${cell.name}`, caption, svg });
  }
  const names = fileNames(drawn.map(({ name }) => name));
  return drawn.map((one, i) => ({ ...one, name: names[i]! }));
}

/** Of each cell with runs, the run with the best answer; the first of equals. */
function bestOf({ name }: Panel, cells: readonly AggregatedCell[]): { readonly cell: ReportCell; readonly run: RunRow }[] {
  return cells
    .filter(({ cell, runs }) => cell.panel === name && runs.length > 0)
    .map(({ cell, runs }) => ({ cell, run: runs.reduce((best, run) => (isBetter(run.score, best.score, cell.metric) ? run : best)) }));
}

/** The space of a cell. Code that results name is not run for a report, so there is none of spaces that are not built in. */
export async function spaceOf({ space: name, spaceOptions }: Pick<ReportCell, "space" | "spaceOptions">): Promise<Space | undefined> {
  const plugin = await builtInPlugin("space", name);
  const options = structuredClone(spaceOptions ?? {});
  if (!plugin || problemsOf(plugin.options, options).length > 0) return undefined;
  return createdSpace({ plugin, options, pointer: "/space", file: "the results" });
}

async function drawingOf(cell: ReportCell, architecture: string): Promise<string | undefined> {
  const space = await spaceOf(cell);
  try {
    return space?.drawing && drawingSvg(space.drawing(space.decode(architecture)));
  } catch (error) {
    if (error instanceof EvokeError) return undefined; // of another version of the space
    throw error;
  }
}

function number(value: number | undefined): string {
  return value === undefined ? NOTHING : String(Number(value.toPrecision(6)));
}
