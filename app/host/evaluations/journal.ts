/**
 * The journal of a run: each evaluation is safe in the store before the search hears of it, so that a run that was killed
 * goes on by being told again what it was told. What computes in this thread waits until a quarter of a second was spent
 * on it; what takes less than a millisecond there, as a look-up does, is done again instead of kept.
 *
 * It also bounds how many evaluations are under way in the whole call, and finds those again that runs share.
 *
 * @module
 */
import type { ErrorCode } from "../../../core/errors/evoke-error.ts";
import type { Composition } from "../../../core/kernel.ts";
import type { CurvePoint, EvaluationContext, Measurement, TestMeasurement } from "../../../core/plugin/evaluator.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import type { Space } from "../../../core/plugin/space.ts";
import type { Evaluated, EvaluationRequest, Evaluations, Surroundings } from "../../../core/search/evaluations.ts";
import type { Limit } from "../../../core/search/pace.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import type { JournalEntry } from "../store/evaluation-store.ts";
import { evaluationKey, type SharedEvaluations } from "./shared-evaluations.ts";
import { inTurn } from "./turn.ts";

/** What takes less in this thread is not kept: it costs less to do it again. */
const CHEAP_SECONDS = 0.001;
/** For what computes in this thread: a commit takes a hundredth of it. */
const UNSAFE_SECONDS = 0.25;

/** Where journals are kept. */
export interface JournalKeeper {
  journal(digest: string, seed: number): readonly JournalEntry[] | Promise<readonly JournalEntry[]>;
  add(digest: string, seed: number, entries: readonly JournalEntry[]): void;
  /** Takes the end off a journal. */
  cut(digest: string, seed: number, from: number): void;
  /** Takes out what was rejected, and what came after it. */
  forgetRejected(digest: string, seed: number): void;
}

/** Told of the evaluations of a call that are done outside of this thread. */
export interface EvaluationListener {
  began?(evaluation: EvaluationOf): void;
  progressed?(evaluation: EvaluationOf, point: CurvePoint): void;
  /** Done now, in so many seconds, or found. */
  finished?(evaluation: EvaluationOf, evaluated: Evaluated, how: "done" | "replayed" | "shared", seconds: number): void;
  /** It stops its run. */
  stopped?(evaluation: EvaluationOf): void;
}

export interface EvaluationOf extends EvaluationRequest {
  readonly digest: string;
  readonly seed: number;
  /** Which metric its score is. */
  readonly metric: Metric;
  /** The architecture's. */
  text(): string;
}

/** What the journals of a call have in common. */
export interface JournalParts {
  readonly keeper?: JournalKeeper;
  /** Adds in one commit with what else is added in this turn of the event loop; left out, each is added by itself, at once. */
  readonly together?: (add: () => void) => Promise<void>;
  readonly listener?: EvaluationListener;
  /** Told what people should know, in a line. */
  readonly note?: (line: string) => void;
  /** Bounds the evaluations that are under way, where they are done outside of this thread. */
  readonly limit?: Pick<Limit, "run">;
  /** Where the files of evaluations are. */
  readonly folders?: EvaluationFolders;
  readonly shared?: SharedEvaluations;
  /** The journals of the runs that are under way. */
  readonly open?: Set<Journal>;
  /** One try of an evaluation, where outcomes come from outside: see Evaluations. */
  readonly evaluate?: (evaluation: EvaluationOf, context: EvaluationContext) => Promise<Measurement>;
  /** The test of an answer, in text, from outside as well. */
  readonly test?: (answer: { readonly digest: string; readonly seed: number; readonly architecture: string }) => Promise<TestMeasurement>;
}

/** Gives evaluations folders of their own, and makes them. */
export interface EvaluationFolders {
  /** Of one evaluation of a run. */
  of(digest: string, seed: number, query: number): Promise<string>;
  /** Of one that runs share. */
  shared(key: string): Promise<string>;
}

