/**
 * Benchmark tables: what was measured for every architecture of a space, column by column.
 *
 * @module
 */

/** What a number is of. A searcher is handed validation metrics only. */
export interface Metric {
  /** For example "accuracy". */
  readonly name: string;
  /** For example "cifar10". */
  readonly dataset: string;
  readonly split: "validation" | "test";
  /** Training epochs before the measurement. */
  readonly epochs: number;
  /** What it was trained on, for example "train" or "train+validation". */
  readonly trainedOn: string;
  /** For example "percent". */
  readonly unit: string;
}

/** Benchmark tables by name (those imported or embedded) or by file. */
export interface Tables {
  open(table: string): Promise<Table>;
}

export interface Table {
  /** The name, as in the manifest. */
  readonly name: string;
}
