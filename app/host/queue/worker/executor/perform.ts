/** How an executor does a job, of whatever kind. @module */
import { dirname, sep } from "node:path";
import { errorValue } from "../../../../../core/errors/index.ts";
import { settled } from "../../../run/settle.ts";
import { shortPath } from "../../../short-path.ts";
import { untilAborted } from "../../../until-aborted.ts";
import { failureValue } from "../../failures.ts";
import type { EvaluationJob, FailureValue, Job, Outcome } from "../../messages.ts";
import type { ExecutorSettings, Link } from "../executor-messages.ts";
import type { Unpacked } from "../unpacked.ts";
import { CannotHere, isOfTheMachine } from "./cannot-here.ts";
import { composedHere, forget } from "./composed.ts";
import { doTest, doTry } from "./evaluation-jobs.ts";
import { doRuns } from "./run-jobs.ts";

/** Does a job, and tells what comes of it; also that it cannot be done on this machine. */
export async function perform(job: Job, unpacked: Unpacked, settings: ExecutorSettings, to: Link): Promise<void> {
  const link = nearManifest(to, dirname(unpacked.source.file));
  try {
    if (job.kind === "runs") await doRuns(job, await composedHere(unpacked, settings), settings, link);
    else link.send({ name: job.outcome, outcome: await evaluated(job, unpacked, settings, link) });
  } catch (error) {
    if (link.signal.aborted) return;
    forget(unpacked); // it may be possible later on
    link.send({ refused: errorValue(error).message });
  }
}

/** Failures are told with paths from the manifest: the call knows nothing of where that lies here. */
function nearManifest(link: Link, folder: string): Link {
  const paths = [folder, shortPath(folder)].filter((path) => path !== ".").map((path) => `${path}${sep}`);
  const near = (text: unknown) => (typeof text === "string" ? paths.reduce((rest, path) => rest.replaceAll(path, ""), text) : text);
  return {
    ...link,
    send(message) {
      if (!("outcome" in message && "failed" in message.outcome)) return link.send(message);
      const failed = Object.fromEntries(Object.entries(message.outcome.failed).map(([part, text]) => [part, near(text)]));
      link.send({ ...message, outcome: { ...message.outcome, failed: failed as unknown as FailureValue } });
    },
  };
}

async function evaluated(
  job: EvaluationJob,
  unpacked: Unpacked,
  settings: ExecutorSettings,
  link: Link,
): Promise<Exclude<Outcome, { readonly refused: unknown }>> {
  try {
    return await settled(untilAborted(outcomeOf(job, unpacked, settings, link), link.signal));
  } catch (error) {
    if (error instanceof CannotHere || isOfTheMachine(error) || link.signal.aborted) throw error;
    return { failed: failureValue(error) };
  }
}

async function outcomeOf(job: EvaluationJob, unpacked: Unpacked, settings: ExecutorSettings, link: Link) {
  if (job.kind === "try") return doTry(job, await composedHere(unpacked, settings), settings, link);
  if (job.kind === "test") return doTest(job, await composedHere(unpacked, settings));
  const { doTraining } = await import("./training-jobs.ts");
  return doTraining(job, unpacked, settings);
}
