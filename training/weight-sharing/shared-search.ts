/**
 * A search by weight sharing, in the thread that has the method: epoch by epoch, from the last checkpoint, and then the
 * ranking. Everything that it draws follows from the seed and the epoch, so a search that was killed ends with the same bits.
 *
 * @module
 */
import { sharedWeightsDiverged } from "../../core/errors/index.ts";
import { randomStream } from "../../core/random/rng.ts";
import {
  type Judged,
  rateOf,
  type SharedWeights,
  type WeightSharingListener,
  type WeightSharingRequest,
  type WeightSharingResult,
} from "../../core/training/weight-sharing.ts";
import { pathOf } from "../../core/weight-sharing/candidates.ts";
import type { KeptSearch } from "./kept-search.ts";
import type { RemoteSession } from "./session-port.ts";

export interface SearchKeeping {
  /** Left out where nothing is kept. */
  readonly kept: KeptSearch | undefined;
  /** The least time between two checkpoints, in seconds. */
  readonly checkpointSeconds: number;
}

/**
 * @param open  opens the session; not called where the search is over already
 * @throws EvokeError TRAINING_DIVERGED, or of the session
 */
export async function sharedSearch(
  request: WeightSharingRequest,
  open: () => RemoteSession,
  { kept, checkpointSeconds }: SearchKeeping,
  listener: WeightSharingListener,
): Promise<WeightSharingResult> {
  const { method, schedule, measured } = request;
  const found = await kept?.read();
  const epochs = [...(found?.epochs ?? [])];
  if (found) listener.note("over" in found ? "were trained before" : `go on after epoch ${epochs.length} of ${schedule.epochs}`);
  for (const [i, standing] of epochs.entries()) listener.epoch(i + 1, standing);
  if (found && "over" in found) return found.over;

  const session = open();
  const { steps } = await session.opened;
  if (found) {
    await session.restore(found.state);
    method.restore(found.saved);
  }
  let seconds = found?.seconds ?? 0;
  let lastKept = performance.now();
  /** Charges the time that it takes. */
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    seconds += (performance.now() - began) / 1000;
    return result;
  };
  for (let epoch = epochs.length + 1; epoch <= schedule.epochs && !epochs.at(-1)?.ended; epoch++) {
    const standing = await timed(async () => {
      await session.begin(epoch);
      return method.epoch(epoch, weightsIn(epoch, request, session, steps));
    });
    if (!Number.isFinite(standing.loss)) throw sharedWeightsDiverged(epoch);
    epochs.push(standing);
    if (kept && performance.now() - lastKept >= checkpointSeconds * 1000) {
      await kept.keep({ epochs, seconds, saved: method.save(), state: await session.save() });
      lastKept = performance.now();
    }
    listener.epoch(epoch, standing);
  }
  // A step tells the loss before it: of the last one, only the weights can tell.
  if (!(await session.save()).every(Number.isFinite)) throw sharedWeightsDiverged(epochs.length);
  // What is drawn for the ranking has streams of its own, those of the epoch that would be next.
  const after = schedule.epochs + 1;
  const ranked = await timed(async () => {
    await session.begin(after);
    return method.rank(weightsIn(after, request, session, steps), request.open);
  });
  const accuracies = await session.accuracies(
    measured.map((architecture) => pathOf(request.open, architecture)),
    "all",
  );
  const over: WeightSharingResult = { ranked, accuracies, seconds };
  await kept?.finish({ epochs, over });
  return over;
}

/** The weights as a method has them in an epoch. */
function weightsIn(epoch: number, request: WeightSharingRequest, session: RemoteSession, steps: number): SharedWeights {
  const { open, schedule, settings, seed, method } = request;
  const finite = (judged: Judged): Judged => {
    if (Number.isFinite(judged.loss)) return judged;
    throw sharedWeightsDiverged(Math.min(epoch, schedule.epochs));
  };
  return {
    edges: open.edges,
    steps,
    schedule,
    learningRate: rateOf(schedule, epoch),
    rateFactor: settings.reach === "as-published" ? method.publishedSteps / (schedule.epochs * steps) : 1,
    rng: randomStream(seed, `/sharedWeights/epoch/${epoch}`),
    learn: async (...values) => (await session.learn(...values)).map(finite),
    judge: async (...values) => finite(await session.judge(...values)),
    remember: session.remember,
    recall: session.recall,
    move: session.move,
    accuracies: session.accuracies,
  };
}
