/**
 * The trainer where experiments are composed and not run: it opens datasets, so that what is wrong with them is found,
 * and neither trains, nor loads TensorFlow.js, nor starts a thread.
 *
 * @module
 */
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import type { BackendOptions } from "../../core/training/settings.ts";
import { checkFit, type DatasetSummary, type Trainer } from "../../core/training/trainer.ts";
import type { Workload } from "../../core/training/workload.ts";
import { checkTraining } from "../../training/memory/room.ts";

/** By folder and specification: the cells of a matrix mostly share their dataset. */
const opened = new Map<string, Promise<DatasetSummary>>();

/** @param folder  the manifest's, which files of datasets are relative to */
export function dryTrainer(folder: string): Trainer {
  const refused = async (): Promise<never> => {
    throw new Error("nothing is trained where a manifest is only validated");
  };
  return {
    places: 1,
    async prepare(spec: DatasetSpec, backend: BackendOptions = {}, work?: Workload) {
      const key = JSON.stringify([folder, spec]);
      const known = opened.get(key) ?? summaryOf(spec, folder);
      opened.set(key, known);
      const summary = await known;
      if (work) {
        checkFit(work.network, summary);
        checkTraining(work, summary.counts.train, backend);
      }
      return { summary, backend };
    },
    train: refused,
    shareWeights: refused,
    supernet: async () => ({ train: refused, evaluate: refused, test: refused, extract: refused }),
  };
}

async function summaryOf(spec: DatasetSpec, folder: string): Promise<DatasetSummary> {
  const { openDataset, summaryOf } = await import("../../training/datasets/dataset.ts");
  return summaryOf(await openDataset(spec, folder));
}
