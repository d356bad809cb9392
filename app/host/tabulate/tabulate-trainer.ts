/**
 * The trainer of `evoke tabulate`, in worker threads.
 *
 * @module
 */
import type { Tabulation } from "../../../core/manifest/tabulation.ts";
import { createdSpace } from "../../../core/plugin/checks/create.ts";
import { backendOptions } from "../../../core/training/settings.ts";
import { workloadOf } from "../../../core/training/workload.ts";
import { trainerThreads, WorkerTrainer } from "../../../training/trainer.ts";
import { OpenedFiles } from "../opened-files.ts";
import type { TabulateTrainer } from "./tabulate.ts";

/**
 * Opens the dataset and the backend.
 * @param folder  the manifest's, which the dataset's files are relative to
 * @returns with the files that it was opened from
 * @throws EvokeError if one of them cannot be had, or the space's networks are not for such images
 */
export async function openTrainer(
  { space: slot, dataset, training, plugins, ...tabulation }: Tabulation,
  folder: string,
  workers: number,
): Promise<TabulateTrainer & { readonly files: OpenedFiles; close(): Promise<void> }> {
  const inputs = new Map<string, string>();
  const files = new OpenedFiles(folder);
  const backend = backendOptions(tabulation);
  let trainings: string | undefined; // known when the first of them begins
  const trainer = new WorkerTrainer(folder, inputs, trainerThreads(workers), { trainings: () => trainings }, (file) =>
    files.addNamed(file, folder),
  );
  files.addModules(plugins, folder);
  try {
    const space = await createdSpace(slot);
    await trainer.prepare(dataset, backend, space.network && workloadOf(space, training));
    return {
      workers,
      inputs: Object.fromEntries(inputs),
      files,
      async train({ architecture, epochs, seed }, kept) {
        trainings = kept;
        const network = space.network!(space.decode(architecture));
        const curve = await trainer.train({ network, dataset, settings: { ...training, epochs }, seed, test: true, ...backend });
        return {
          curve: curve.epochs.flatMap(({ epoch, validation, test }) =>
            validation === undefined || test === undefined ? [] : [[epoch, validation, test] as const],
          ),
          seconds: curve.seconds,
        };
      },
      close: () => trainer.close(),
    };
  } catch (error) {
    await trainer.close();
    throw error;
  }
}
