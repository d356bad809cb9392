/**
 * What a call and its workers say to each other by way of Redis. A call hands out jobs, and keeps what comes of them in
 * its own store; workers do jobs, wherever they are.
 *
 * - A **job** is a value of BullMQ's, in one of two queues: runs, of which a worker does as many as it has cores for, and
 *   evaluations, of which it does as many as it has slots for. BullMQ hands each to one worker, and to another when that
 *   one is gone. So a job may be done twice; what comes of it is equal.
 * - An **outcome** is kept under the name of what it is of, before its job is over, until the call has it in its store and
 *   removes it: for a week at most. A call that was killed finds there what was finished since. Names follow from the store
 *   and from what is asked, so that the same call asks for the same.
 * - A **parcel** is all that an experiment consists of, by content: see parcel.ts. Workers ask for what they have not.
 * - All else is told by Redis's channels, which may lose it: nothing but the time at which something is seen depends on it.
 *
 * @module
 */
import type { ErrorValue } from "../../../core/errors/index.ts";
import type { CurvePoint, Measurement, TestMeasurement } from "../../../core/plugin/evaluator.ts";
import type { EventType } from "../../../core/record/events.ts";
import type { EvaluationRequest } from "../../../core/search/evaluations.ts";
import type { StoredRun } from "../store/stored-run.ts";
import type { PackedEvents } from "./packed-events.ts";

/** The queues, by name. */
export const QUEUES = ["runs", "evaluations"] as const;
export type QueueName = (typeof QUEUES)[number];

/** Seconds for which an outcome is kept that no call asks for. */
export const OUTCOME_SECONDS = 7 * 24 * 60 * 60;

interface OfCall {
  /** Names the store that the call keeps results in: the channel on which it hears, and on which it sends content. */
  readonly call: string;
  /** SHA-256 of the parcel, in hexadecimal. */
  readonly parcel: string;
  /** The digest that the experiment has where the call is. A worker at which it has another refuses it. */
  readonly digest: string;
}

/** Runs of one experiment. Each has an outcome of its own, told as soon as it is there. */
export interface RunsJob extends OfCall {
  readonly kind: "runs";
  readonly seeds: readonly number[];
  /** The names of their outcomes. */
  readonly outcomes: readonly string[];
  /** The types of events that the call wants of them. */
  readonly types: readonly EventType[];
}

/** One try of an evaluation, of a search that the call itself runs. */
export interface TryJob extends OfCall {
  readonly kind: "try";
  readonly seed: number;
  readonly attempt: number;
  /** As the search has asked for it. */
  readonly request: EvaluationRequest;
  readonly outcome: string;
}

/** The test metric of an answer, where it is not free. */
export interface TestJob extends OfCall {
  readonly kind: "test";
  readonly seed: number;
  /** In text. */
  readonly architecture: string;
  readonly outcome: string;
}

/** One training of a table that is being made: `digest` is the tabulation's. */
export interface TrainingJob extends OfCall {
  readonly kind: "training";
  /** In text. */
  readonly architecture: string;
  readonly epochs: number;
  readonly seed: number;
  readonly outcome: string;
}

export type EvaluationJob = TryJob | TestJob | TrainingJob;
export type Job = RunsJob | EvaluationJob;

/** What became of one run, one evaluation, one test or one training. */
export type Outcome =
  | {
      readonly run: StoredRun;
      /** Runs of other experiments that it began with, by their digests, which were done for it. */
      readonly others: readonly { readonly digest: string; readonly run: StoredRun }[];
      readonly events: PackedEvents;
      readonly notes: readonly string[];
      /** The time it took, at the worker. */
      readonly seconds: number;
    }
  | { readonly measurement: Measurement }
  /** Null where the evaluator has none of it. */
  | { readonly test: TestMeasurement | null }
  | {
      readonly training: {
        readonly curve: readonly (readonly [epoch: number, validation: number, test: number])[];
        readonly seconds: number;
      };
    }
  /** It failed as it would have failed here; of a run, what it has told before. */
  | { readonly failed: FailureValue; readonly events?: PackedEvents; readonly notes?: readonly string[] }
  /** The worker is not to do it, or cannot: another may. */
  | { readonly refused: Refusal };

/** See failures.ts. */
export interface FailureValue extends ErrorValue {
  /** The message of what the plugin has thrown, where `message` says who has thrown it as well. */
  readonly reason?: string;
  /** What an evaluator's error says beside its message: see measure. */
  readonly log?: string;
  readonly final?: boolean;
}

export interface Refusal {
  /** The worker's id. */
  readonly worker: string;
  /** What it is called, for people: HOST/PID. */
  readonly name: string;
  /** Complete sentences: why, with both digests where they differ, and what to do there. */
  readonly reason: string;
}

/** On the channel of a call, from workers. */
export type ToCall =
  /** The outcomes of these names are there. */
  | { readonly done: readonly string[] }
  /** How far a training is: see EvaluationContext. */
  | { readonly outcome: string; readonly progress: CurvePoint }
  /** Wants bytes `from` to `to` of what has this digest, pushed to the list `reply`. */
  | { readonly wants: string; readonly from: number; readonly to: number; readonly reply: string };

/** On the channel of all workers, from calls. */
export interface ToWorkers {
  /** Nobody wants the outcomes of these names any more: what is under way for them is to end, and nothing is kept of it. */
  readonly unwanted: readonly string[];
}

/** A worker as it shows itself, every few seconds. */
export interface WorkerPresence {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** The version of Evoke. */
  readonly evoke: string;
  readonly runtime: string;
  /** Runs and evaluations that it does at once. */
  readonly runs: number;
  readonly evaluations: number;
  /** Whether it was started with --trust. */
  readonly trusts: boolean;
  /** When it began, in milliseconds since 1970, by its own clock. */
  readonly since: number;
  /** Jobs that were done and that failed, since then; and seconds that they took. */
  readonly done: number;
  readonly failed: number;
  readonly seconds: number;
  /** What it does, in words, with the seconds since it began that. */
  readonly doing: readonly { readonly what: string; readonly seconds: number }[];
}

/** A call as it shows itself. */
export interface CallPresence {
  readonly id: string;
  readonly call: string;
  readonly host: string;
  readonly pid: number;
  readonly evoke: string;
  /** The matrix or the experiment. */
  readonly name: string;
  readonly since: number;
  /** Outcomes that it has, and all that it needs, of runs or of evaluations; their number may not be known. */
  readonly done: number;
  readonly of?: number;
  /** Jobs that are handed out. */
  readonly under: number;
}
