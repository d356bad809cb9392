/**
 * A run whose evaluations are asked for, and whose outcomes are told: a run like any other, but that what it has to
 * evaluate waits here until somebody outside has done it. An outcome is safe before the search hears of it.
 *
 * @module
 */
import * as errors from "../../../core/errors/index.ts";
import type { EvaluationContext, Measurement } from "../../../core/plugin/evaluator.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { evaluationDocument } from "../../../core/search/evaluation-document.ts";
import { evaluationFolders, removeTrainings } from "../evaluations/evaluation-folders.ts";
import type { EvaluationOf, Journal, JournalParts } from "../evaluations/journal.ts";
import { SharedEvaluations } from "../evaluations/shared-evaluations.ts";
import { ObserverGroup } from "../run/observers.ts";
import type { RunPlan } from "../run/plan.ts";
import { type FailedRun, runSeed } from "../run/run-seed.ts";
import { writeMatrixDocument } from "../store/matrix-document.ts";
import type { RunStore } from "../store/run-store.ts";
import type { Asked } from "./asked.ts";
import { checkedOutcome, heard, type Outcome, type Told } from "./outcome.ts";

/** What a search is of, and who hears of it. */
export interface ToldSearchOptions {
  readonly plan: RunPlan;
  readonly store: RunStore;
  readonly seed: number;
  /** The folder of the results, if there is one. */
  readonly out?: string | undefined;
  /** True if what was asked for before, in another process, counts as asked for; if not, it is asked for again. */
  readonly handedOut: boolean;
  readonly types: readonly EventType[];
  event(event: SearchEvent): void;
  note(line: string): void;
}

/** An evaluation that waits for its outcome. */
interface Pending {
  readonly evaluation: EvaluationOf;
  readonly context: EvaluationContext;
  /** When it was handed out, in milliseconds since 1970; undefined if it was not. */
  asked: number | undefined;
  /** What was told of its training on the way. */
  readonly curve: { readonly epoch: number; readonly value: number }[];
  settle(outcome: Promise<Measurement>): void;
}

/** One that waits, as it is seen from outside. */
export interface Waiting {
  readonly query: number;
  readonly attempt: number;
  readonly asked: number | undefined;
}

export class ToldSearch {
  readonly #options: ToldSearchOptions;
  /** By query; after the end, those whose outcomes are not wanted any more. */
  readonly #pending = new Map<number, Pending>();
  /** Queries whose last outcome is known. */
  readonly #settled = new Set<number>();
  /** Tries of before, by query and attempt. */
  readonly #kept: ReadonlyMap<string, { readonly asked: number; readonly told?: Told }>;
  readonly #keptQueries: Set<number>;
  readonly #running: Promise<void>;
  #end: "finished" | FailedRun | undefined;
  /** What made it impossible to go on, or to keep the run. */
  #error: unknown;
  readonly #failures = new Map<number, string>();
  #closed = false;
  /** The run's, while it is under way. */
  readonly #journals = new Set<Journal>();
  /** True until its shared weights are trained, where it has some. */
  #trains: boolean;
  readonly #wakes: (() => void)[] = [];

