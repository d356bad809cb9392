/** Trainings of a table that is being made, in an executor. @module */
import { dirname, resolve } from "node:path";
import { trainingsFolder } from "../../../evaluations/evaluation-folders.ts";
import { loadTabulation } from "../../../experiment.ts";
import { openTrainer } from "../../../tabulate/tabulate-trainer.ts";
import type { Outcome, TrainingJob } from "../../messages.ts";
import { checkTabulation } from "../../parcels/differences.ts";
import type { ExecutorSettings } from "../executor-messages.ts";
import type { Unpacked } from "../unpacked.ts";
import { CannotHere } from "./cannot-here.ts";

type Trainer = Awaited<ReturnType<typeof openTrainer>>;

/** A trainer has threads, and the images in them: only that of the last parcel is kept. */
let opened: { readonly sha256: string; readonly trainer: Promise<Trainer>; users: number } | undefined;

/** @throws CannotHere if it cannot be opened */
export async function doTraining(
  { architecture, epochs, seed, digest }: TrainingJob,
  unpacked: Unpacked,
  { out, parallel }: ExecutorSettings,
): Promise<Extract<Outcome, { readonly training: unknown }>> {
  const { sha256 } = unpacked;
  if (opened?.sha256 !== sha256) {
    const before = opened;
    opened = { sha256, trainer: open(unpacked, parallel), users: 0 };
    if (before?.users === 0) void close(before.trainer);
  }
  const own = opened;
  own.users++;
  try {
    const trainer = await own.trainer.catch((error) => {
      if (opened === own) opened = undefined;
      throw new CannotHere((error as Error).message);
    });
    return { training: await trainer.train({ architecture, epochs, seed }, trainingsFolder(out, digest)) };
  } finally {
    own.users--;
    if (own.users === 0 && opened !== own) void close(own.trainer);
  }
}

async function open({ parcel, source }: Unpacked, workers: number): Promise<Trainer> {
  const tabulation = await loadTabulation(source);
  const trainer = await openTrainer(tabulation, dirname(resolve(source.file)), workers);
  try {
    checkTabulation(parcel, tabulation, trainer.inputs);
    return trainer;
  } catch (error) {
    await trainer.close();
    throw error;
  }
}

async function close(trainer: Promise<Trainer>): Promise<void> {
  await trainer.then((trainer) => trainer.close()).catch(() => {});
}
