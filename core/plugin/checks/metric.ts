/** Whether a metric says all that a number needs, so that nobody compares what cannot be compared. @module */
import type { Metric } from "../metric.ts";
import { amount, goal, must, object, optional, type Rule, text } from "./members.ts";

/** A complete metric of a split: a search sees "validation" only, and the report of its answer "test". */
export function metricOf(split: Metric["split"]): Rule {
  return object<Metric>({
    name: text,
    dataset: text,
    split: must(split === "validation" ? '"validation", since a search sees no other' : '"test"', (value) => value === split),
    epochs: amount,
    scheduled: optional(amount),
    trainedOn: text,
    unit: text,
    goal: optional(goal),
  });
}
