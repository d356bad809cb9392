/**
 * Makes a benchmark table: trains one architecture of each function of a space, over workers, and keeps
 * each training in a journal, from which an interrupted call goes on.
 *
 * The folder of a table, `NAME-DIGEST` under `--out`:
 *
 * - `manifest.json`: the manifest with every default, and the digest of everything the results follow from
 * - `journal.jsonl`: the trainings that are over (see tabulate-journal.ts)
 * - `trainings/`: the checkpoints of those that are not, while a call is under way or was interrupted
 * - `NAME.arrow.gz`: the table; of a sample, `NAME-sample.arrow.gz`
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  type FunctionClass,
  type Tabulation,
  type TrainingPlan,
  tabulationDigest,
  trainingPlanOf,
} from "../../../core/manifest/tabulation.ts";
import { createdSpace } from "../../../core/plugin/checks/create.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { lockFolder } from "../../../training/folder-lock.ts";
import { replaceFile } from "../../../training/kept-file.ts";
import { ownPlace } from "../store/own-place.ts";
import { TabulateJournal, type Trained, type TrainingKey } from "./tabulate-journal.ts";
import { type MadeTable, tableOf } from "./tabulate-table.ts";

/** Trains networks; several at once where it has several workers. */
export interface TabulateTrainer {
  /** How many trainings it does at once. */
  readonly workers: number;
  /** What the numbers depend on beside the manifest: the dataset's digest, the backend's version. */
  readonly inputs: Readonly<Record<string, string>>;
  /** @param kept  the folder in which it is kept while it is under way */
  train(request: TrainingKey, kept: string): Promise<Pick<Trained, "curve" | "seconds">>;
  /** What it trains on; this machine, if left out. */
  readonly machine?: object;
  /** Told of a training that is safe in the journal, or has failed. */
  over?(request: TrainingKey): void;
}

export interface TabulateRequest {
  readonly tabulation: Tabulation;
  readonly trainer: TabulateTrainer;
  /** Where the table's folder is. */
  readonly out: string;
  /** Which of the classes to train, all of them if left out. */
  readonly choose?: (plan: TrainingPlan, space: Space) => readonly FunctionClass[];
  readonly listener?: TabulateListener;
}

export interface TabulatePlan {
  readonly folder: string;
  readonly functions: number;
  readonly trainings: number;
  /** Trainings that are in the journal already. */
  readonly known: number;
  /** Epochs of those that are not. */
  readonly epochs: number;
}

export interface TabulateListener {
  /** Told once, before the first training. */
  began?(plan: TabulatePlan): void;
  /** Told when a training is safe in the journal. */
  trained?(training: Trained): void;
  failed?(failure: FailedTraining): void;
}

export interface FailedTraining extends TrainingKey {
  readonly reason: string;
}

export interface Tabulated {
  readonly folder: string;
  /** The table's file; undefined where no function has all its trainings. */
  readonly file?: string;
  readonly made?: MadeTable;
  /** Trainings that this call did. */
  readonly trained: number;
  /** These are not in the journal, and are tried again by the next call. */
  readonly failed: readonly FailedTraining[];
}

/** Trains what is not trained yet, and writes the table. */
export async function tabulate({
  tabulation,
  trainer,
  out,
  choose = ({ classes }) => classes,
  listener = {},
}: TabulateRequest): Promise<Tabulated> {
  const space = await createdSpace(tabulation.space);
  const plan = trainingPlanOf(tabulation, space);
  const classes = choose(plan, space);
  const { inputs } = trainer;
  const digest = tabulationDigest(tabulation, inputs);
  const own = (name = ".") => ownPlace(out, `${tabulation.name}-${digest.slice(0, 12)}`, name);
  const folder = own();
  const unlock = await lockFolder(folder);
  const { file: _, ...manifest } = { ...tabulation, space: { use: tabulation.space.plugin.name, options: tabulation.space.options } };
  const journal = await replaceFile(own("manifest.json"), `${JSON.stringify({ digest, inputs, manifest }, null, 2)}\n`)
    .then(() => TabulateJournal.open(own("journal.jsonl")))
    .catch((error) => {
      unlock();
      throw error;
    });
  try {
    const wanted = classes.flatMap(({ representative }) => trainingsOf(tabulation, space.encode(representative)));
    const todo = wanted.filter((key) => !journal.get(key));
    listener.began?.({
      folder,
      functions: classes.length,
      trainings: wanted.length,
      known: wanted.length - todo.length,
      epochs: todo.reduce((sum, { epochs }) => sum + epochs, 0),
    });
    if (todo.length > 0) await journal.addMachine(trainer.machine ?? machine());
    const kept = own("trainings");
    const failed = await trainAll(todo, trainer, kept, journal, listener);
    if (failed.length === 0) await rm(kept, { recursive: true, force: true });
    const made = await tableOf(tabulation, space, plan, classes, journal, { digest, inputs });
    const file = made && join(folder, `${made.table.description.name}.arrow.gz`);
    if (file) await replaceFile(file, made.bytes);
    return { folder, ...(file && { file, made }), trained: todo.length - failed.length, failed };
  } finally {
    await journal.close();
    unlock();
  }
}

function trainingsOf({ fidelities }: Tabulation, architecture: string): TrainingKey[] {
  return fidelities.flatMap(({ epochs, seeds }) => seeds.map((seed) => ({ architecture, epochs, seed })));
}

/**
 * As many trainings under way as there are workers. An error of the journal ends it, and one after which no training can be;
 * any other one of a training is a failure.
 */
async function trainAll(
  todo: readonly TrainingKey[],
  trainer: TabulateTrainer,
  kept: string,
  journal: TabulateJournal,
  listener: TabulateListener,
): Promise<FailedTraining[]> {
  const failed: FailedTraining[] = [];
  let next = 0;
  let isEnding = false;
  const end = (error: unknown): never => {
    isEnding = true;
    next = todo.length;
    throw error;
  };
  const keepBusy = async () => {
    while (next < todo.length) {
      const key = todo[next++]!;
      let measured: Pick<Trained, "curve" | "seconds">;
      try {
        measured = await trainer.train(key, kept);
      } catch (error) {
        if (isEnding) return; // it was ended with all others
        if ((error as { readonly final?: boolean }).final) end(error);
        trainer.over?.(key);
        const failure = { ...key, reason: error instanceof Error ? error.message : String(error) };
        failed.push(failure);
        listener.failed?.(failure);
        continue;
      }
      const { architecture, epochs, seed } = key;
      const trained = { architecture, epochs, seed, curve: measured.curve, seconds: Math.round(measured.seconds * 1000) / 1000 };
      await journal.add(trained).catch(end);
      trainer.over?.(key);
      listener.trained?.(trained);
    }
  };
  await Promise.all(Array.from({ length: Math.min(trainer.workers, todo.length) }, keepBusy));
  return failed;
}

/** What kind of machine this is: its seconds are no other's. */
function machine(): object {
  const cpu = (() => {
    try {
      return cpus()[0]?.model;
    } catch {
      return undefined; // Deno, where it may not look
    }
  })();
  return {
    processor: cpu ?? "unknown",
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    runtime: "Deno" in globalThis ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`,
  };
}
