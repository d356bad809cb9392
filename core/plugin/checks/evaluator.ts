/** An evaluator as a search sees it: every measurement is looked at as it comes. @module */
import { pluginAnswerInvalid } from "../../errors/index.ts";
import type { Architecture } from "../../space/architecture.ts";
import type { CurvePoint, Evaluator, Measurement, TestMeasurement } from "../evaluator.ts";
import type { Metric } from "../metric.ts";
import { type Blame, described, type Place } from "./blame.ts";
import { isPromise } from "./found.ts";
import { metricOf } from "./metric.ts";

export function checkedEvaluator(evaluator: Evaluator, place: Place, blame: Blame): Evaluator {
  const { metric, metrics = [], fidelities, concurrency, places, freeTests } = evaluator;
  const failed = (error: unknown): never => {
    throw blame.threw(place, "evaluate", error);
  };
  const names = metrics.map(({ name }) => name);
  const wrong = (answer: unknown) => blame.gave(place, "evaluate", ...measurementProblem(answer, names)!);
  const measured = (answer: Measurement): Measurement => {
    if (isMeasurement(answer, names)) return answer;
    throw wrong(answer);
  };
  const isTestMetric = completeTestMetric(place);
  return {
    metric,
    ...(metrics.length > 0 && { metrics }),
    ...(fidelities && { fidelities }),
    ...(concurrency !== undefined && { concurrency }),
    ...(places !== undefined && { places }),
    ...(freeTests !== undefined && { freeTests }),
    ...(evaluator.prepare && {
      async prepare() {
        try {
          await evaluator.prepare!();
        } catch (error) {
          throw blame.threw(place, "prepare", error);
        }
      },
    }),
    evaluate(architecture, fidelity, context) {
      try {
        const answer = evaluator.evaluate(architecture, fidelity, context);
        if (isMeasurement(answer, names)) return answer;
        if (isPromise(answer)) return Promise.resolve(answer).then(measured, failed);
        throw wrong(answer);
      } catch (error) {
        return failed(error);
      }
    },
    ...(evaluator.trained && {
      async trained(architecture: Architecture, epochs: number) {
        try {
          return await evaluator.trained!(architecture, epochs);
        } catch (error) {
          throw blame.threw(place, "trained", error);
        }
      },
    }),
    ...(evaluator.test && {
      async test(architecture: Architecture) {
        try {
          const answer = await evaluator.test!(architecture);
          if (typeof answer !== "object" || answer === null) throw blame.gave(place, "test", '{ "metric", "value" }', answer);
          if (!Number.isFinite(answer.value)) throw blame.gave(place, "test", 'a finite number as "value"', answer.value);
          isTestMetric(answer);
          return answer;
        } catch (error) {
          throw blame.threw(place, "test", error);
        }
      },
    }),
    ...(evaluator.dispose && {
      async dispose() {
        try {
          await evaluator.dispose!();
        } catch (error) {
          throw blame.threw(place, "dispose", error);
        }
      },
    }),
  };
}

/** @param names  of the further metrics that it must have */
function isMeasurement(answer: unknown, names: readonly string[]): answer is Measurement {
  if (typeof answer !== "object" || answer === null) return false;
  const { score, seconds, metrics, curve, stoppedAfter, log } = answer as Measurement;
  if (!(Number.isFinite(score) && Number.isFinite(seconds) && seconds >= 0)) return false;
  if (metrics === undefined && names.length === 0 && curve === undefined && stoppedAfter === undefined && log === undefined) return true;
  return furtherProblem(answer as Measurement, names) === undefined;
}

/** What is wrong with a measurement: what must be there, and what is. */
export function measurementProblem(
  answer: unknown,
  names: readonly string[] = [],
): readonly [expected: string, value: unknown] | undefined {
  if (typeof answer !== "object" || answer === null) return ['{ "score", "seconds" }', answer];
  const { score, seconds } = answer as Measurement;
  if (!Number.isFinite(score)) return ['a finite number as "score"', score];
  if (!(Number.isFinite(seconds) && seconds >= 0)) return ['a finite number from 0 as "seconds"', seconds];
  return furtherProblem(answer as Measurement, names);
}

/** The same of what it has beside its score and its seconds. */
function furtherProblem(
  { metrics, curve, stoppedAfter, log }: Measurement,
  names: readonly string[],
): readonly [expected: string, value: unknown] | undefined {
  if (metrics !== undefined && !isNumbers(metrics)) return ['finite numbers by name as "metrics"', metrics];
  // One that was ended early is no answer, and its program was ended before it had measured the others.
  const missing = stoppedAfter === undefined ? names.find((name) => metrics?.[name] === undefined) : undefined;
  if (missing !== undefined) return [`a number of the name ${JSON.stringify(missing)} in "metrics", which the evaluator declares`, metrics];
  if (curve !== undefined && !isCurve(curve)) return ['a list of { "epoch", "value" }, ascending by epoch, as "curve"', curve];
  if (stoppedAfter !== undefined && !(Number.isFinite(stoppedAfter) && stoppedAfter > 0))
    return ['a number of epochs above 0 as "stoppedAfter"', stoppedAfter];
  return log === undefined || typeof log === "string" ? undefined : ['a text as "log"', log];
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether it has finite numbers by name. */
export function isNumbers(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(Number.isFinite);
}

/** Whether it is a list of points, ascending by epoch. */
export function isCurve(curve: unknown): boolean {
  if (!Array.isArray(curve)) return false;
  return curve.every((point, i) => {
    if (!isRecord(point)) return false;
    const { epoch, value } = point as CurvePoint;
    return Number.isFinite(epoch) && Number.isFinite(value) && (i === 0 || epoch > curve[i - 1].epoch);
  });
}

/** Looks at each test metric that there is once: most evaluators give the same object again and again. */
function completeTestMetric(place: Place): (answer: TestMeasurement) => void {
  const rule = metricOf("test");
  let known: Metric | undefined;
  return ({ metric }) => {
    if (known && metric === known) return;
    const problem = rule(metric, "metric");
    if (problem !== undefined) throw pluginAnswerInvalid(described(place), "test", `must give a complete metric: ${problem}`);
    known = metric;
  };
}
