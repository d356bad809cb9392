/**
 * The course of a run: what its figures are drawn from, as a fold over its events, so that figures need
 * no record of all of them.
 *
 * @module
 */
import { isBetter, type Metric } from "../plugin/metric.ts";
import { QueryCount } from "../search/query-count.ts";
import { countsAsAnswer, type EventType, type SearchEvent } from "./events.ts";
import { FailureFold, type Failures } from "./failures.ts";
import type { Front } from "./pareto.ts";

/** How one run went. Queries and seconds are those charged to the budget so far, lower fidelities by their share. */
export interface Trajectory {
  /**
   * Each improvement of the best validation metric, charged up to and with it: 0 for first centres that
   * are free. Where the controller names the answer, each that it named, whose scores need not rise. The test metric is
   * that of the same architecture, where the evaluator's tests are free.
   */
  readonly incumbent: readonly Incumbent[];
  /** Each new centre, the K first ones and then each update. */
  readonly centres: readonly Centre[];
  /**
   * |R(β) − R(α)| of the candidates β at full fidelity, and the centre α that each was made from, by D(α, β), ascending.
   * Empty in a search of the whole space.
   */
  readonly distances: readonly Difference[];
  /** The Pareto fronts of all that counts as an answer, one for each pair of metrics that the manifest asks for. */
  readonly fronts?: readonly Front[];
  /** What failed, and why; left out if nothing did. */
  readonly failures?: Failures;
  /** How shared weights were trained, where the controller has trained some. */
  readonly sharedWeights?: WeightsCourse;
  /** Which metric the tests are, where the evaluator has one. */
  readonly testMetric?: Metric;
}

/** The course of a search by weight sharing. */
export interface WeightsCourse {
  /** In order: what each `weights.trained` has told, but for the probabilities. */
  readonly epochs: readonly WeightsEpoch[];
  /** What `weights.ranked` has told. */
  readonly ranked?: Pick<SearchEvent<"weights.ranked">, "architectures" | "accuracies">;
}
export type WeightsEpoch = Pick<SearchEvent<"weights.trained">, "loss" | "entropy" | "architecture" | "parameterFree" | "curvature">;

export interface Incumbent {
  readonly queries: number;
  readonly seconds: number;
  readonly score: number;
  readonly test?: number;
}

export interface Centre {
  readonly queries: number;
  readonly subspace: number;
  readonly score: number;
  readonly architecture: string;
}

/** n differences at one distance: their mean, and the sum of the squared deviations from it. */
export interface Difference {
  readonly distance: number;
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
}

/** The event types that the fold reads. */
export const TRAJECTORY_EVENTS: readonly EventType[] = [
  "run.started",
  "weights.trained",
  "weights.ranked",
  "search.prepared",
  "subspace.evoked",
  "architecture.proposed",
  "architecture.evaluated",
  "evaluation.failed",
  "subspace.updated",
  "answer.named",
  "run.finished",
];

/** Folds the events of one run, given in their order. */
export class TrajectoryFold {
  readonly #incumbent: { queries: number; seconds: number; score: number; test?: number }[] = [];
  readonly #centres: Centre[] = [];
  readonly #distances = new Map<number, { n: number; mean: number; squares: number }>();
  readonly #failures = new FailureFold();
  readonly #weightsEpochs: WeightsEpoch[] = [];
  #weightsRanked: WeightsCourse["ranked"];
  #testMetric: Metric | undefined;
  #fronts: readonly Front[] | undefined;
  #goal: Pick<Metric, "goal"> = {};
  readonly #queries = new QueryCount();
  #fullEpochs = 1;
  #seconds = 0;
  #named = false;
  /** R(α) of each subspace. */
  readonly scores: number[] = [];
  /** Distance from α, and R(α), of the proposals whose outcome is awaited, by query. */
  readonly #proposed = new Map<number, { distance: number; centre: number }>();

  next(event: SearchEvent): void {
    this.#failures.next(event);
    switch (event.type) {
      case "run.started":
        this.#fullEpochs = event.metric.epochs;
        this.#goal = event.metric;
        this.#named = event.answer === "named";
        break;
      case "weights.trained": {
        const { loss, entropy, architecture, parameterFree, curvature } = event;
        this.#weightsEpochs.push({ loss, entropy, architecture, parameterFree, ...(curvature !== undefined && { curvature }) });
        break;
      }
      case "weights.ranked":
        this.#weightsRanked = { architectures: event.architectures, accuracies: event.accuracies };
        break;
      case "search.prepared":
        this.#seconds += event.charged.seconds;
        break;
      case "architecture.proposed":
        if (event.fidelity === undefined && event.subspace !== undefined && event.distance !== undefined)
          this.#proposed.set(event.query, { distance: event.distance, centre: this.scores[event.subspace]! });
        break;
      case "evaluation.failed":
        if (event.charged.queries > 0) this.#queries.add(event.fidelity);
        if (event.remedy === "reject") this.#proposed.delete(event.query);
        break;
      case "architecture.evaluated":
        this.#evaluated(event);
        break;
      case "subspace.evoked":
      case "subspace.updated": {
        const { subspace, score, architecture } = event;
        this.scores[subspace] = score;
        this.#centres.push({ queries: this.#queries.in(this.#fullEpochs), subspace, score, architecture });
        break;
      }
      case "answer.named":
        this.#hold(event.score);
        break;
      case "run.finished":
        this.#testMetric = event.test?.metric;
        this.#fronts = event.fronts;
        for (const [i, test] of (event.incumbentTests ?? []).entries()) if (this.#incumbent[i]) this.#incumbent[i].test = test;
        break;
    }
  }

  trajectory(): Trajectory {
    const failures = this.#failures.failures();
    const distances = [...this.#distances].sort(([a], [b]) => a - b).map(([distance, moments]) => ({ distance, ...moments }));
    return {
      incumbent: this.#incumbent.map((one) => ({ ...one })),
      centres: [...this.#centres],
      distances,
      ...(failures && { failures }),
      ...(this.#weightsEpochs.length > 0 && {
        sharedWeights: { epochs: [...this.#weightsEpochs], ...(this.#weightsRanked && { ranked: this.#weightsRanked }) },
      }),
      ...(this.#testMetric && { testMetric: this.#testMetric }),
      ...(this.#fronts && { fronts: this.#fronts }),
    };
  }

  #evaluated(event: SearchEvent<"architecture.evaluated">): void {
    const { query, score, charged, fidelity } = event;
    if (charged.queries > 0) this.#queries.add(fidelity);
    this.#seconds += charged.seconds;
    const best = this.#incumbent.at(-1);
    if (!this.#named && countsAsAnswer(event) && (!best || isBetter(score, best.score, this.#goal))) this.#hold(score);
    const proposed = this.#proposed.get(query);
    if (!proposed) return;
    this.#proposed.delete(query);
    this.#addDifference(proposed.distance, Math.abs(score - proposed.centre));
  }

  #hold(score: number): void {
    this.#incumbent.push({ queries: this.#queries.in(this.#fullEpochs), seconds: this.#seconds, score });
  }

  /** Welford's update of mean and squared deviations. */
  #addDifference(distance: number, difference: number): void {
    const moments = this.#distances.get(distance) ?? { n: 0, mean: 0, squares: 0 };
    moments.n++;
    const deviation = difference - moments.mean;
    moments.mean += deviation / moments.n;
    moments.squares += deviation * (difference - moments.mean);
    this.#distances.set(distance, moments);
  }
}
