/**
 * `matrix.json`, which `evoke run` and `evoke matrix` write and `evoke report` reads: what the cells are, and where
 * their runs are kept. Of one experiment it is the only cell.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Axis } from "../../../core/manifest/matrix/axes.ts";
import type { Cell } from "../../../core/manifest/matrix/matrix.ts";
import type { Design, Family, Goals } from "../../../core/manifest/matrix/raw-matrix.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import { VERSION } from "../../../core/version.ts";
import { replaceFile } from "../../../training/kept-file.ts";
import type { PlannedCell, RunPlan } from "../run/plan.ts";
import { ownPlace } from "./own-place.ts";
import type { SeedRange } from "./run-store.ts";

export interface MatrixDocument extends Goals {
  readonly matrix: string;
  readonly question?: string;
  /** The version of Evoke that wrote it. */
  readonly evoke: string;
  /** The file with the runs, relative to this one. */
  readonly store: string;
  /** Left out for a single experiment. */
  readonly design?: Design;
  /** Left out for a single experiment, and by versions that knew no other than "panel". */
  readonly family?: Family;
  /** Of every cell: cells are compared seed by seed. */
  readonly seeds: SeedRange;
  /** Of each task, where it has other goals than the matrix; left out where there are no tasks. */
  readonly tasks?: Readonly<Record<string, Goals>>;
  /** By metric, the worst value of interest: hypervolumes of fronts are measured from there. */
  readonly reference?: Readonly<Record<string, number>>;
  readonly axes: readonly Axis[];
  /** The manifest of the base with every default: with it, `differs` gives the manifest of each cell. Evoke always writes it. */
  readonly base?: object;
  readonly cells: readonly MatrixCell[];
}

export interface MatrixCell extends Pick<Cell, "name" | "variant" | "at" | "panel" | "task" | "baseline" | "differs"> {
  /** Names its runs in the store. */
  readonly digest: string;
  /** Of the score. */
  readonly metric: Metric;
  readonly budget: { readonly queries?: number; readonly seconds?: number };
  /** The name of the space plugin. */
  readonly space: string;
  /** With every default. */
  readonly spaceOptions?: object;
  /** Digests of the tables and other experiments that it reads. Evoke always writes them. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The file with the runs of everything that was run with this --out. */
export function storeFile(out: string): string {
  return join(out, "runs.sqlite");
}

/** Writes `matrix.json` into OUT/NAME. @returns that folder */
export async function writeMatrixDocument(out: string, plan: RunPlan): Promise<string> {
  const folder = join(out, plan.name);
  await replaceFile(ownPlace(out, plan.name, "matrix.json"), `${JSON.stringify(documentOf(plan), null, 2)}\n`);
  return folder;
}

/** Writes `matrix.json` again if somebody has removed it. @returns its folder */
export async function keptDocument(out: string, plan: RunPlan): Promise<string> {
  const folder = join(out, plan.name);
  return existsSync(join(folder, "matrix.json")) ? folder : writeMatrixDocument(out, plan);
}

function documentOf(plan: RunPlan): MatrixDocument {
  const { name, question, design, family, seeds, best, targets, tasks = {}, reference, axes, base, cells } = plan;
  return {
    matrix: name,
    ...(question !== undefined && { question }),
    evoke: VERSION,
    store: "../runs.sqlite",
    ...(design !== undefined && { design }),
    ...(family !== undefined && { family }),
    seeds,
    ...(best && { best }),
    ...(targets && { targets }),
    ...(Object.keys(tasks).length > 0 && { tasks }),
    ...(reference && { reference }),
    ...{ axes, base },
    cells: cells.map(cellOf),
  };
}

function cellOf(cell: PlannedCell): MatrixCell {
  const { name, digest, variant, at, panel, task, baseline, differs, metric, experiment, inputs } = cell;
  const { queries, seconds } = experiment.budget;
  return {
    ...{ name, digest, variant, at, panel, baseline, differs, metric },
    ...(task !== undefined && { task }),
    budget: { ...(queries !== undefined && { queries }), ...(seconds !== undefined && { seconds }) },
    space: experiment.space.plugin.name,
    spaceOptions: experiment.space.options,
    inputs: Object.fromEntries(inputs),
  };
}
