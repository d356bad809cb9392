/** What a worker and its executors say to each other, over the channel between their processes. @module */
import type { CurvePoint } from "../../../../core/plugin/evaluator.ts";
import type { Job, Outcome } from "../messages.ts";
import type { Unpacked } from "./unpacked.ts";

/** The slots of programs, in place of those of manifests: see the evaluator `command`. */
export type WorkerSlots = number | readonly Readonly<Record<string, string>>[];

/** What all executors of a worker are told when they begin. */
export interface ExecutorSettings {
  /** The folder in which evaluations and trainings have theirs. */
  readonly out: string;
  /** Trainings of a table that can be under way at once. */
  readonly parallel: number;
  readonly slots?: WorkerSlots;
}

export type ToExecutor =
  | { readonly begin: ExecutorSettings }
  | { readonly id: number; readonly job: Job; readonly unpacked: Unpacked }
  /** What this job does is to end. */
  | { readonly abort: number };

/** What comes of a job: of one with several runs, the name of each outcome with it. */
export type FromExecutor = { readonly id: number } & (
  | { readonly name: string; readonly outcome: Exclude<Outcome, { readonly refused: unknown }> }
  | { readonly progress: CurvePoint }
  /** Why it cannot be done on this machine. */
  | { readonly refused: string }
  | { readonly over: true }
);

/** What an executor tells of one job. */
export interface Link {
  send(message: WithoutId<FromExecutor>): void;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
}
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;
