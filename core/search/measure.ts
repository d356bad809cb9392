/**
 * One evaluation, with what to do if it fails.
 *
 * @module
 */
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

/**
 * @param evaluate  what the evaluator does
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
    report({ attempt, reason: error instanceof Error ? error.message : String(error), remedy });
    if (remedy === "stop") throw error;
    return remedy === "reject" ? undefined : measure(evaluate, policy, report, attempt + 1);
  };
  try {
    const measurement = evaluate();
    return measurement instanceof Promise ? measurement.then(checked).catch(failed) : checked(measurement);
  } catch (error) {
    return failed(error);
  }
}

function checked(measurement: Measurement): Measurement {
  const { score, seconds } = measurement;
  if (!Number.isFinite(score)) throw new Error(`the evaluator gave ${score} as the validation metric`);
  if (!(seconds >= 0 && seconds < Number.POSITIVE_INFINITY)) throw new Error(`the evaluator gave ${seconds} as the seconds`);
  return measurement;
}