export class Journal implements Evaluations {
  readonly evaluate?: (request: EvaluationRequest, context: EvaluationContext) => Promise<Measurement>;
  readonly test?: (architecture: Architecture) => Promise<TestMeasurement>;
  readonly #digest: string;
  readonly #seed: number;
  readonly #space: Space;
  readonly #parts: JournalParts;
  /** Names what it is evaluated by, where evaluations are shared. */
  readonly #evaluator: string | undefined;
  readonly #metric: Metric;
  readonly #outside: boolean;
  readonly #listener: EvaluationListener | undefined;
  /** At a kill, less than this of evaluation, in seconds. */
  readonly #mayBeLost: number;
  /** What is kept and was not asked for yet, by query. */
  readonly #kept: Map<number, JournalEntry>;
  /** The places of proposals among themselves: first centres are finished before all of them. */
  readonly #places = new Map<number, number>();
  #next: number;
  /** What is finished and not kept yet, in order. */
  readonly #unsafe: { readonly evaluation: EvaluationOf; readonly evaluated: Evaluated; readonly wallSeconds: number }[] = [];
  #unsafeSeconds = 0;
  #written: boolean;
  readonly #abort = new AbortController();
  readonly #place: Place;

  /** Opens the journal of a run, which goes on where it ended. */
  static async open(composition: Composition, seed: number, parts: JournalParts): Promise<Journal> {
    return new Journal(composition, seed, parts, (await parts.keeper?.journal(composition.digest, seed)) ?? []);
  }

