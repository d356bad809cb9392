/**
 * A run's result, as a fold over its events. Folding a record of the events gives the same result
 * as the run that was recorded, to the last bit.
 *
 * @module
 */
import { isBetter, type Metric } from "../plugin/metric.ts";
import { QueryCount } from "../search/query-count.ts";
import { countsAsAnswer, type EventType, type SearchEvent } from "./events.ts";

/** What one run found; everything in it follows from manifest, seed and inputs. */
export interface RunResult {
  readonly seed: number;
  /**
   * The answer: the best architecture that was evaluated and counts, by validation metric, and the first of equals; or the
   * one that the controller names.
   */
  readonly best: {
    readonly architecture: string;
    /** As it was measured, whatever the metric's goal. */
    readonly score: number;
    readonly test?: number;
    /** Further numbers that the evaluator gave for it. */
    readonly metrics?: Readonly<Record<string, number>>;
  };
  /** Where the controller names the answer: the best score of all that could have been it. */
  readonly bestScore?: number;
  /** Queries charged to the budget; one at a lower fidelity is its share of the full one's epochs. */
  readonly queries: number;
  /** How many different architectures these were. */
  readonly distinct: number;
  readonly cost: { readonly seconds: number };
  /** How many times a centre was replaced. */
  readonly updates: number;
  /** How many architectures were rejected, since their evaluation failed; left out if none was. */
  readonly failed?: number;
  /** How many tries failed and were made again; left out if none was. */
  readonly retried?: number;
  /** Trainings that were ended early, since their learning curves were below their floors, and the epochs saved; left out if none was. */
  readonly stopped?: { readonly trainings: number; readonly epochs: number };
  /** The final centres; empty in a search of the whole space. */
  readonly centres: readonly string[];
}

type Stopped = NonNullable<RunResult["stopped"]>;
export const NONE_STOPPED: Stopped = { trainings: 0, epochs: 0 };

/** What was stopped in two runs. */
export function allStopped(a: Stopped, b: Stopped = NONE_STOPPED): Stopped {
  return { trainings: a.trainings + b.trainings, epochs: a.epochs + b.epochs };
}

/** The event types that the fold reads. */
export const RESULT_EVENTS: readonly EventType[] = [
  "run.started",
  "search.prepared",
  "subspace.evoked",
  "architecture.evaluated",
  "evaluation.failed",
  "subspace.updated",
  "answer.named",
  "run.finished",
  "run.failed",
];

/** Folds the events of one run, given in their order. */
export class ResultFold {
  #seed = Number.NaN;
  #best: { architecture: string; score: number; test?: number; metrics?: Readonly<Record<string, number>> } | undefined;
  readonly #incumbents: string[] = [];
  #named = false;
  #bestScore: number | undefined;
  readonly #queries = new QueryCount();
  #fullEpochs = 1;
  #goal: Pick<Metric, "goal"> = {};
  #evaluations = 0;
  #seconds = 0;
  #updates = 0;
  #failed = 0;
  #retried = 0;
  #stopped = NONE_STOPPED;
  readonly #distinct = new Set<string>();
  readonly #centres: string[] = [];
  #end: "finished" | "failed" | undefined;

  next(event: SearchEvent): void {
    switch (event.type) {
      case "run.started":
        this.#seed = event.seed;
        this.#fullEpochs = event.metric.epochs;
        this.#goal = event.metric;
        this.#named = event.answer === "named";
        break;
      case "search.prepared":
        this.#seconds += event.charged.seconds;
        break;
      case "architecture.evaluated":
        this.#evaluations++;
        if (event.charged.queries > 0) {
          this.#distinct.add(event.architecture);
          this.#queries.add(event.fidelity);
        }
        this.#seconds += event.charged.seconds;
        if (event.stopped) this.#stopped = allStopped(this.#stopped, { trainings: 1, epochs: event.stopped - event.fidelity! });
        if (!countsAsAnswer(event)) break;
        if (this.#bestScore === undefined || isBetter(event.score, this.#bestScore, this.#goal)) {
          this.#bestScore = event.score;
          if (!this.#named) this.#hold(event);
        }
        break;
      case "evaluation.failed":
        if (event.remedy === "reject") this.#failed++;
        if (event.remedy === "retry") this.#retried++;
        if (event.charged.queries > 0) this.#queries.add(event.fidelity);
        break;
      case "subspace.evoked":
        this.#centres[event.subspace] = event.architecture;
        break;
      case "subspace.updated":
        this.#centres[event.subspace] = event.architecture;
        this.#updates++;
        break;
      case "answer.named":
        this.#hold(event);
        break;
      case "run.finished":
        if (this.#best && event.test) this.#best.test = event.test.value;
        this.#end = "finished";
        break;
      case "run.failed":
        this.#end = "failed";
        break;
    }
  }

  #hold({ architecture, score, metrics }: SearchEvent<"architecture.evaluated" | "answer.named">): void {
    this.#best = { architecture, score, ...(metrics && { metrics }) };
    this.#incumbents.push(architecture);
  }

  /** Every architecture that was the best so far, first to last. */
  get incumbents(): readonly string[] {
    return this.#incumbents;
  }

  /** How many evaluations there were, first centres included. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** The result; undefined unless the last event was `run.finished`. */
  result(): RunResult | undefined {
    if (this.#end !== "finished" || !this.#best) return undefined;
    return {
      seed: this.#seed,
      best: { ...this.#best },
      ...(this.#named && { bestScore: this.#bestScore! }),
      queries: this.#queries.in(this.#fullEpochs),
      distinct: this.#distinct.size,
      cost: { seconds: this.#seconds },
      updates: this.#updates,
      ...(this.#failed > 0 && { failed: this.#failed }),
      ...(this.#retried > 0 && { retried: this.#retried }),
      ...(this.#stopped.trainings > 0 && { stopped: this.#stopped }),
      centres: [...this.#centres],
    };
  }
}
