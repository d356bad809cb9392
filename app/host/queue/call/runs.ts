/** Hands out runs: many short ones to a job, sized by how long they took so far. @module */
import type { Kept } from "../../run/kept-runs.ts";
import type { Ended } from "../../run/run-seed.ts";
import { type Chunk, Schedule } from "../../run/schedule.ts";
import { type Work, type WorkListener, wanted } from "../../run/work.ts";
import type { FailureValue, RunsJob } from "../messages.ts";
import { unpackedEvents } from "../packed-events.ts";
import type { Heard } from "./hand-out.ts";
import type { QueueCall } from "./queue-call.ts";
import { CHUNK_SECONDS } from "./times.ts";

/** Seeds of one experiment. */
interface Runs extends Pick<RunsJob, "digest" | "parcel" | "seeds" | "types"> {}

/**
 * Hands them out as one job.
 * @param hear  told of each outcome, in no order
 * @param failed  the call cannot go on
 */
function handRuns(
  call: QueueCall,
  { digest, parcel, seeds, types }: Runs,
  hear: (outcome: Heard, seed: number) => void,
  failed: (error: Error) => void,
): void {
  const bySeed = new Map(seeds.map((seed) => [call.named("run", digest, seed, types), seed]));
  call.hand({
    ...{ queue: "runs", parcel, outcomes: [...bySeed.keys()], failed },
    job: (outcomes): RunsJob => ({
      ...{ kind: "runs", call: call.call, parcel, digest, types, outcomes },
      seeds: outcomes.map((name) => bySeed.get(name)!),
    }),
    hear(outcome, name) {
      const seed = bySeed.get(name)!;
      call.forgetWithRun(digest, seed, name);
      hear(outcome, seed);
    },
  });
}

/** @throws where a worker has given something else */
function endedOf(outcome: Heard, seed: number): Ended {
  if ("run" in outcome) return outcome.run;
  if ("failed" in outcome) return { seed, ...errorOnly(outcome.failed) };
  throw new Error("A worker has given something else than a run.");
}

function errorOnly({ reason: _, log: _log, final: _final, ...error }: FailureValue) {
  return error;
}

function keepOthers(outcome: Heard, kept: Kept): void {
  if (!("run" in outcome)) return;
  for (const { digest, run } of outcome.others) if (!kept.find(digest, run.result.seed)) kept.keep(digest, run);
}

/** One run that another one begins with. */
export async function runElsewhere(call: QueueCall, digest: string, parcel: string, seed: number, kept: Kept): Promise<Ended> {
  const outcome = await new Promise<Heard>((resolve, reject) =>
    handRuns(call, { digest, parcel, seeds: [seed], types: [] }, resolve, reject),
  );
  keepOthers(outcome, kept);
  const ended = endedOf(outcome, seed);
  // It is kept in the same moment by whoever has asked for it.
  call.runEnded(digest, seed);
  return ended;
}

/**
 * Runs what the schedule has, elsewhere: so much is handed out that all workers are busy.
 * @param parcelOf  the parcel of an experiment of the work
 */
export async function handOutRuns(
  call: QueueCall,
  { experiments, kept }: Work,
  listener: WorkListener,
  parcelOf: (experiment: number) => Promise<string>,
): Promise<void> {
  const schedule = new Schedule(experiments.map(({ seeds, places }) => (places === undefined ? seeds : [])));
  const { types } = listener;
  let telling: Promise<void> = Promise.resolve();

  async function tell(outcome: Heard, seed: number, { experiment }: Chunk): Promise<void> {
    const ended = endedOf(outcome, seed);
    if ("run" in outcome || "failed" in outcome) {
      for (const events of unpackedEvents(outcome.events ?? [])) {
        listener.events(events, experiment);
        await new Promise(setImmediate); // so that the call goes on showing that it is there
      }
      for (const line of outcome.notes ?? []) kept.journals.note?.(line);
    }
    keepOthers(outcome, kept);
    if ("run" in outcome) schedule.learn({ experiment, seeds: [seed] }, outcome.seconds);
    listener.estimated(schedule.secondsLeft / call.places("runs"));
    await listener.ended(ended, experiment);
    if (!("run" in outcome)) call.runEnded(experiments[experiment]!.digest!, seed); // it is not stored
  }

  async function done(chunk: Chunk): Promise<void> {
    const { experiment, seeds } = chunk;
    const { digest } = experiments[experiment]!;
    const parcel = await parcelOf(experiment);
    let open = seeds.length;
    await new Promise<void>((resolve, reject) => {
      const hear = (outcome: Heard, seed: number) => {
        telling = telling.then(() => tell(outcome, seed, chunk));
        telling.then(() => --open === 0 && resolve(), reject);
      };
      handRuns(call, { digest: digest!, parcel, seeds, types }, hear, reject);
    });
  }

  await new Promise<void>((resolve, reject) => {
    let under = 0;
    let ended = false;
    const fill = () => {
      while (!ended && under < call.room("runs")) {
        const chunk = wanted(schedule.next(call.places("runs"), CHUNK_SECONDS), listener);
        if (!chunk) break;
        if (chunk.seeds.length === 0) continue;
        under++;
        done(chunk).then(() => {
          under--;
          fill();
        }, over);
      }
      if (under === 0) over();
    };
    const unheard = call.whenPlacesChange(fill);
    const over = (error?: unknown) => {
      ended = true;
      unheard();
      if (error === undefined) resolve();
      else reject(error);
    };
    fill();
  });
}
