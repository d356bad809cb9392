/**
 * From the drafts of cells to experiments that were found right, and that differ from each other.
 *
 * @module
 */
import { EvokeError, manifestInvalid, memoryExceeded } from "../../errors/index.ts";
import { pointerOf, valueAt } from "../../json/json-pointer.ts";
import { type Experiment, experimentDigest, readManifest } from "../experiment.ts";
import type { Base, MatrixSource } from "./base.ts";
import type { Draft } from "./design.ts";
import type { Design } from "./raw-matrix.ts";

/** A cell with its experiment. */
export interface MadeCell extends Draft {
  readonly title: string;
  readonly text: string;
  readonly experiment: Experiment;
  /** Equal for experiments of equal results. */
  readonly identity: string;
  /** True if it is the base after all. */
  readonly isBase: boolean;
}

/** What a cell takes for each character of its manifest, in texts and objects; measured. */
const BYTES_PER_CHARACTER = 25;
/** For all cells. */
const MOST_BYTES = 2 ** 29;

/** Makes and checks each cell; what is wrong in several of them is told once. */
export async function makeCells(source: MatrixSource, base: Base, drafts: readonly Draft[], seeds: object): Promise<MadeCell[]> {
  const { file } = source;
  const bytes = drafts.length * BYTES_PER_CHARACTER * JSON.stringify(base.patched).length;
  if (bytes > MOST_BYTES) throw memoryExceeded(`the cells of ${file}`, bytes, MOST_BYTES, "Make several matrices, or a smaller base.");
  const baseIdentity = identityOf(base.experiment);
  const wrong = new Map<string, { readonly where: string; cells: number }>();
  const made: MadeCell[] = [];
  for (const draft of drafts) {
    const title = draft.steps.length === 0 ? base.experiment.file : `the cell "${draft.name}" of ${file}`;
    try {
      const { text, experiment } = await makeCell(source, base, draft, title, seeds);
      const identity = identityOf(experiment);
      made.push({ ...draft, title, text, experiment, identity, isBase: identity === baseIdentity });
    } catch (error) {
      if (!(error instanceof EvokeError)) throw error;
      for (const problem of error.problems.length > 0 ? error.problems : [error.message]) {
        const same = problem.replaceAll(title, "");
        const known = wrong.get(same);
        if (known) known.cells++;
        else wrong.set(same, { where: `${originOf(draft)}: cell "${draft.name}": ${problem}`, cells: 1 });
      }
    }
  }
  const problems = [...wrong.values()].map(({ where, cells }) => (cells > 1 ? `${where} (and ${cells - 1} more cells)` : where));
  if (problems.length > 0) throw manifestInvalid(file, problems);
  return made;
}

async function makeCell({ catalogue, importModule }: MatrixSource, base: Base, { steps }: Draft, file: string, seeds: object) {
  const manifest = steps.reduce((manifest, step) => step.apply(manifest), base.patched);
  const text = JSON.stringify({ ...manifest, seeds, observers: [] });
  const experiment = await readManifest({ file, text, catalogue, importModule: (specifier) => importModule(specifier, base.file) });
  const lost = steps.find(({ axis }) => axis && axis.value !== null && valueAt(experiment.resolved, axis.pointer) === undefined);
  if (lost) throw manifestInvalid(file, [`${lost.axis!.pointer}: leads to no place of a manifest`]);
  return { text, experiment };
}

/** What tells cells apart before anything is opened; what they would open follows from it. */
function identityOf(experiment: Experiment): string {
  // Options that no result follows from may say how much is proposed at once, from which results follow.
  return `${experimentDigest(experiment, new Map(), 1)} ${JSON.stringify(experiment.evaluator.options)}`;
}

/** The parts of a matrix manifest that make a cell. */
function originOf({ steps }: Draft): string {
  return steps.map(({ origin }) => origin).join(" with ");
}

/** A value of an axis that is the base's own makes no cell of its own, where the base is a cell. */
export function withoutBasesAgain(cells: readonly MadeCell[]): readonly MadeCell[] {
  if (!cells.some(({ steps }) => steps.length === 0)) return cells;
  return cells.filter(({ steps: [step], isBase }) => !(isBase && step?.axis));
}

/** The value of each axis that was found to be the base's own, by pointer. */
export function basesOwn(cells: readonly MadeCell[]): ReadonlyMap<string, unknown> {
  return new Map(cells.flatMap(({ steps: [step], isBase }) => (isBase && step?.axis ? [[step.axis.pointer, step.axis.value]] : [])));
}

/**
 * Cells must differ, in their names and in what they are.
 * @param kept  those that stay, of all that were made
 */
export function checkDifferent(file: string, design: Design, kept: readonly MadeCell[], made: readonly MadeCell[]): void {
  const problems: string[] = [];
  const [reference] = design === "factorial" ? [] : kept;
  const byIdentity = new Map<string, MadeCell>();
  const byName = new Map<string, MadeCell>();
  for (const cell of kept) {
    const same = byIdentity.get(cell.identity);
    const namesake = byName.get(cell.name);
    if (namesake) problems.push(`/: the cells ${placeOf(namesake)} and ${placeOf(cell)} have one name`);
    if (same && same === reference) problems.push(changesNothing(design, cell, reference));
    else if (same) problems.push(`/: the cells ${placeOf(same)} and ${placeOf(cell)} are the same experiment`);
    byIdentity.set(cell.identity, same ?? cell);
    byName.set(cell.name, cell);
  }
  if (design === "one-factor") problems.push(...idleAxes(kept, made));
  if (problems.length > 0) throw manifestInvalid(file, problems);
}

function placeOf(cell: MadeCell): string {
  return cell.steps.length > 0 ? `"${cell.name}" (${originOf(cell)})` : `"${cell.name}"`;
}

function changesNothing(design: Design, cell: MadeCell, full: MadeCell): string {
  if (design === "one-factor") return `${cell.steps[0]!.origin}: changes nothing in the base`;
  const left = full.steps.find((step) => !cell.steps.includes(step))!;
  return `${left.origin}: changes nothing where all the others are there`;
}

/** Axes of which no cell is left. */
function idleAxes(kept: readonly MadeCell[], made: readonly MadeCell[]): string[] {
  const pointersOf = (cells: readonly MadeCell[]) =>
    cells.flatMap(({ steps }) => steps.flatMap(({ axis }) => (axis ? [axis.pointer] : [])));
  const left = new Set(pointersOf(kept));
  const idle = new Set(pointersOf(made).filter((pointer) => !left.has(pointer)));
  return [...idle].map((pointer) => `${pointerOf("axes", pointer)}: changes nothing in the base; its only value is the base's own`);
}
