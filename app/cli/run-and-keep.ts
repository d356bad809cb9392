/** What `evoke run` and `evoke matrix` have in common: everything but what they print in the end. @module */
import process from "node:process";
import type { QueueAddress } from "../host/queue/address.ts";
import type { RunPlan } from "../host/run/plan.ts";
import { type CellRuns, discardDamaged, openAgain, runPlan } from "../host/run/run-plan.ts";
import { keptDocument, storeFile, writeMatrixDocument } from "../host/store/matrix-document.ts";
import { RunStore } from "../host/store/run-store.ts";
import { withQueue } from "./commands/queues/open-queue.ts";
import { beforeEnding, onInterrupt } from "./ending.ts";
import { failureLines, seedsText } from "./failures.ts";
import { Progress } from "./progress.ts";

export interface KeepOptions {
  readonly out: string;
  readonly workers: number | undefined;
  readonly parallel: number | undefined;
  readonly queue: QueueAddress | undefined;
  readonly quiet: boolean;
  /** Whether the stack of a failed run is shown. */
  readonly debug: boolean;
}

/**
 * Does the runs that are not in the store, and tells of those that failed.
 * @param print  the result, from the store; `folder` is where the report of it is asked for
 */
export async function runAndKeep(
  plan: RunPlan,
  { out, quiet, debug, queue: address, ...resources }: KeepOptions,
  print: (runs: readonly CellRuns[], store: RunStore, folder: string) => void,
): Promise<void> {
  const file = storeFile(out);
  const store = await RunStore.open(file, "write");
  const progress = new Progress(plan.name, quiet);
  let runs: CellRuns[];
  try {
    discardDamaged(plan, store, (name, seeds) =>
      progress.say(`${seedsText(seeds)} of ${name} in ${file} was damaged, and is done again where it is wanted.`),
    );
    await writeMatrixDocument(out, plan);
    onInterrupt(() => progress.say(progress.interrupted(file)));
    const call = { name: plan.name, store: file, parallel: resources.parallel, say: (line: string) => progress.say(line) };
    runs = await withQueue(address, call, (queue) =>
      runPlan(plan, store, { ...resources, queue }, progress, (commit) =>
        beforeEnding(() => {
          commit();
          store.checkThere();
          store.close();
        }),
      ),
    );
    beforeEnding(() => {});
    progress.finish();
  } finally {
    store.close();
  }
  const kept = await openAgain(plan, runs, file);
  try {
    print(runs, kept, await keptDocument(out, plan));
  } finally {
    kept.close();
  }
  tellFailures(runs, progress, debug);
}

/** Names the runs that failed, together those of one cell and reason. They are kept nowhere, so they are done again. */
function tellFailures(runs: readonly CellRuns[], progress: Progress, debug: boolean): void {
  for (const { cell, failed } of runs) {
    for (const line of failureLines(failed, { of: runs.length > 1 ? ` of "${cell.name}"` : "", debug })) progress.say(line);
  }
  const failed = runs.flatMap((cell) => cell.failed);
  if (failed.length === 0) return;
  progress.say("The same command does them again, and only them.");
  process.exitCode = 1;
}