  constructor(options: ToldSearchOptions) {
    this.#options = options;
    const { store, seed } = options;
    this.#trains = this.#opened.composition.experiment.sharedWeights !== undefined;
    const tries = store.asked.of(this.#digest, seed);
    this.#kept = new Map(tries.map((one) => [keyOf(one), one]));
    this.#keptQueries = new Set(tries.map(({ query }) => query));
    if (store.has(this.#digest, seed)) {
      this.#end = "finished";
      for (const { query } of store.evaluations.journal(this.#digest, seed)) this.#settled.add(query);
    }
    this.#running = this.#end ? Promise.resolve() : this.#run().catch((error) => this.#fail(error));
  }

  /** True if nothing is to be evaluated any more: the run is finished and kept, or has failed, or was given up. */
  get over(): boolean {
    return this.#end !== undefined || this.#closed;
  }

  /** Why the run has failed, if it has. */
  get failure(): FailedRun | undefined {
    return this.#end === "finished" ? undefined : this.#end;
  }

  /** Evaluations that wait for their outcomes, those first that were begun first; none at the end. */
  get waiting(): Waiting[] {
    if (this.#isEnding) return [];
    return [...this.#pending.values()].map(({ evaluation: { query }, context: { attempt }, asked }) => ({ query, attempt, asked }));
  }

  /** Waits until it can go on no further without being told something, or is over. */
  async rest(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate); // what it does between evaluations are microtasks
      this.check();
      if (this.over || this.waiting.length > 0) return;
      await this.changed();
    }
  }

  /** Waits until there is another evaluation, or the end. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wakes.push(resolve));
  }

  /** Hands out one that waits. */
  async take(query: number): Promise<Asked> {
    const pending = this.#pending.get(query)!;
    const { evaluation, context } = pending;
    const { composition } = this.#opened;
    const { asked } = pending;
    pending.asked = Date.now();
    try {
      // What runs share must not depend on which of them had it evaluated.
      const seed = composition.experiment.evaluations === "shared" ? 0 : evaluation.seed;
      const fidelity = evaluation.fidelity ?? composition.metric.epochs;
      const { evoke, ...document } = await evaluationDocument(composition.space, evaluation.architecture, { fidelity, seed }, context);
      const progress: Asked["progress"] = (epoch, value) => {
        pending.curve.push({ epoch, value });
        return context.progress({ epoch, value });
      };
      return { evoke, query, ...document, signal: context.signal, progress };
    } catch (error) {
      pending.asked = asked;
      throw error;
    }
  }

  /**
   * Takes an outcome; when it returns, that is safe. One that the search does not want any more, since it is over, is
   * dropped.
   * @param attempt  the try that it is of; the one that was handed out if left out
   * @throws EvokeError if it is no outcome, or of nothing that was handed out
   */
  tell(query: number, outcome: Outcome, attempt?: number): void {
    this.check();
    const pending = this.#pending.get(query);
    if (pending?.asked === undefined || this.#isEnding || (attempt ?? pending.context.attempt) !== pending.context.attempt) {
      this.#drop(query, attempt);
      return;
    }
    const { asked, context, curve } = pending;
    const told = checkedOutcome(query, outcome, Math.max(0, Date.now() - asked) / 1000, this.#furtherMetrics);
    const complete = "failed" in told || told.curve || curve.length === 0 ? told : { ...told, curve };
    const { store, seed } = this.#options;
    store.asked.keep(this.#digest, seed, { query, attempt: context.attempt, asked, told: complete });
    this.#pending.delete(query);
    this.#keptQueries.add(query);
    this.#settled.add(query);
    pending.settle(this.#heard(query, complete));
  }

  /** @throws EvokeError if it is not over, or has failed */
  checkFinished(): void {
    this.check();
    if (!this.#end) throw errors.searchUnfinished(this.#asked);
    if (this.failure) throw errors.errorOf(this.failure);
  }

  /** @throws what made it impossible to go on, or to keep the run */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** Gives it up, unless it is over: opened again, it goes on with what was told. */
  async close(): Promise<void> {
    const trains = this.#trains && !this.over;
    const ends = this.over || this.#pending.size > 0 || trains;
    this.#closed = true;
    if (trains) for (const journal of this.#journals) journal.close(false);
    for (const { settle } of this.#pending.values()) settle(Promise.reject(new GivenUp()));
    this.#wake();
    if (ends) await this.#running;
  }

  /** True if it is over, or about to be: no outcome is wanted any more. */
  get #isEnding(): boolean {
    return this.over || [...this.#pending.values()].some(({ context }) => context.signal.aborted);
  }

  get #digest(): string {
    return this.#options.plan.cells[0]!.digest;
  }

  get #opened() {
    return this.#options.plan.cells[0]!.opened!;
  }

  /** What the evaluator declares beside the metric, by name. */
  get #furtherMetrics(): string[] {
    const [, ...others] = this.#opened.composition.objectives.all;
    return others.filter(({ counted }) => !counted).map(({ name }) => name);
  }

  get #asked(): number[] {
    return [...this.#pending].flatMap(([query, { asked }]) => (asked === undefined ? [] : [query]));
  }

  /** Drops an outcome that came too late. @throws EvokeError if it was not asked for, or told before */
  #drop(query: number, attempt: number | undefined): void {
    const pending = this.#pending.get(query);
    const repeats = pending ? attempt !== undefined && attempt < pending.context.attempt : this.#settled.has(query);
    if (repeats) throw errors.toldAlready(query, this.#asked);
    if (!this.#isEnding) throw errors.notAsked(query, this.#asked);
    const wasAsked = pending ? pending.asked !== undefined : this.#keptQueries.has(query);
    if (!wasAsked || this.#closed) throw errors.searchOver(query);
    this.#pending.delete(query);
    this.#forget(query);
  }

  async #run(): Promise<void> {
    const { plan, store, seed, out, types, event, note } = this.#options;
    const { composition } = this.#opened;
    const observers = new ObserverGroup(await composition.observers(), note);
    const wanted = [...new Set([...types, ...observers.types, "search.prepared" as const])];
    const ended = await runSeed(composition, seed, this.#parts(), wanted, (one) => {
      if (one.type === "search.prepared") this.#trains = false;
      if (this.#closed) return;
      observers.next(one);
      if (types.includes(one.type)) event(one);
    });
    if (this.#closed) return observers.finish();
    await observers.settled(seed); // before the run is kept: it is not done again then
    await observers.finish();
    if ("result" in ended) {
      store.add(this.#digest, [ended]);
      if (out !== undefined) {
        await writeMatrixDocument(out, plan);
        await removeTrainings(out, this.#digest, seed);
      }
      this.#end = "finished";
    } else this.#end = this.#failedRun(ended);
    this.#wake();
  }

  #parts(): JournalParts {
    const { store, note } = this.#options;
    return {
      keeper: store.evaluations,
      shared: new SharedEvaluations(store.evaluations, store.claims),
      ...(store.isFile && { folders: evaluationFolders(store.file) }),
      open: this.#journals,
      evaluate: (evaluation, context) => this.#evaluate(evaluation, context),
      note,
      listener: {
        finished: ({ query }) => {
          this.#settled.add(query);
          if (this.#keptQueries.has(query)) this.#forget(query); // it is in the journal
        },
      },
    };
  }

  /** One try waits here. */
  #evaluate(evaluation: EvaluationOf, context: EvaluationContext): Promise<Measurement> {
    const { query } = evaluation;
    const kept = this.#kept.get(keyOf({ query, attempt: context.attempt }));
    if (kept?.told) return this.#heard(query, kept.told);
    return new Promise((settle) => {
      const asked = this.#options.handedOut ? kept?.asked : undefined;
      this.#pending.set(query, { evaluation, context, asked, curve: [], settle });
      this.#wake();
    });
  }

  #heard(query: number, told: Told): Promise<Measurement> {
    if ("failed" in told) this.#failures.set(query, told.failed);
    return heard(told);
  }

  /** A run that has failed is done again by the next call: what was told to have failed, and is not in the journal, does not count. */
  #failedRun(run: FailedRun): FailedRun {
    const { seed } = this.#options;
    const asked = this.#asked;
    if (run.code === "NEVER_SETTLES") return { seed, ...errors.errorValue(errors.outcomesUntold(asked)) };
    const [query, reason] = [...this.#failures].find(([, reason]) => reason === run.message) ?? [];
    if (query === undefined || reason === undefined) return run;
    for (const failed of this.#failures.keys()) if (this.#keptQueries.has(failed)) this.#forget(failed);
    return { seed, ...errors.errorValue(errors.searchStopped(query, reason)) };
  }

  #forget(query: number): void {
    this.#keptQueries.delete(query);
    this.#options.store.asked.forget(this.#digest, this.#options.seed, [query]);
  }

  #fail(error: unknown): void {
    this.#error = error;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}

/** Ends a run whose search is closed. */
class GivenUp extends Error {
  readonly final = true;
}

function keyOf({ query, attempt }: { readonly query: number; readonly attempt: number }): string {
  return `${query} ${attempt}`;
}
