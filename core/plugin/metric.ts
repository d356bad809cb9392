/** What a number is of. @module */

/** What a number is of. A searcher is handed validation metrics only. */
export interface Metric {
  /** For example "accuracy". */
  readonly name: string;
  /** For example "cifar10". */
  readonly dataset: string;
  readonly split: "validation" | "test";
  /** Training epochs before the measurement. */
  readonly epochs: number;
  /**
   * Epochs that the training had in all, where it went on after the measurement: a point of a learning
   * curve. An architecture measured in the middle of a long schedule is another thing than one whose
   * short schedule is over.
   */
  readonly scheduled?: number;
  /** What it was trained on, for example "train" or "train+validation". */
  readonly trainedOn: string;
  /** For example "percent". */
  readonly unit: string;
}

/** What was trained on may differ between what is compared; what is measured, and after which training, may not. */
export function comparable(a: Metric, b: Metric): boolean {
  const identity = ({ name, dataset, unit, epochs, scheduled = epochs }: Metric) =>
    JSON.stringify([name, dataset, unit, epochs, scheduled]);
  return identity(a) === identity(b);
}

const WORD = { type: "string", minLength: 1 } as const;

/** The option by which a manifest says what its scores are, of evaluators that cannot know it themselves. */
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
