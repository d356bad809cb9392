/**
 * Ablation matrices: from the text of a matrix manifest to its cells, each an experiment that was found
 * right. A cell is the base with a task and some variants (JSON Merge Patches) and some values of axes (at
 * JSON Pointers), applied in this order.
 *
 * @module
 */
import { manifestInvalid } from "../../errors/index.ts";
import { checked } from "../../json/check.ts";
import { valueAt } from "../../json/json-pointer.ts";
import { matrixSchema } from "../../schemas/matrix.ts";
import type { Experiment } from "../experiment.ts";
import { parseManifest } from "../parse.ts";
import { type Axis, axesOf } from "./axes.ts";
import { type MatrixSource, readBase } from "./base.ts";
import { baselinesOf } from "./baselines.ts";
import { basesOwn, checkDifferent, makeCells, withoutBasesAgain } from "./cells.ts";
import { draftsOf } from "./design.ts";
import { type CellDifference, differences, equal } from "./differences.ts";
import type { Design, Family, Goals, RawMatrix } from "./raw-matrix.ts";
import type { Step } from "./steps.ts";

/** A matrix manifest that was found right. */
export interface Matrix extends Goals {
  readonly name: string;
  /** Where it came from, for errors. */
  readonly file: string;
  readonly question?: string;
  readonly design: Design;
  readonly base: Experiment;
  /** What the paths in the base and in its cells are relative to: the base's file, or the matrix's. */
  readonly baseFile: string;
  /** Of every cell. */
  readonly seeds: { readonly first: number; readonly count: number };
  /** By metric, from where hypervolumes are measured. */
  readonly reference?: Readonly<Record<string, number>>;
  /** Of each task, where it has other goals than the matrix. */
  readonly tasks: Readonly<Record<string, Goals>>;
  /** What the report adjusts together: the comparisons of each panel, or of all. */
  readonly family: Family;
  readonly axes: readonly Axis[];
  readonly cells: readonly Cell[];
}

export interface Cell {
  /** "base", "absolute-reward", "count=8"; in a factorial "random, dataset=cifar100". */
  readonly name: string;
  /** The variant that it has; `baseName` where it has none, "full" for the full cell of leave-one-out. */
  readonly variant: string;
  /** The value of each axis by pointer, the base's own where the cell does not change it. */
  readonly at: Readonly<Record<string, unknown>>;
  /** The part of the name after the variant, in a factorial: cells are compared within a panel. Else "". */
  readonly panel: string;
  /** The name of its task, where there are tasks. */
  readonly task?: string;
  /** The name of the cell that this one is compared with; its own for a baseline. */
  readonly baseline: string;
  /** What differs from the base, after defaults. A value that is left out is not there. */
  readonly differs: readonly CellDifference[];
  /** What made it of the base: pointers into the matrix manifest. */
  readonly origin: readonly string[];
  /** Where it is, for errors: it has no file of its own. */
  readonly title: string;
  /** The text of its manifest. */
  readonly text: string;
  readonly experiment: Experiment;
}

/**
 * Reads and checks a matrix, its base and all its cells.
 * @throws EvokeError with the file, the cell, and the JSON pointer of each problem
 */
export async function readMatrix(source: MatrixSource): Promise<Matrix> {
  const { file } = source;
  const raw = parseManifest(source, "matrix") as RawMatrix;
  const problems = await checked("matrix", matrixSchema, raw);
  if (problems.length > 0) throw manifestInvalid(file, problems);

  const base = await readBase(source, raw.base);
  const axes = axesOf(raw.axes);
  const { drafts, baseline } = draftsOf(file, raw, axes);
  const seeds = { ...base.experiment.seeds, ...raw.seeds };
  const made = await makeCells(source, base, drafts, seeds);
  const kept = raw.design === "factorial" ? made : withoutBasesAgain(made);
  checkDifferent(file, raw.design, kept, made);
  const baselines = baselinesOf(file, raw, kept, baseline);
  const own = basesOwn(made);
  const { name, question, design, best, targets, family, reference } = raw;
  return {
    name,
    file,
    ...(question !== undefined && { question }),
    design,
    family,
    base: base.experiment,
    baseFile: base.file,
    seeds,
    ...(best && { best }),
    ...(targets && { targets }),
    tasks: Object.fromEntries(Object.entries(raw.tasks).map(([task, { experiment: _, ...goals }]) => [task, goals])),
    ...(reference && { reference }),
    axes,
    cells: kept.map(({ name, variant, panel, task, steps, title, text, experiment }, i) => ({
      ...{ name, variant, panel, title, text, experiment },
      ...(task !== undefined && { task }),
      baseline: baselines[i]!,
      origin: steps.map(({ origin }) => origin),
      at: Object.fromEntries(axes.flatMap(({ pointer }) => valueOn(pointer, steps, experiment, base.experiment, own))),
      differs: differences(base.experiment.resolved, experiment.resolved),
    })),
  };
}

/** The value of an axis in a cell, beside its pointer: as the axis says it where it does, else as it is there. */
function valueOn(
  pointer: string,
  steps: readonly Step[],
  experiment: Experiment,
  base: Experiment,
  own: ReadonlyMap<string, unknown>,
): [string, unknown][] {
  const step = steps.findLast(({ axis }) => axis?.pointer === pointer);
  if (step) return [[pointer, step.axis!.value]];
  const value = valueAt(experiment.resolved, pointer);
  if (own.has(pointer) && equal(value, valueAt(base.resolved, pointer))) return [[pointer, own.get(pointer)]];
  return value === undefined ? [] : [[pointer, value]];
}
