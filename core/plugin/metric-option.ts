/** The option by which a manifest says what its scores are, of evaluators that cannot know it themselves. @module */
import type { Metric } from "./metric.ts";

const WORD = { type: "string", minLength: 1 } as const;

export const METRIC_OPTION = {
  type: "object",
  additionalProperties: false,
  required: ["name", "dataset", "epochs", "unit"],
  properties: {
    name: WORD,
    dataset: WORD,
    epochs: { type: "integer", minimum: 0 },
    scheduled: { type: "integer", minimum: 1 },
    unit: WORD,
    trainedOn: { ...WORD, default: "train" },
  },
  description:
    "what the score is: `name`, `dataset` and `unit`, texts, and `epochs` of a full training; also `trainedOn` (train), and `scheduled`, if the training goes on after the score",
} as const;

/** The metric that a search goes by. */
export function searchMetric(option: Omit<Metric, "split">): Metric {
  return { ...option, split: "validation" };
}
