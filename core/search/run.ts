/**
 * One run from beginning to end: what its controller prepares, the search, the test metric of its answer (of all that led
 * to it, where tests are free), and the fold of its events into the result.
 *
 * @module
 */

import { answerMissing, budgetSpent, evaluationsFailed } from "../errors/index.ts";
import type { TestMeasurement } from "../plugin/evaluator.ts";
import { FrontFold } from "../record/front-fold.ts";
import { RESULT_EVENTS, ResultFold, type RunResult } from "../record/result.ts";
import { lastValueFrom } from "../record/rx.ts";
import { type Run, search } from "./search.ts";

/**
 * Runs to the end.
 * @returns the result
 * @throws the error that stopped the run, after `run.failed`
 */
export async function runToEnd(run: Run): Promise<RunResult> {
  const { bus, controller, evaluator, space, budget, fronts: pairs, answers } = run;
  const fold = new ResultFold();
  const front = pairs.length > 0 ? new FrontFold(pairs, evaluator.metric) : undefined;
  const folding = bus.on(RESULT_EVENTS).subscribe((event) => {
    fold.next(event);
    front?.next(event);
  });
  let lastFailure = "";
  folding.add(bus.on(["evaluation.failed"]).subscribe(({ reason }) => void (lastFailure = reason)));
  try {
    bus.publish("run.started", () => ({ metric: evaluator.metric, ...(answers && { answer: "named" as const }) }));
    if (controller.prepare) {
      const { seconds } = await controller.prepare();
      const charged = budget.chargePreparation(seconds);
      bus.publish("search.prepared", () => ({ charged }));
    }
    await lastValueFrom(search(run), { defaultValue: undefined });
    const { incumbents } = fold;
    if (incumbents.length === 0 && fold.evaluations > 0) throw answerMissing(fold.evaluations);
    if (incumbents.length === 0) throw lastFailure === "" ? budgetSpent(budget.seconds) : evaluationsFailed(lastFailure);
    const tests: TestMeasurement[] = [];
    for (const text of evaluator.freeTests ? incumbents : incumbents.slice(-1)) {
      const test = await evaluator.test?.(space.decode(text));
      if (test) tests.push(test);
    }
    const test = tests.at(-1);
    const fronts = front?.fronts(space);
    bus.publish("run.finished", () => ({
      reason: budget.stalled ? ("stalled" as const) : ("budget" as const),
      ...(test && { test }),
      ...(test && evaluator.freeTests && { incumbentTests: tests.map(({ value }) => value) }),
      ...(fronts && { fronts }),
    }));
    return fold.result()!;
  } catch (error) {
    const told = run.blame.unforeseen(error);
    bus.publish("run.failed", () => ({ reason: told.message }));
    throw told;
  } finally {
    folding.unsubscribe();
  }
}
