/**
 * What the page knows of the studio's server: the stream of changes, and answers that are asked for again when a change
 * concerns them.
 *
 * @module
 */
import { PATHS, type Problem, type StudioEvent } from "../../studio/api.ts";

/** `lost` is told when the stream was there, or could not be had, and is being tried for again. */
export type Connection = "connecting" | "open" | "lost";
type PathName = keyof typeof PATHS;
/** Parameters of a request; undefined ones are left out. */
export type Parameters = Readonly<Record<string, string | number | undefined>>;

/** The path of a request, below the page's own address, and so below the token of it. */
export function addressOf(name: PathName, parameters: Parameters = {}): string {
  const given = Object.entries(parameters).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return given.length === 0 ? PATHS[name] : `${PATHS[name]}?${new URLSearchParams(given)}`;
}

/** Milliseconds until a closed stream is opened again: at first, and at most. */
const RETRY = { first: 1000, most: 10_000 };

/** The stream: what it told last is not kept, but for the stores that cannot be read. */
export class Stream {
  connection: Connection = "connecting";
  /** Since when it is lost, in milliseconds since 1970; undefined unless it is. */
  lost: number | undefined;
  /** By id, the stores that cannot be read now. */
  readonly problems = new Map<string, { readonly problem: Problem; readonly runs: number }>();
  readonly #listeners = new Set<(event: StudioEvent) => void>();
  readonly #watchers = new Set<() => void>();
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wait = RETRY.first;

  open(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    const source = new EventSource(addressOf("events"));
    this.#source = source;
    source.addEventListener("open", () => {
      this.#wait = RETRY.first;
      this.#become("open");
    });
    source.addEventListener("change", ({ data }) => this.#tell(JSON.parse(data) as StudioEvent));
    source.addEventListener("error", () => {
      this.#become("lost");
      // A browser tries again by itself, unless the server refused.
      if (source.readyState !== EventSource.CLOSED) return;
      this.#retry = setTimeout(() => this.open(), this.#wait);
      this.#wait = Math.min(RETRY.most, 2 * this.#wait);
    });
  }

  /** Calls back for each change. @returns what ends it */
  listen(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back when the connection or the problems have changed. @returns what ends it */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #become(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    this.lost = connection === "lost" ? Date.now() : undefined;
    for (const watcher of this.#watchers) watcher();
  }

  #tell(event: StudioEvent): void {
    if (event.all) this.problems.clear();
    for (const { id, problem, runs } of event.stores)
      if (problem) this.problems.set(id, { problem, runs });
      else this.problems.delete(id);
    if (event.all || event.stores.length > 0) for (const watcher of this.#watchers) watcher();
    for (const listener of this.#listeners) listener(event);
  }
}

/** What a view is of; the parts that are left out are any. */
export interface Subject {
  readonly matrix?: string;
  readonly cell?: string;
  readonly seed?: number;
}

/** True if a change concerns a subject. */
export function concerns({ matrix, cell, seed }: Subject, event: StudioEvent): boolean {
  if (event.all || event.stores.length > 0) return true;
  if (matrix === undefined) return event.matrices.length > 0 || event.gone.length > 0;
  if (event.gone.includes(matrix)) return true;
  if (cell === undefined) return event.matrices.some(({ id }) => id === matrix) || event.cells.some((one) => one.matrix === matrix);
  const own = (one: { readonly matrix: string; readonly cell: string }) => one.matrix === matrix && one.cell === cell;
  if (seed === undefined && event.cells.some(own)) return true;
  return event.runs.some((run) => own(run) && (seed === undefined || run.seed === seed));
}

/** An answer as it is known now. */
export interface Answer<T> {
  readonly value?: T;
  /** Why there is none, or none that is newer. */
  readonly problem?: Problem;
  /** True while another question than that of `value` is being answered. */
  readonly busy: boolean;
}

/** Between two requests of one answer there are so many milliseconds, and so many times what the last one took. */
const PAUSE = { least: 1000, times: 4 };

/** Asks, and asks again after changes: one request at a time, and none while nobody sees the page. */
export class Question<T> {
  readonly #url: string;
  readonly #told: (answer: Omit<Answer<T>, "busy">) => void;
  readonly #pause: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #next = 0;
  #again = false;

  /** @param told  gets each answer @param pause  the least milliseconds between two */
  constructor(url: string, told: (answer: Omit<Answer<T>, "busy">) => void, pause = PAUSE.least) {
    this.#url = url;
    this.#told = told;
    this.#pause = pause;
  }

  /** As soon as may be. */
  ask(): void {
    if (this.#asking || document.hidden) this.#again = true;
    else this.#timer ??= setTimeout(() => void this.#ask(), Math.max(0, this.#next - Date.now()));
  }

  /** What was put off while nobody saw the page. */
  seen(): void {
    if (this.#again && !document.hidden) this.ask();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#again = false;
    const asking = new AbortController();
    this.#asking = asking;
    const began = Date.now();
    try {
      const response = await fetch(this.#url, { signal: asking.signal, cache: "no-store" });
      const body = (await response.json()) as T | Problem;
      this.#told(response.ok ? { value: body as T } : { problem: body as Problem });
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#told({ problem: { code: "NOT_REACHED", message: `The studio does not answer (${(error as Error).message}).` } });
    } finally {
      this.#asking = undefined;
      this.#next = Date.now() + Math.max(this.#pause, PAUSE.times * (Date.now() - began));
    }
    if (this.#again) this.ask();
  }
}
