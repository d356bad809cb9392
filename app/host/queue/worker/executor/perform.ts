/** How an executor does a job, of whatever kind. @module */
import { errorValue } from "../../../../../core/errors/index.ts";
import { settled } from "../../../run/settle.ts";
import { failureValue } from "../../failures.ts";
import type { EvaluationJob, Job, Outcome } from "../../messages.ts";
import type { ExecutorSettings, Link } from "../executor-messages.ts";
import type { Unpacked } from "../unpacked.ts";
import { CannotHere } from "./cannot-here.ts";
import { composedHere, forget } from "./composed.ts";
import { doTest, doTry } from "./evaluation-jobs.ts";
import { doRuns } from "./run-jobs.ts";

/** Does a job, and tells what comes of it; also that it cannot be done on this machine. */
export async function perform(job: Job, unpacked: Unpacked, settings: ExecutorSettings, link: Link): Promise<void> {
  try {
    if (job.kind === "runs") await doRuns(job, await composedHere(unpacked, settings), settings, link);
    else link.send({ name: job.outcome, outcome: await evaluated(job, unpacked, settings, link) });
  } catch (error) {
    if (link.signal.aborted) return;
    forget(unpacked); // it may be possible later on
    link.send({ refused: error instanceof CannotHere ? error.message : errorValue(error).message });
  }
}

async function evaluated(
  job: EvaluationJob,
  unpacked: Unpacked,
  settings: ExecutorSettings,
  link: Link,
): Promise<Exclude<Outcome, { readonly refused: unknown }>> {
  try {
    return await settled(beforeAbort(outcomeOf(job, unpacked, settings, link), link.signal));
  } catch (error) {
    if (error instanceof CannotHere || link.signal.aborted) throw error;
    return { failed: failureValue(error) };
  }
}

async function outcomeOf(job: EvaluationJob, unpacked: Unpacked, settings: ExecutorSettings, link: Link) {
  if (job.kind === "try") return doTry(job, await composedHere(unpacked, settings), settings, link);
  if (job.kind === "test") return doTest(job, await composedHere(unpacked, settings));
  const { doTraining } = await import("./training-jobs.ts");
  return doTraining(job, unpacked, settings);
}

/** What does not hear the signal goes on, and is not waited for. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
