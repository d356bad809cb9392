/**
 * Manifests, looked at as far as that goes without measuring or training anything: what they say, and what is composed of
 * it. No thread is started, and nothing is written.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { manifestInvalid } from "../../core/errors/index.ts";
import type { Experiment } from "../../core/manifest/experiment.ts";
import type { Fit } from "../../core/manifest/fit.ts";
import type { Matrix } from "../../core/manifest/matrix/matrix.ts";
import type { TableImport } from "../../core/manifest/table-import.ts";
import { checkTabulated, type Tabulation } from "../../core/manifest/tabulation.ts";
import { createdSpace } from "../../core/plugin/checks/create.ts";
import { backendOptions } from "../../core/training/settings.ts";
import { workloadOf } from "../../core/training/workload.ts";
import {
  composeLoaded,
  type ExperimentFile,
  type HostParts,
  loadExperiment,
  loadFit,
  loadMatrix,
  loadTableImport,
  loadTabulation,
} from "./experiment.ts";
import type { Opened } from "./opened.ts";
import { checkReference, openCells } from "./run/plan.ts";
import { NO_OUTPUT } from "./store/output.ts";

/** Where everything is there that a manifest can ask for, and nothing comes of it. */
const DRY: HostParts = { dry: true, output: NO_OUTPUT };

/** @throws EvokeError, as `evoke run` would before its first run */
export async function validateExperiment(source: ExperimentFile): Promise<Experiment> {
  const experiment = await loadExperiment(source);
  await observed(composeLoaded(experiment, DRY));
  return experiment;
}

/** @throws EvokeError, as `evoke matrix` would before its first run */
export async function validateMatrix(source: ExperimentFile): Promise<Matrix> {
  const matrix = await loadMatrix(source);
  const metrics = new Set<string>();
  await openCells(matrix, DRY, (_, { composition }) => {
    for (const { name } of composition.objectives.all) metrics.add(name);
  });
  checkReference(matrix, metrics);
  return matrix;
}

/** @throws EvokeError, as `evoke tabulate` would before its first training */
export async function validateTabulation(source: ExperimentFile): Promise<Tabulation> {
  const tabulation = await loadTabulation(source);
  const space = await createdSpace(tabulation.space);
  checkTabulated(tabulation, space);
  const { dryTrainer } = await import("./dry-trainer.ts");
  const work = workloadOf(space, tabulation.training);
  await dryTrainer(dirname(resolve(source.file))).prepare(tabulation.dataset, backendOptions(tabulation), work);
  return tabulation;
}

/** @throws EvokeError, as `evoke table add` would before it looks at the file of numbers */
export async function validateImport(source: ExperimentFile): Promise<TableImport> {
  const description = await loadTableImport(source);
  const { componentProblems } = await import("./tables/import/architectures.ts");
  const problems = componentProblems(description, await createdSpace(description.space));
  if (problems.length > 0) throw manifestInvalid(source.file, problems);
  return description;
}

/** @throws EvokeError, as `evoke fit` would before it measures or learns anything */
export async function validateFit(source: ExperimentFile): Promise<Fit> {
  const fit = await loadFit(source);
  const { checkSample, recordedPairs } = await import("./fit.ts");
  const space = await createdSpace(fit.space);
  if ("sample" in fit.pairs) {
    checkSample(fit.pairs.sample, space);
    await composeLoaded(fit.pairs.sample, DRY);
  } else await recordedPairs(fit.file, fit.pairs.runs, space);
  return fit;
}

/** The observers are composed as well; they come last where an experiment is run. */
async function observed(opening: Promise<Opened>): Promise<Opened> {
  const opened = await opening;
  await opened.composition.observers();
  return opened;
}
