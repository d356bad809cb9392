/**
 * One evaluation, with what to do if it fails.
 *
 * @module
 */
import { EvokeError } from "../errors/index.ts";
import type { Measurement } from "../plugin/evaluator.ts";

/** When an evaluation throws: retry so often, then reject the architecture or stop the run. */
export interface FailurePolicy {
  readonly retries: number;
  readonly remedy: "reject" | "stop";
}

export interface Failure {
  /** 1 for the first try. */
  readonly attempt: number;
  readonly reason: string;
  readonly remedy: "retry" | "reject" | "stop";
}

/** What an evaluator has thrown, without who it is and where: it is always the evaluator. */
function reasonOf(error: unknown): string {
  const thrown = error instanceof EvokeError && error.code === "PLUGIN_FAILED" ? error.cause : error;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * @param evaluate  what the evaluator does; what it gives is checked
 * @returns the measurement, or undefined if the architecture is rejected; at once where the evaluator is synchronous
 * @throws the evaluator's last error, if the policy is to stop
 */
export function measure(
  evaluate: () => Measurement | Promise<Measurement>,
  policy: FailurePolicy,
  report: (failure: Failure) => void,
  attempt = 1,
): Measurement | undefined | Promise<Measurement | undefined> {
  const failed = (error: unknown) => {
    const remedy = attempt <= policy.retries ? "retry" : policy.remedy;
    report({ attempt, reason: reasonOf(error), remedy });
    if (remedy === "stop") throw error;
    return remedy === "reject" ? undefined : measure(evaluate, policy, report, attempt + 1);
  };
  try {
    const measurement = evaluate();
    return measurement instanceof Promise ? measurement.catch(failed) : measurement;
  } catch (error) {
    return failed(error);
  }
}
