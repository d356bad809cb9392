/** What a number is of. @module */

import { metricDeclaredTwice } from "../errors/search.ts";
import type { Architecture } from "../space/architecture.ts";

/** Whether more of it is better, or less. */
export type Goal = "maximise" | "minimise";

/** What a number is of. A searcher is handed validation metrics only. */
export interface Metric {
  /**
   * What is measured.
   * @example "accuracy"
   */
  readonly name: string;
  /**
   * What it is measured on.
   * @example "cifar10"
   */
  readonly dataset: string;
  /**
   * The part of the data set: "validation" for what a search goes by, "test" for what its report alone sees.
   * @example "validation"
   */
  readonly split: "validation" | "test";
  /**
   * Training epochs before the measurement, from 0.
   * @example 12
   */
  readonly epochs: number;
  /**
   * Epochs that the training had in all, where it went on after the measurement: a point of a learning
   * curve. An architecture measured in the middle of a long schedule is another thing than one whose
   * short schedule is over.
   * @example 200
   */
  readonly scheduled?: number;
  /**
   * What it was trained on.
   * @example "train+validation"
   */
  readonly trainedOn: string;
  /**
   * The unit of its numbers.
   * @example "percent"
   */
  readonly unit: string;
  /**
   * To maximise it, if left out.
   * @example "minimise"
   */
  readonly goal?: Goal;
}

/** One number more that an evaluation gives, or that a space counts. */
export interface FurtherMetric {
  /**
   * By it limits, rewards, controllers and reports name it.
   * @example "latency"
   */
  readonly name: string;
  /**
   * The unit of its numbers.
   * @example "ms"
   */
  readonly unit: string;
  /**
   * Whether more of it is better, or less.
   * @example "minimise"
   */
  readonly goal: Goal;
}

/** What is known of an architecture after an evaluation, as everything in a search sees it. */
export interface Measured {
  /**
   * It, a member of the space.  [L]
   * @example [0, 2, 1]
   */
  readonly architecture: Architecture;
  /**
   * R, in the metric's unit: larger is better. Of a metric that is to be minimised it is the negative.
   * @example 71.5
   */
  readonly score: number;
  /**
   * Further numbers by name, as they were measured, each in its own unit.
   * @example { latency: 12.5 }
   */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

/** One of the numbers that a run can be judged by: its metric, those that its evaluations give beside, the costs of its space. */
export interface Objective extends FurtherMetric {
  /** True if the space counts it, so that it is known before an evaluation. */
  readonly counted: boolean;
  /** The number itself. @returns NaN where it was not measured: after a failure, and of what no evaluation has given */
  value(measured: Measured): number;
  /** The same, larger is better: of what is to be minimised the negative. */
  worth(measured: Measured): number;
}

/** All objectives of a run. */
export interface Objectives {
  /** The metric that the search goes by is the first. */
  readonly all: readonly Objective[];
  /**
   * @param place  where it is named, for the error, where no plugin does it
   * @throws EvokeError METRIC_UNNAMED, with what there is
   */
  of(name: string, place?: string): Objective;
}

/** R as a search sees it, larger is better, from the metric's own number; and that number from R. */
export function oriented(value: number, { goal }: Pick<Metric, "goal">): number {
  return goal === "minimise" ? -value : value;
}

/** 1 where larger numbers of a metric are better, or where nothing is known of it; −1 where smaller ones are. */
export function better(metric: Pick<Metric, "goal"> | undefined): 1 | -1 {
  return metric?.goal === "minimise" ? -1 : 1;
}

/** Whether the first is the better one. */
export function isBetter(a: number, b: number, metric: Pick<Metric, "goal">): boolean {
  return oriented(a, metric) > oriented(b, metric);
}

/** What was trained on may differ between what is compared; what is measured, and after which training, may not. */
export function comparable(a: Metric, b: Metric): boolean {
  const identity = ({ name, dataset, unit, epochs, scheduled = epochs, goal = "maximise" }: Metric) =>
    JSON.stringify([name, dataset, unit, epochs, scheduled, goal]);
  return identity(a) === identity(b);
}

/** A text in one line, of characters that are shown as they are: see visible.ts. */
export const WORD = {
  type: "string",
  minLength: 1,
  pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ufffe\\uffff]*$",
} as const;

/** The option by which a manifest says what its scores are, of evaluators that cannot know it themselves. */
export const METRIC_OPTION = {
  type: "object",
  additionalProperties: false,
  required: ["name", "dataset", "epochs", "unit"],
  properties: {
    name: { ...WORD, description: "for example accuracy, or loss" },
    dataset: { ...WORD, description: "what it is measured on, for example cifar10" },
    epochs: { type: "integer", minimum: 0, maximum: 1_000_000, description: "of a full training, before it is measured" },
    scheduled: {
      type: "integer",
      minimum: 1,
      maximum: 1_000_000,
      description: "epochs of the whole training, if it goes on after the score; default: epochs",
    },
    unit: { ...WORD, description: "for example percent" },
    trainedOn: { ...WORD, default: "train", description: "which images were trained on, for example train+validation" },
    goal: { enum: ["maximise", "minimise"], description: "minimise for a loss; default: maximise" },
  },
  examples: [{ name: "accuracy", dataset: "cifar10", epochs: 12, unit: "percent" }],
  description: "what the score is",
} as const;

/** The option by which a manifest says what the other numbers are, of evaluators that cannot know it themselves. */
export const FURTHER_METRICS_OPTION = {
  type: "object",
  additionalProperties: {
    type: "object",
    additionalProperties: false,
    required: ["unit", "goal"],
    properties: {
      unit: { ...WORD, description: "for example ms" },
      goal: { enum: ["maximise", "minimise"], description: "whether more of it is better, or less" },
    },
  },
  examples: [{ latency: { unit: "ms", goal: "minimise" } }],
  description:
    'further numbers that each result has, by name, for example { "latency": { "unit": "ms", "goal": "minimise" } }; default: none',
} as const;

/**
 * As an evaluator declares them.
 * @param own  the metric of the search
 * @throws EvokeError METRIC_DECLARED_TWICE
 */
export function furtherMetrics(
  option: Readonly<Record<string, Pick<FurtherMetric, "unit" | "goal">>> | undefined,
  own: Pick<Metric, "name">,
): FurtherMetric[] {
  if (option && Object.hasOwn(option, own.name)) throw metricDeclaredTwice(own.name);
  return Object.entries(option ?? {}).map(([name, { unit, goal }]) => ({ name, unit, goal }));
}

/** The metric that a search goes by. */
export function searchMetric(option: Omit<Metric, "split">): Metric {
  return { ...option, split: "validation" };
}
