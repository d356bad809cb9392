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
