/** Hands out the evaluations of runs: the search itself goes on here, and each try of an evaluation is a job. @module */
import { setMaxListeners } from "node:events";
import type { Composition } from "../../../../core/kernel.ts";
import type { EvaluationContext, Measurement, TestMeasurement } from "../../../../core/plugin/evaluator.ts";
import type { EvaluationListener, EvaluationOf, JournalParts } from "../../evaluations/journal.ts";
import { thrownError } from "../failures.ts";
import type { EvaluationJob } from "../messages.ts";
import type { Heard } from "./hand-out.ts";
import type { QueueCall } from "./queue-call.ts";

/**
 * Whether the evaluations of a run are handed out, and not the run: they take long, or runs share them. Shared weights are
 * trained by the run.
 */
export function handsOutTries({ experiment, places }: Pick<Composition, "experiment" | "places">): boolean {
  return !experiment.sharedWeights && (places !== undefined || experiment.evaluations === "shared");
}

/** What the journals of an experiment's runs have of a queue. @param parcel  the experiment's */
export function triesOf(call: QueueCall, composition: Composition, parcel: string, listener: EvaluationListener = {}): JournalParts {
  const { digest, evaluatorDigest, experiment } = composition;
  /** The outcomes of an evaluation's tries: they are forgotten when it is kept, so that a call that is killed finds them. */
  const tried = new Map<string, string[]>();
  const keyOf = ({ seed, query }: EvaluationOf) => `${seed} ${query}`;
  const forget = (evaluation: EvaluationOf) => {
    call.forget(...(tried.get(keyOf(evaluation)) ?? []));
    tried.delete(keyOf(evaluation));
  };
  const common = { call: call.call, parcel, digest };

  return {
    limit: call.evaluations,
    listener: {
      began: (evaluation) => listener.began?.(evaluation),
      progressed: (evaluation, point) => listener.progressed?.(evaluation, point),
      finished(evaluation, ...how) {
        forget(evaluation);
        listener.finished?.(evaluation, ...how);
      },
      stopped(evaluation) {
        forget(evaluation);
        listener.stopped?.(evaluation);
      },
    },
    evaluate(evaluation, context) {
      const { seed, query, architecture, fidelity, floors, lower } = evaluation;
      const { attempt } = context;
      const what = [attempt, evaluation.text(), fidelity ?? null, floors ?? []];
      // Which of the runs that share it has asked first may be another one in the next call.
      const name =
        experiment.evaluations === "shared"
          ? call.named("shared", evaluatorDigest, ...what)
          : call.named("try", digest, seed, query, ...what);
      tried.set(keyOf(evaluation), [...(tried.get(keyOf(evaluation)) ?? []), name]);
      const request = {
        ...{ query, architecture },
        ...(fidelity !== undefined && { fidelity }),
        ...(floors && { floors }),
        ...(lower && { lower: { query: lower.query, fidelity: lower.fidelity, ...(lower.floors && { floors: lower.floors }) } }),
      };
      return outcomeOf(call, { ...common, kind: "try", seed, attempt, request, outcome: name }, measurementOf, context);
    },
    test({ seed, architecture }) {
      const name = call.named("test", digest, seed, architecture);
      call.forgetWithRun(digest, seed, name);
      return outcomeOf(call, { ...common, kind: "test", seed, architecture, outcome: name }, testOf);
    },
  };
}

/** The call cannot go on: no other try can help, and nothing is to be kept of this one. */
class CallOver extends Error {
  readonly final = true;
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

function measurementOf(outcome: Heard): Measurement | undefined {
  return "measurement" in outcome ? outcome.measurement : undefined;
}

function testOf(outcome: Heard): TestMeasurement | undefined {
  return "test" in outcome ? (outcome.test ?? undefined) : undefined;
}

/**
 * Hands out a job of one outcome, and waits for that.
 * @param found  what of the outcome is wanted
 * @throws what was thrown at the worker; the reason of the signal, once that is aborted
 */
export function outcomeOf<T>(
  call: QueueCall,
  job: EvaluationJob,
  found: (outcome: Heard) => T | undefined,
  context?: Pick<EvaluationContext, "signal" | "progress">,
): Promise<T> {
  const { outcome: name, parcel } = job;
  const signal = context?.signal;
  return new Promise<T>((resolve, reject) => {
    if (signal) setMaxListeners(0, signal); // all evaluations of a run may have the same
    signal?.throwIfAborted();
    const aborted = () => {
      call.withdraw(name);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", aborted, { once: true });
    const over = () => signal?.removeEventListener("abort", aborted);
    call.hand({
      ...{ queue: "evaluations", parcel, outcomes: [name], job: () => job },
      hear(outcome) {
        over();
        const wanted = found(outcome);
        if (wanted !== undefined) resolve(wanted);
        else
          reject(
            "failed" in outcome ? thrownError(outcome.failed) : new Error(`A worker has given something else than a ${job.kind} gives.`),
          );
      },
      failed(error) {
        over();
        reject(new CallOver(error));
      },
      progressed: (point) => void context?.progress(point),
    });
  });
}
