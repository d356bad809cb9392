/**
 * Does the work of a call on a queue. Runs whose evaluations take long, or are shared, go on here, side by side, and each try
 * of an evaluation is handed out; other runs are handed out as a whole.
 *
 * @module
 */
import type { Opened } from "../../opened.ts";
import { executeTogether } from "../../run/execute-together.ts";
import type { Elsewhere } from "../../run/kept-runs.ts";
import { runSeed } from "../../run/run-seed.ts";
import type { Work, WorkListener } from "../../run/work.ts";
import type { Composed } from "../parcels/pack.ts";
import type { QueueCall } from "./queue-call.ts";
import { handOutRuns, runElsewhere } from "./runs.ts";
import { handsOutTries, triesOf } from "./tries.ts";

export async function executeOnQueue(work: Work, call: QueueCall, listener: WorkListener): Promise<void> {
  const { experiments } = work;
  const parcelOf = (experiment: number) => call.parcel(experiments[experiment]!.composed!);
  const parts = [executeTogether(work, call.runs, listener), handOutRuns(call, work, listener, parcelOf)];
  for (const part of parts) part.catch((error) => call.fail(error)); // so that the other one ends too
  await Promise.allSettled(parts);
  if (call.error) throw call.error;
}

/** Runs that others begin with, and those whose evaluations are handed out. */
export function elsewhereOn(call: QueueCall): Elsewhere {
  return {
    async run(opened, seed, kept, types, hear) {
      const { composition } = opened;
      if (call.error) throw call.error;
      if (handsOutTries(composition)) {
        const tries = triesOf(call, composition, await call.parcel(composedOf(opened)), kept.journals.listener);
        return runSeed(composition, seed, { ...kept.journals, ...tries }, types, hear);
      }
      if (beginsWithTrainings(opened)) return runSeed(composition, seed, kept.journals, types, hear);
      return runElsewhere(call, composition.digest, await call.parcel(composedOf(opened)), seed, kept);
    },
  };
}

export function composedOf({ composition: { experiment, digest, proposals }, inputs, files }: Opened): Composed {
  return { experiment, digest, proposals, inputs, files };
}

/** Whether it computes at once itself, and the runs that it begins with take long: these are handed out. */
function beginsWithTrainings({ composition: { places, experiment }, ...opened }: Opened): boolean {
  return opened.beginsWithRuns && opened.places !== undefined && places === undefined && !experiment.sharedWeights;
}
