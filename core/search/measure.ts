/**
 * One evaluation: its tries, what to do where they fail, and where its learning curve ends it.
 *
 * @module
 */
import { EvokeError } from "../errors/index.ts";
import type { CurvePoint, EvaluationContext, Evaluator, Measurement } from "../plugin/evaluator.ts";
import { type Measured, type Metric, oriented } from "../plugin/metric.ts";
import type { FailurePolicy } from "../plugin/plugin.ts";
import type { Space } from "../plugin/space.ts";
import { type Rng, randomStream } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import type { Evaluated, EvaluationRequest, Evaluations, Failure, Surroundings } from "./evaluations.ts";

/** What an evaluator has thrown, without who it is and where: it is always the evaluator. */
function thrownBy(error: unknown): unknown {
  return error instanceof EvokeError && error.code === "PLUGIN_FAILED" ? error.cause : error;
}

function failureOf(error: unknown, attempt: number, remedy: Failure["remedy"]): Failure {
  const thrown = thrownBy(error);
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const log = typeof thrown === "object" && thrown !== null && "log" in thrown ? thrown.log : undefined;
  return { attempt, reason, remedy, ...(typeof log === "string" && log !== "" && { log }) };
}

/**
 * Evaluates until it has not failed, or the policy has an end.
 *
 * @param evaluate  what the evaluator does; what it gives is checked
 * @param stopping  told of all failures before the last of them is thrown
 * @param signal  once it is aborted, nobody waits: what fails then says nothing of the architecture
 * @returns at once where the evaluator is synchronous
 * @throws the evaluator's last error, if the policy is to stop, or nobody waits
 */
export function measure(
  evaluate: (attempt: number) => Measurement | Promise<Measurement>,
  policy: FailurePolicy,
  stopping: (failures: readonly Failure[]) => void,
  signal?: AbortSignal,
  failures: readonly Failure[] = [],
): Evaluated | Promise<Evaluated> {
  const attempt = failures.length + 1;
  let measurement: Measurement | Promise<Measurement>;
  try {
    measurement = evaluate(attempt);
  } catch (error) {
    return failed(error);
  }
  if (!(measurement instanceof Promise)) return { measurement, failures };
  return measurement.then((measurement) => ({ measurement, failures }), failed);

  function failed(error: unknown): Evaluated | Promise<Evaluated> {
    if (signal?.aborted) throw error;
    const remedy = isFinal(error) ? "stop" : attempt <= policy.retries ? "retry" : policy.remedy;
    const told = [...failures, failureOf(error, attempt, remedy)];
    if (remedy === "stop") {
      stopping(told);
      throw error;
    }
    return remedy === "reject" ? { measurement: undefined, failures: told } : measure(evaluate, policy, stopping, signal, told);
  }
}

/** What no other try and no other architecture can help, such as a program that is not there. */
function isFinal(error: unknown): boolean {
  const thrown = thrownBy(error);
  return typeof thrown === "object" && thrown !== null && "final" in thrown && thrown.final === true;
}

/** What a learning curve must reach: larger is better, whatever the metric. */
interface Floors {
  readonly floors?: readonly CurvePoint[] | undefined;
  readonly metric: Metric;
}

/** One try, as its evaluator sees it. It watches the learning curve, and says where that falls below its floors. */
export class Try implements EvaluationContext {
  readonly attempt: number;
  readonly #surroundings: Surroundings;
  readonly #floors: Floors;
  readonly #hear: (point: CurvePoint) => void;
  readonly #draw: () => Rng;
  #rng: Rng | undefined;
  #progress: EvaluationContext["progress"] | undefined;
  #curve: CurvePoint[] | undefined;

  /**
   * @param hear  told of each point of the curve
   * @param draw  gives its random stream
   */
  constructor(attempt: number, surroundings: Surroundings, floors: Floors, hear: (point: CurvePoint) => void, draw: () => Rng) {
    this.attempt = attempt;
    this.#surroundings = surroundings;
    this.#floors = floors;
    this.#hear = hear;
    this.#draw = draw;
  }

  get signal(): AbortSignal {
    return this.#surroundings.signal;
  }

  get lower(): EvaluationContext["lower"] {
    return this.#surroundings.lower;
  }

  get folder(): EvaluationContext["folder"] {
    return () => this.#surroundings.folder();
  }

  get rng(): Rng {
    return (this.#rng ??= this.#draw());
  }

  get progress(): EvaluationContext["progress"] {
    return (this.#progress ??= (point) => {
      (this.#curve ??= []).push(point);
      this.#hear(point);
      const { floors, metric } = this.#floors;
      const floor = floors?.findLast(({ epoch }) => epoch <= point.epoch);
      return floor === undefined || oriented(point.value, metric) >= floor.value;
    });
  }

  /**
   * The measurement with the curve that was told, where it has none of its own. One that was ended after all its epochs
   * was not ended early.
   * @param epochs  that it was to be trained for
   */
  complete(measurement: Measurement, epochs: number): Measurement {
    const completed = measurement.stoppedAfter !== undefined && measurement.stoppedAfter >= epochs ? withoutStop(measurement) : measurement;
    return this.#curve === undefined || completed.curve ? completed : { ...completed, curve: this.#curve };
  }
}

function withoutStop({ stoppedAfter: _, ...measurement }: Measurement): Measurement {
  return measurement;
}

/** Who does an evaluation, and of what run. */
interface Doing {
  readonly space: Space;
  readonly evaluator: Evaluator;
  readonly evaluations: Evaluations;
  /** Undefined where runs share evaluations: see Run. */
  readonly evaluationSeed: number | undefined;
}

/** One try of an evaluation. What it draws, and what comes of it, are the same wherever it is done. */
export function tryOnce(
  run: Doing,
  request: EvaluationRequest,
  attempt: number,
  surroundings: Surroundings,
): Measurement | Promise<Measurement> {
  const { evaluator, evaluations } = run;
  const { architecture, fidelity, floors } = request;
  const epochs = fidelity ?? evaluator.metric.epochs;
  const hear = (point: CurvePoint) => evaluations.progressed(request, point);
  const context = new Try(attempt, surroundings, { floors, metric: evaluator.metric }, hear, () => streamOf(run, request, attempt));
  const measurement = evaluations.evaluate?.(request, context) ?? evaluator.evaluate(architecture, fidelity, context);
  return measurement instanceof Promise ? measurement.then((one) => context.complete(one, epochs)) : context.complete(measurement, epochs);
}

/** What a try draws from: nothing that was evaluated before has a part in it. */
function streamOf({ evaluationSeed, space }: Doing, { query, architecture, fidelity }: EvaluationRequest, attempt: number): Rng {
  const what = evaluationSeed === undefined ? `${space.encode(architecture)}#${fidelity ?? ""}` : query;
  return randomStream(evaluationSeed ?? 0, `/evaluator#${what}#${attempt}`);
}

/** What plugins see of a measurement. */
export function measuredOf(metric: Metric, architecture: Architecture, { score, metrics }: Measurement): Measured {
  return { architecture, score: oriented(score, metric), ...(metrics && { metrics }) };
}
