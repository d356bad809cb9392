/** What controllers are handed that need `sharedWeights`: the section of the manifest, in the hands of the trainer. @module */
import { halfEmpty, openNetworkMissing } from "../errors/index.ts";
import type { Blame, Place } from "../plugin/checks/blame.ts";
import { opened } from "../plugin/checks/open-network.ts";
import { checkedMethod, checkMethod } from "../plugin/checks/weight-sharing.ts";
import type { Space } from "../plugin/space.ts";
import { randomStream } from "../random/rng.ts";
import type { Bus } from "../record/bus.ts";
import { backendOptions } from "../training/settings.ts";
import { checkFit, type Trainer } from "../training/trainer.ts";
import type { SharedWeightsOptions, WeightSharing } from "../training/weight-sharing.ts";
import { workloadOf } from "../training/workload.ts";
import { toldOf } from "./standing.ts";

/** Backends are timed by steps of so many images where the manifest leaves that to the method. */
const TYPICAL_BATCH = 64;

/** Who is to be named where something is wrong. */
export interface Named {
  readonly blame: Blame;
  readonly space: Place;
  readonly controller: Place;
}

/**
 * Opens what the section names: its dataset and its backend become inputs of the experiment.
 * @param note  told what people should know, in a line
 * @returns makes what a run of its own has
 * @throws EvokeError OPEN_NETWORK_MISSING, NETWORK_MISFIT, PLUGIN_ANSWER_INVALID, or of the dataset or the backend
 */
export async function openWeightSharing(
  options: SharedWeightsOptions,
  space: Space,
  trainer: Trainer,
  note: (line: string) => void,
  { blame, space: ofSpace, controller }: Named,
): Promise<(seed: number, bus: Bus, signal?: AbortSignal) => WeightSharing> {
  if (!space.open || !space.network) throw openNetworkMissing();
  const openBy = (partial?: number) => opened(space, partial, ofSpace, blame);
  const { dataset, schedule: changes, ranked: count, charge, architectureImages, reach, moments, affine, unsampled } = options;
  const work = workloadOf(space, { batchSize: changes.batchSize ?? TYPICAL_BATCH, optimizer: "sgd" });
  const { summary, backend } = await trainer.prepare(dataset, backendOptions(options), work, note);
  checkFit(openBy().network, summary);
  if (architectureImages === "half-of-train" && summary.counts.train < 2) throw halfEmpty(summary.name, summary.counts.train);

  return (seed, bus, signal) => {
    let searches = 0;
    return {
      open: openBy,
      async search(given) {
        checkMethod(given, controller);
        const open = openBy(given.partial);
        const method = checkedMethod(given, open, space, { place: controller, blame });
        const schedule = { ...method.schedule, ...changes };
        const rng = randomStream(seed, "/sharedWeights/ranked");
        const drawn = Array.from({ length: count }, () => space.sample(rng));
        const { ranked, accuracies, seconds } = await trainer.shareWeights(
          {
            ...{ open, dataset, schedule, seed, method, measured: drawn, ...backend },
            settings: { architectureImages, reach, moments, affine, unsampled },
            ordinal: ++searches,
          },
          {
            epoch: (epoch, standing) =>
              bus.publish("weights.trained", () => ({ epoch, epochs: schedule.epochs, ...toldOf(standing, open, space) })),
            note: (line) => note(`seed ${seed}: ${line}`),
            ...(signal && { signal }),
          },
        );
        if (count > 0) bus.publish("weights.ranked", () => ({ architectures: drawn.map((one) => space.encode(one)), accuracies }));
        return { ranked, seconds: charge === "measured" ? seconds : 0 };
      },
    };
  };
}
