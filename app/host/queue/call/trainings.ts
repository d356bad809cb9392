/** Hands out the trainings of a benchmark table. @module */
import { type Tabulation, tabulationDigest } from "../../../../core/manifest/tabulation.ts";
import type { TabulateTrainer } from "../../tabulate/tabulate.ts";
import type { TrainingKey } from "../../tabulate/tabulate-journal.ts";
import { openTrainer } from "../../tabulate/tabulate-trainer.ts";
import type { TrainingJob } from "../messages.ts";
import { packTabulation } from "../parcels/pack.ts";
import type { Heard } from "./hand-out.ts";
import type { QueueCall } from "./queue-call.ts";
import { outcomeOf } from "./tries.ts";

/** A trainer that trains elsewhere. @param folder  the manifest's */
export async function queueTrainer(
  call: QueueCall,
  tabulation: Tabulation,
  folder: string,
): Promise<TabulateTrainer & { close(): Promise<void> }> {
  const opened = await openTrainer(tabulation, folder, 1); // what results depend on is known here too
  try {
    const digest = tabulationDigest(tabulation, opened.inputs);
    const parcel = await call.packed(digest, () => packTabulation(tabulation, opened));
    const jobOf = ({ architecture, epochs, seed }: TrainingKey): TrainingJob => {
      const outcome = call.named("training", digest, architecture, epochs, seed);
      return { ...{ kind: "training", call: call.call, parcel, digest }, architecture, epochs, seed, outcome };
    };
    const over = (key: TrainingKey) => call.forget(jobOf(key).outcome);
    return {
      workers: Number.POSITIVE_INFINITY,
      inputs: opened.inputs,
      machine: { processor: "those of the workers of a queue" },
      async train(key) {
        return call.evaluations.run(() => outcomeOf(call, jobOf(key), trainingOf));
      },
      over,
      close: () => opened.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function trainingOf(outcome: Heard) {
  return "training" in outcome ? outcome.training : undefined;
}
