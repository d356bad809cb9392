/** A search that a program drives: `openSearch` of "evoke-nas/host". @module */
import { errorOf } from "../../../core/errors/index.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { documentOf, type RunDocument } from "../documents/run-document.ts";
import type { ExperimentFile } from "../experiment.ts";
import type { Asked } from "./asked.ts";
import { claimRun, type OpenedRun, openRun } from "./open.ts";
import type { Outcome } from "./outcome.ts";
import { ToldSearch } from "./told-search.ts";

/** A run that is asked what to evaluate, and told what came of it. */
export interface Search {
  /**
   * The next evaluation. Waits until something is told where all is asked for that may be under way.
   * @returns undefined when the search is over
   */
  ask(): Promise<Asked | undefined>;
  /**
   * What came of an evaluation; when it returns, that is kept. Where the search has ended meanwhile, since its budget of
   * seconds is spent, the outcome is dropped.
   * @param query  its number, as `ask` has given it
   * @throws EvokeError NOT_ASKED, TOLD_ALREADY, SEARCH_OVER or OUTCOME_INVALID; then nothing has changed
   */
  tell(query: number, outcome: Outcome): void;
  /** The run, as `runExperiment` gives it. @throws EvokeError if the search is not over, or if the run has failed */
  finish(): Promise<RunDocument["runs"][number]>;
  /** Gives the search up before its end. Where results are kept, it can be opened again, and goes on. */
  close(): Promise<void>;
}

/** How a search is opened. */
export interface SearchOptions {
  /** The folder that the run is kept in, with what was told; left out, nothing is kept. */
  readonly out?: string;
  /** One of the manifest's; the first of them if left out. */
  readonly seed?: number;
  /** Whether plugins that the manifest names are run although nobody has said that its folder is trusted. */
  readonly trust?: boolean;
  /** Changes of the manifest, by JSON pointer (RFC 6901); null removes what is there. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** The event types to be told of; with `onEvent`. */
  readonly types?: readonly EventType[];
  /** Told of each event in order, those of before included where a search goes on. */
  onEvent?(event: SearchEvent): void;
  /** Told what people should know of: an observer that failed, for example. */
  onNote?(line: string): void;
}

export async function openToldSearch(source: ExperimentFile, options: SearchOptions): Promise<Search> {
  const { out, seed, types = [], onEvent, onNote } = options;
  const run = await openRun(source, { out, seed });
  try {
    await claimRun(run);
    const search = new ToldSearch({
      ...{ ...run, out, handedOut: false, types: onEvent ? types : [] },
      event: (event) => onEvent?.(event),
      note: (line) => onNote?.(line),
    });
    return new ProgramSearch(run, search);
  } catch (error) {
    run.store.close();
    throw error;
  }
}

class ProgramSearch implements Search {
  readonly #run: OpenedRun;
  readonly #search: ToldSearch;
  #closed = false;

  constructor(run: OpenedRun, search: ToldSearch) {
    this.#run = run;
    this.#search = search;
  }

  async ask(): Promise<Asked | undefined> {
    for (;;) {
      const next = this.#search.waiting.find(({ asked }) => asked === undefined);
      if (next) return this.#search.take(next.query);
      this.#search.check();
      const { over, failure } = this.#search;
      if (failure?.code === "OUTCOMES_UNTOLD") throw errorOf(failure);
      if (over) return undefined;
      await this.#search.changed();
    }
  }

  tell(query: number, outcome: Outcome): void {
    this.#search.tell(query, outcome);
  }

  async finish(): Promise<RunDocument["runs"][number]> {
    await this.#search.rest();
    try {
      this.#search.checkFinished();
      const { store, digest, seed } = this.#run;
      const [run] = store.results(digest, { first: seed, count: 1 });
      return documentOf(run!);
    } finally {
      if (this.#search.over) await this.close();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#search.close();
    this.#run.store.close();
  }
}
