/** Experiments of a plan, opened again where they are to be run. @module */
import { inputChanged } from "../../../core/errors/index.ts";
import { openExperiment } from "../experiment.ts";
import type { Opened } from "../opened.ts";
import { type Kept, keptRuns } from "./kept-runs.ts";
import type { Work } from "./work.ts";

/** Opens an experiment of the work. @throws EvokeError INPUT_CHANGED if it is not any more what was planned */
export async function openPlanned({ source, opened, digest }: Work["experiments"][number], kept: Kept): Promise<Opened> {
  const { trainings } = kept;
  const composed = opened ?? (await openExperiment(source, { keptRuns: keptRuns(kept), ...(trainings && { trainings }) }));
  if (digest !== undefined && composed.composition.digest !== digest)
    throw inputChanged(`a file of ${source.inline?.title ?? source.file}`);
  return composed;
}