  private constructor(composition: Composition, seed: number, parts: JournalParts, entries: readonly JournalEntry[]) {
    const { digest, space, metric, experiment, evaluatorDigest, places } = composition;
    [this.#digest, this.#seed, this.#space, this.#parts] = [digest, seed, space, parts];
    this.#evaluator = experiment.evaluations === "shared" ? evaluatorDigest : undefined;
    this.#metric = metric;
    this.#outside = places !== undefined;
    this.#mayBeLost = this.#outside || parts.evaluate ? 0 : UNSAFE_SECONDS;
    this.#listener = this.#outside || parts.evaluate ? parts.listener : undefined;
    this.#kept = new Map(entries.map((entry) => [entry.query, entry]));
    for (const { query } of entries) if (query >= 0) this.#places.set(query, this.#places.size);
    this.#next = entries.length;
    this.#written = entries.length > 0;
    this.#place = { digest, seed, signal: this.#abort.signal, folders: parts.folders };
    parts.open?.add(this);
    const { evaluate, test } = parts;
    if (evaluate) this.evaluate = (request, context) => evaluate(this.#evaluation(request), context);
    if (test) this.test = (architecture) => test({ digest, seed, architecture: space.encode(architecture) });
  }

  perform(
    request: EvaluationRequest,
    work: (surroundings: Surroundings) => Evaluated | Promise<Evaluated>,
  ): Evaluated | Promise<Evaluated> {
    const { limit, shared } = this.#parts;
    const isShared = this.#evaluator !== undefined && shared !== undefined;
    if (!this.#outside && !isShared && this.#kept.size === 0) return this.#performHere(request, work);
    const evaluation = this.#evaluation(request);
    const kept = this.#find(evaluation);
    if (kept) {
      this.#listener?.finished?.(evaluation, kept.evaluated, "replayed", 0);
      return kept.evaluated;
    }
    if (isShared) return this.#performShared(evaluation, work, this.#evaluator, shared);
    if (!this.#outside) return this.#performHere(request, work);
    const surroundings = new OfQuery(request, this.#place);
    const timed = () => {
      this.#abort.signal.throwIfAborted(); // while it waited for a place the run has ended
      return this.#timed(evaluation, () => work(surroundings));
    };
    return limit ? limit.run(timed) : timed();
  }

  /** In this thread. What takes no time is done again instead of kept. */
  #performHere(
    request: EvaluationRequest,
    work: (surroundings: Surroundings) => Evaluated | Promise<Evaluated>,
  ): Evaluated | Promise<Evaluated> {
    const began = performance.now();
    const evaluated = work(new OfQuery(request, this.#place));
    if (evaluated instanceof Promise)
      return evaluated.then((evaluated) => {
        this.#keep(this.#evaluation(request), evaluated, (performance.now() - began) / 1000);
        return evaluated;
      });
    const seconds = (performance.now() - began) / 1000;
    if (seconds >= CHEAP_SECONDS) this.#keep(this.#evaluation(request), evaluated, seconds);
    return inTurn(evaluated);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  place(query: number): number | undefined {
    return this.#places.get(query);
  }

  progressed(request: EvaluationRequest, point: CurvePoint): void {
    this.#listener?.progressed?.(this.#evaluation(request), point);
  }

  /**
   * The run is over, or given up: what it has under way ends.
   * @param finished  whether its journal is to be complete, if there is one
   * @param code  of the error that it has failed of
   */
  close(finished: boolean, code?: ErrorCode): void {
    this.#abort.abort();
    this.#parts.open?.delete(this);
    if (finished && this.#written) this.#write();
    if (!finished) this.#forgetRejected(code);
  }

  /**
   * A run that has failed since nothing could be evaluated is done again by the next call: what was rejected is tried
   * again then, and what came after it, which may be something else.
   */
  #forgetRejected(code: ErrorCode | undefined): void {
    if (code !== "EVALUATIONS_FAILED") return;
    this.#write();
    this.#parts.keeper?.forgetRejected(this.#digest, this.#seed);
  }

  /** Keeps what is not kept yet: the process is about to end. */
  save(): void {
    this.#write();
  }

  #evaluation(request: EvaluationRequest): EvaluationOf {
    return new OfRun(request, this.#digest, this.#seed, this.#metric, this.#space);
  }

  /** What is kept of it. A journal that does not fit any more is cut off. */
  #find(evaluation: EvaluationOf): JournalEntry | undefined {
    const { query, fidelity } = evaluation;
    const kept = this.#kept.get(query);
    if (!kept) return undefined;
    if (kept.architecture === evaluation.text() && kept.fidelity === fidelity) {
      this.#kept.delete(query);
      return kept;
    }
    const { keeper, note } = this.#parts;
    const first = Math.min(...[...this.#kept.values()].map(({ place }) => place));
    note?.(
      `The run of seed ${this.#seed} proposes another architecture than before it was interrupted, so its last ${this.#next - first} evaluations are done again. ` +
        `A plugin of it follows from something else than its seed and what it is told: see docs/plugin-guide.md.`,
    );
    keeper?.cut(this.#digest, this.#seed, first);
    this.#next = first;
    const going = [...this.#places.keys()].filter((query) => !this.#kept.has(query));
    this.#kept.clear();
    this.#places.clear();
    for (const query of going) this.#places.set(query, this.#places.size);
    return undefined;
  }

  /** Does it, and keeps it before anybody is told of it. */
  #timed(evaluation: EvaluationOf, work: () => Evaluated | Promise<Evaluated>): Evaluated | Promise<Evaluated> {
    const listener = this.#listener;
    listener?.began?.(evaluation);
    const began = performance.now();
    const done = (evaluated: Evaluated) => {
      const seconds = (performance.now() - began) / 1000;
      const told = () => {
        listener?.finished?.(evaluation, evaluated, "done", seconds);
        return evaluated;
      };
      return this.#keep(evaluation, evaluated, seconds)?.then(told) ?? told();
    };
    const stopped = (error: unknown): never => {
      listener?.stopped?.(evaluation);
      throw error;
    };
    try {
      const evaluated = work();
      return evaluated instanceof Promise ? evaluated.then(done, stopped) : done(evaluated);
    } catch (error) {
      return stopped(error);
    }
  }

  async #performShared(
    evaluation: EvaluationOf,
    work: (surroundings: Surroundings) => Evaluated | Promise<Evaluated>,
    evaluator: string,
    shared: SharedEvaluations,
  ): Promise<Evaluated> {
    const { limit } = this.#parts;
    const listener = this.#listener;
    const surroundings = (key: string, lower: string | undefined): Surroundings => ({
      signal: this.#abort.signal,
      folder: () => this.#parts.folders?.shared(key) ?? NO_FOLDER(),
      ...(lower !== undefined &&
        this.#parts.folders && { lower: { fidelity: evaluation.lower!.fidelity, folder: () => this.#parts.folders!.shared(lower) } }),
    });
    const { fidelity, floors, lower } = evaluation;
    const text = evaluation.text();
    const key = evaluationKey(evaluator, text, fidelity, floors);
    const lowerKey = lower && evaluationKey(evaluator, text, lower.fidelity, lower.floors);
    const { signal } = this.#abort;
    const { evaluated, wallSeconds, found } = await shared.perform(key, { signal, limit: this.#outside ? limit : undefined }, async () => {
      listener?.began?.(evaluation);
      const began = performance.now();
      try {
        const evaluated = await work(surroundings(key, lowerKey));
        return { evaluated, wallSeconds: (performance.now() - began) / 1000 };
      } catch (error) {
        listener?.stopped?.(evaluation);
        throw error;
      }
    });
    await this.#keep(evaluation, evaluated, found ? 0 : wallSeconds); // a run that is over has all of its journal
    listener?.finished?.(evaluation, evaluated, found ? "shared" : "done", found ? 0 : wallSeconds);
    return evaluated;
  }

  /** @returns when it is safe, if it is to be and is not yet */
  #keep(evaluation: EvaluationOf, evaluated: Evaluated, wallSeconds: number): Promise<void> | undefined {
    if (!this.#parts.keeper || this.#abort.signal.aborted) return undefined; // nobody waits for what ends after its run
    if (evaluation.query >= 0) this.#places.set(evaluation.query, this.#places.size);
    this.#unsafe.push({ evaluation, evaluated, wallSeconds });
    this.#unsafeSeconds += wallSeconds;
    return this.#unsafeSeconds >= this.#mayBeLost ? this.#write(this.#outside) : undefined;
  }

  #write(mayWait = false): Promise<void> | undefined {
    const { keeper, together } = this.#parts;
    if (this.#unsafe.length === 0 || !keeper) return undefined;
    const entries = this.#unsafe.map(({ evaluation, evaluated, wallSeconds }): JournalEntry => {
      const { query, fidelity } = evaluation;
      return { place: this.#next++, query, architecture: evaluation.text(), fidelity, evaluated, wallSeconds };
    });
    this.#written = true;
    this.#unsafe.length = 0;
    this.#unsafeSeconds = 0;
    const add = () => keeper.add(this.#digest, this.#seed, entries);
    return mayWait && together ? together(add) : void add();
  }
}

/** What the evaluations of a run have in common. */
interface Place {
  readonly digest: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly folders: EvaluationFolders | undefined;
}

/** What an evaluation of a run finds around it. */
class OfQuery implements Surroundings {
  readonly #request: EvaluationRequest;
  readonly #place: Place;

  constructor(request: EvaluationRequest, place: Place) {
    this.#request = request;
    this.#place = place;
  }

  get signal(): AbortSignal {
    return this.#place.signal;
  }

  folder(): Promise<string> {
    return this.#folderOf(this.#request.query);
  }

  get lower(): Surroundings["lower"] {
    const { lower } = this.#request;
    return lower && this.#place.folders && { fidelity: lower.fidelity, folder: () => this.#folderOf(lower.query) };
  }

  #folderOf(query: number): Promise<string> {
    const { digest, seed, folders } = this.#place;
    return folders?.of(digest, seed, query) ?? NO_FOLDER();
  }
}

class OfRun implements EvaluationOf {
  readonly query: number;
  readonly architecture: Architecture;
  readonly fidelity: number | undefined;
  readonly floors: EvaluationRequest["floors"];
  readonly lower: EvaluationRequest["lower"];
  readonly digest: string;
  readonly seed: number;
  readonly metric: Metric;
  readonly #space: Space;

  constructor(
    { query, architecture, fidelity, floors, lower }: EvaluationRequest,
    digest: string,
    seed: number,
    metric: Metric,
    space: Space,
  ) {
    this.query = query;
    this.architecture = architecture;
    this.fidelity = fidelity;
    this.floors = floors;
    this.lower = lower;
    this.digest = digest;
    this.seed = seed;
    this.metric = metric;
    this.#space = space;
  }

  text(): string {
    return this.#space.encode(this.architecture);
  }
}

const NO_FOLDER = () => Promise.reject(new Error("This call keeps no files. Give it a folder to keep results in."));
