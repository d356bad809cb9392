/** Evaluators: what an architecture is worth. @module */
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import type { TrainedNetwork } from "../training/trained-network.ts";
import type { FurtherMetric, Metric } from "./metric.ts";

/** The metric that a search goes by after an epoch of a training. */
export interface CurvePoint {
  /**
   * Counted from 1; fractions are allowed.
   * @example 2.5
   */
  readonly epoch: number;
  /**
   * The metric then, in its unit.
   * @example 55.9
   */
  readonly value: number;
}

/** What an evaluator found, in the unit of its metric. */
export interface Measurement {
  /**
   * R(α), the validation metric that the search may see, in its unit: a finite number. Larger is better, or smaller, as the
   * metric's goal says.
   * @example 71.5
   */
  readonly score: number;
  /**
   * What this measurement cost in simulated or real seconds, from 0, for the budget.
   * @example 12.5
   */
  readonly seconds: number;
  /**
   * Further numbers by name, such as a latency, each in its own unit: those that the evaluator declares, each of them, and
   * others, which are kept and nothing more.
   * @example { latency: 12.5 }
   */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /**
   * How the training went, by epoch, ascending. Left out where it is what `EvaluationContext.progress` was told.
   * @example [{ epoch: 1, value: 41.2 }, { epoch: 2, value: 55.9 }]
   */
  readonly curve?: readonly CurvePoint[] | undefined;
  /**
   * The epochs after which it was ended early, since `progress` said so; `score` is the metric after them.
   * @example 10
   */
  readonly stoppedAfter?: number | undefined;
  /**
   * The last of what it has printed.
   * @example "epoch 12: loss 0.31"
   */
  readonly log?: string | undefined;
}

/** What an evaluation is handed beside its architecture. */
export interface EvaluationContext {
  /**
   * 1 for the first try, 2 after one failure, and so on.
   * @example 1
   */
  readonly attempt: number;
  /**
   * Aborted when nobody waits for the outcome any more: what is under way is to end.
   * @example AbortSignal.timeout(1000)
   */
  readonly signal: AbortSignal;
  /**
   * A random stream of its own, the same whenever and wherever the evaluation is done. It follows from the run's seed and
   * the query; where runs share evaluations, from the architecture.
   * @example rng
   */
  readonly rng: Rng;
  /**
   * Tells how far a training is.
   * @returns false if it is to end here: it gives what it has, and `stoppedAfter`
   * @example ({ epoch }) => epoch < 20
   */
  progress(point: CurvePoint): boolean;
  /**
   * A folder of the evaluation's own, made when it is asked for; later tries and calls find what earlier ones left.
   * Rejects where nothing is kept in files.
   * @returns its path
   * @example async () => "results/evaluations/7f3a"
   */
  folder(): Promise<string>;
  /**
   * That of the same architecture after fewer epochs in the same run, the most of them, with its checkpoint if it left
   * one; undefined where there is none.
   * @example { fidelity: 3, folder: async () => "results/evaluations/7f3a" }
   */
  readonly lower?: { readonly fidelity: number; folder(): Promise<string> } | undefined;
}

/** What only the report may see: the test metric of the answer. */
export interface TestMeasurement {
  /**
   * Which metric it is, with `split: "test"`.
   * @example { name: "accuracy", dataset: "cifar10", split: "test", epochs: 200, trainedOn: "train", unit: "percent" }
   */
  readonly metric: Metric;
  /**
   * A finite number in its unit.
   * @example 94.37
   */
  readonly value: number;
}

/** Measures architectures: a table, a predictor, a supernet, real training, a program of the user's. */
export interface Evaluator {
  /**
   * Which metric `score` is.
   * @example { name: "accuracy", dataset: "cifar10", split: "validation", epochs: 12, trainedOn: "train", unit: "percent" }
   */
  readonly metric: Metric;
  /**
   * The further numbers that each measurement has, which limits, rewards and controllers may name; none if left out.
   * @example [{ name: "latency", unit: "ms", goal: "minimise" }]
   */
  readonly metrics?: readonly FurtherMetric[];
  /**
   * Training epochs that it can measure after, ascending; the last are those of `metric`. Only those, if left out.
   * @example [1, 3, 9]
   */
  readonly fidelities?: readonly number[];
  /**
   * How many proposals of one run it can take before their outcomes are known, where the controller makes so many; 1 if
   * left out. The digest of an experiment depends on it, since what is known at each proposal does.
   * @example 4
   */
  readonly concurrency?: number;
  /**
   * How many of its evaluations can be under way at once, over all runs of a call, where they are done outside of the
   * thread that asks: in processes, in worker threads, on other machines. All runs are then in one thread, which waits.
   * Infinity: as many as the call allows. Left out where it computes in the thread that asks.
   * @example 2
   */
  readonly places?: number;
  /**
   * The long work before the first query, such as the training of a supernet; nothing where it is done already. A dry
   * run does not ask for it, so that what the digest follows from is opened in `create`.
   * @example async () => void (await files.read("weights.npz"))
   */
  prepare?(): Promise<void>;
  /**
   * Measures one architecture. A throw or a rejection becomes `evaluation.failed`; a property `log` of the error, a text,
   * is kept with it. One that is `final: true` says that no evaluation can succeed any more: the run stops.
   *
   * @param architecture  α, a member of the space.  [L]
   * @param fidelity  epochs, one of `fidelities`; the last of them if left out
   * @example (architecture) => ({ score: architecture.filter((choice) => choice > 0).length, seconds: 0 })
   */
  evaluate(architecture: Architecture, fidelity: number | undefined, context: EvaluationContext): Measurement | Promise<Measurement>;
  /**
   * True if `test` costs nothing, as a look-up does: the test metric of every incumbent is reported as well. False if left out.
   * @example true
   */
  readonly freeTests?: boolean;
  /**
   * The network with the weights that `evaluate` measures it by, for other programs, where there are some.
   * @param epochs  it is trained for so many more before
   * @example async () => { throw new Error("the weights are elsewhere"); }
   */
  trained?(architecture: Architecture, epochs: number): Promise<TrainedNetwork>;
  /**
   * The test metric of the answer; never called while the search goes on.
   * @example () => ({ metric: { name: "accuracy", dataset: "cifar10", split: "test", epochs: 200, trainedOn: "train", unit: "percent" }, value: 94.37 })
   */
  test?(architecture: Architecture): TestMeasurement | Promise<TestMeasurement>;
  /**
   * Ends what it holds open, when its run is over.
   * @example () => worker.terminate()
   */
  dispose?(): void | Promise<void>;
}
