/** What is to be run, and who is told of it: shared by the executor and its worker threads. @module */
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import type { ExperimentFile } from "../experiment.ts";
import type { Opened } from "../opened.ts";
import type { QueueCall } from "../queue/call/queue-call.ts";
import type { Composed } from "../queue/parcels/pack.ts";
import type { SharedTables } from "../tables/tables.ts";
import type { Kept } from "./kept-runs.ts";
import type { Ended } from "./run-seed.ts";
import type { Chunk } from "./schedule.ts";

/** Seeds of experiments. */
export interface Work {
  readonly experiments: readonly {
    readonly source: ExperimentFile;
    readonly seeds: readonly number[];
    /** If it has been composed already. */
    readonly opened?: Opened;
    /** Names its runs. */
    readonly digest?: string;
    /** How many of its evaluations can be under way, where its runs are done side by side in this thread. */
    readonly places?: number;
    /** What of it is sent, where its runs are done elsewhere. */
    readonly composed?: Composed;
  }[];
  /** The tables that this thread has opened. */
  sharedTables(): SharedTables;
  /** Where the runs are kept that others begin with, and the evaluations of all runs. */
  readonly kept: Kept;
}

/** How many runs and evaluations there may be at once. */
export interface Resources {
  /** Worker threads, for runs that compute. */
  readonly workers?: number | undefined;
  /** Evaluations that are under way at once, over all runs, where they are done outside of the thread that asks. */
  readonly parallel?: number | undefined;
  /** Where all work is handed out; left out, it is done here. */
  readonly queue?: QueueCall | undefined;
}

/** What happens while seeds run. */
export interface WorkListener {
  /** The event types to be told. */
  readonly types: readonly EventType[];
  /** The events of a run come in their order, with those of other runs between them. */
  events(events: readonly SearchEvent[], experiment: number): void;
  /** A run has ended; the next one waits until the promise is fulfilled. */
  ended(run: Ended, experiment: number): Promise<void>;
  /** False if a run is not wanted any more when its turn has come. */
  wants(seed: number, experiment: number): boolean;
  /** How long the runs will take that have not begun, in seconds. */
  estimated(seconds: number): void;
}

/** A chunk without the seeds that are not wanted any more. */
export function wanted(chunk: Chunk | undefined, listener: WorkListener): Chunk | undefined {
  return chunk && { ...chunk, seeds: chunk.seeds.filter((seed) => listener.wants(seed, chunk.experiment)) };
}
