/**
 * One run from beginning to end: the search, the test metric of its answer, and the fold of its
 * events into the result.
 *
 * @module
 */
import { lastValueFrom } from "rxjs";
import { RESULT_EVENTS, ResultFold, type RunResult } from "./result.ts";
import { type Run, search } from "./search.ts";

/**
 * Runs to the end.
 * @returns the result
 * @throws the error that stopped the run, after `run.failed`
 */
export async function runToEnd(run: Run): Promise<RunResult> {
  const { bus, evaluator, space, budget } = run;
  const fold = new ResultFold();
  const folding = bus.on(RESULT_EVENTS).subscribe((event) => fold.next(event));
  try {
    bus.publish("run.started", () => ({ metric: evaluator.metric }));
    await lastValueFrom(search(run), { defaultValue: undefined });
    if (fold.best === undefined) throw new Error("no architecture could be evaluated");
    const test = await evaluator.test?.(space.decode(fold.best));
    bus.publish("run.finished", () => ({ reason: budget.stalled ? ("stalled" as const) : ("budget" as const), ...(test && { test }) }));
    return fold.result()!;
  } catch (error) {
    bus.publish("run.failed", () => ({ reason: error instanceof Error ? error.message : String(error) }));
    throw error;
  } finally {
    folding.unsubscribe();
  }
}
