/** Evaluators: what an architecture is worth. @module */
import type { Architecture } from "../space/architecture.ts";
import type { TrainedNetwork } from "../training/trained-network.ts";
import type { Metric } from "./metric.ts";

/** What an evaluator found. Larger is better, in the unit of the evaluator's metric. */
export interface Measurement {
  /** R(α): the validation metric that the search may see. */
  readonly score: number;
  /** What this measurement cost in simulated or real seconds, for the budget. */
  readonly seconds: number;
}

/** What only the report may see: the test metric of the answer. */
export interface TestMeasurement {
  readonly metric: Metric;
  readonly value: number;
}

/** Measures architectures: a table, a predictor, a supernet, real training. */
export interface Evaluator {
  /** Which metric `score` is. */
  readonly metric: Metric;
  /** Training epochs that it can measure after, ascending; the last are those of `metric`. Only those, if left out. */
  readonly fidelities?: readonly number[];
  /** How many evaluations may be under way at once; 1 if left out. */
  readonly concurrency?: number;
  /**
   * The long work before the first query, such as the training of a supernet; nothing where it is done already. A dry
   * run does not ask for it, so that what the digest follows from is opened in `create`.
   */
  prepare?(): Promise<void>;
  /**
   * Measures one architecture. A throw or a rejection becomes `evaluation.failed`.
   *
   * @param fidelity  one of `fidelities`; the last of them if left out
   */
  evaluate(architecture: Architecture, fidelity?: number): Measurement | Promise<Measurement>;
  /** True if `test` costs nothing, as a look-up does: the test metric of every incumbent is reported as well. */
  readonly freeTests?: boolean;
  /**
   * The network with the weights that `evaluate` measures it by, for other programs, where there are some.
   * @param epochs  it is trained for so many more before
   */
  trained?(architecture: Architecture, epochs: number): Promise<TrainedNetwork>;
  /** The test metric of the answer; never called while the search goes on. */
  test?(architecture: Architecture): TestMeasurement | Promise<TestMeasurement>;
}
