/**
 * What changes, told to every page that is open, as server-sent events. Each page has at most one message that waits: what
 * happens until it has taken it is put together, so that pages that are slow, or gone, keep nothing.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { MOST_ROWS, type Progress, type RunState, type StudioEvent } from "../api.ts";
import type { Changed } from "../live/fold.ts";
import type { LiveMatrix, LiveStore } from "../live/live-store.ts";
import type { Studio, Watcher } from "../live/studio.ts";
import { Refusal } from "./parameters.ts";

/** Pages at a time, and messages that are kept for those that come back. */
const [MOST_PAGES, HISTORY] = [100, 200];
/** A sign of life, for what is between. */
const ALIVE_MILLISECONDS = 15_000;
/** After which a page comes back. */
const RETRY_MILLISECONDS = 2_000;

export class Stream implements Watcher {
  readonly #studio: Studio;
  readonly #session = randomUUID();
  readonly #pages = new Set<OpenPage>();
  readonly #history: { readonly sequence: number; readonly event: StudioEvent }[] = [];
  /** What was told last, by what it is of. */
  #told = new Map<string, string>();
  #sequence = 0;
  readonly #alive = setInterval(() => {
    for (const page of this.#pages) page.alive();
  }, ALIVE_MILLISECONDS);

  constructor(studio: Studio) {
    this.#studio = studio;
    this.#alive.unref();
  }

  get watches(): boolean {
    return this.#pages.size > 0;
  }

  looked(changed: ReadonlyMap<LiveStore, Changed>): void {
    const event = this.#difference(changed);
    if (!event) return;
    this.#sequence++;
    this.#history.push({ sequence: this.#sequence, event });
    if (this.#history.length > HISTORY) this.#history.shift();
    for (const page of this.#pages) page.tell(event, this.#id);
  }

  /**
   * @param last  the last id that a page that comes back has heard
   * @throws Refusal where too many pages are open
   */
  open(last: string | undefined): ReadableStream<Uint8Array> {
    if (this.#pages.size >= MOST_PAGES) throw new Refusal(503, "PAGES_MANY", `Cannot answer: ${MOST_PAGES} pages are open.`);
    const page = new OpenPage(() => this.#pages.delete(page));
    this.#pages.add(page);
    const [session, sequence] = last?.split("_") ?? [];
    const from = session === this.#session ? Number(sequence) : Number.NaN;
    const missed = this.#history.filter((one) => one.sequence > from).map(({ event }) => event);
    const isKnown = from === this.#sequence || (from < this.#sequence && missed.length === this.#sequence - from);
    page.tell(isKnown ? missed.reduce(together, NOTHING) : this.#all(), this.#id);
    return page.stream;
  }

  end(): void {
    clearInterval(this.#alive);
    for (const page of [...this.#pages]) page.end();
  }

  get #id(): string {
    return `${this.#session}_${this.#sequence}`;
  }

  #all(): StudioEvent {
    const { stores } = this.#studio;
    return {
      ...{ ...NOTHING, all: true },
      stores: stores.map(storeState),
      matrices: stores.flatMap((store) => store.matrices.map((matrix) => matrixState(store, matrix))),
    };
  }

  #difference(changed: ReadonlyMap<LiveStore, Changed>): StudioEvent | undefined {
    const told = new Map<string, string>();
    const isNew = (key: string, value: unknown) => {
      const text = JSON.stringify(value);
      told.set(key, text);
      return this.#told.get(key) !== text;
    };
    const stores: StudioEvent["stores"][number][] = [];
    const matrices: StudioEvent["matrices"][number][] = [];
    const cells: StudioEvent["cells"][number][] = [];
    const runs: StudioEvent["runs"][number][] = [];
    for (const store of this.#studio.stores) {
      const state = storeState(store);
      if (isNew(`store ${state.id}`, state)) stores.push(state);
      const touched = changed.get(store);
      for (const matrix of store.matrices) {
        if (isNew(`matrix ${matrix.id}`, [matrix.progress && steady(matrix.progress), matrix.changed, matrix.found.problem]))
          matrices.push(matrixState(store, matrix));
        for (const [cell, progress] of matrix.cells)
          if (isNew(`cell ${matrix.id}\0${cell}`, steady(progress))) cells.push({ matrix: matrix.id, cell, progress });
        if (touched) runs.push(...touchedRuns(matrix, store, touched, MOST_ROWS - runs.length));
      }
    }
    const gone = [...this.#told.keys()].flatMap((key) =>
      key.startsWith("matrix ") && !told.has(key) ? [key.slice("matrix ".length)] : [],
    );
    const first = this.#told.size === 0;
    this.#told = told;
    if (first || stores.length + matrices.length + cells.length + runs.length + gone.length === 0) return undefined;
    return { all: false, stores, matrices, gone, cells, runs };
  }
}

const NOTHING: StudioEvent = { all: false, stores: [], matrices: [], gone: [], cells: [], runs: [] };

function storeState(store: LiveStore): StudioEvent["stores"][number] {
  const { id, file, problem, runs } = store.overview();
  return { id, file, ...(problem && { problem }), runs };
}

function matrixState(store: LiveStore, matrix: LiveMatrix): StudioEvent["matrices"][number] {
  const { id, name, progress, best, changed } = store.overviewOf(matrix);
  return { id, name, ...(progress && { progress }), ...(best && { best }), changed };
}

/** Progress without what is other at each look: when it will be done is told again where it is another time by a tenth. */
function steady({ eta, ...progress }: Progress): object {
  return { ...progress, eta: eta === undefined ? null : Math.round(10 * Math.log(Math.max(1, eta))) };
}

function touchedRuns({ id, document }: LiveMatrix, { open }: LiveStore, touched: Changed, room: number): StudioEvent["runs"][number][] {
  if (!document || !open) return [];
  const { first, count } = document.seeds;
  const runs: StudioEvent["runs"][number][] = [];
  for (const { name, digest } of document.cells) {
    const living = new Set(open.begun.of(digest).flatMap((run) => (run.living ? [run.seed] : [])));
    for (const seed of new Set(touched.get(digest))) {
      if (runs.length >= room) return runs;
      if (seed < first || seed >= first + count) continue;
      const state: RunState = open.fold.of(digest).has(seed) ? "finished" : living.has(seed) || open.recent(digest) ? "running" : "stopped";
      runs.push({ matrix: id, cell: name, seed, state });
    }
  }
  return runs;
}

/** Two messages as one: of each thing what was told last. */
function together(a: StudioEvent, b: StudioEvent): StudioEvent {
  if (b.all) return b;
  const last = <T>(list: (event: StudioEvent) => readonly T[], key: (one: T) => string): T[] => [
    ...new Map([...list(a), ...list(b)].map((one) => [key(one), one])).values(),
  ];
  const there = new Set(b.matrices.map(({ id }) => id));
  return {
    all: a.all,
    stores: last(
      ({ stores }) => stores,
      ({ id }) => id,
    ),
    matrices: last(
      ({ matrices }) => matrices,
      ({ id }) => id,
    ).filter(({ id }) => !b.gone.includes(id)),
    gone: [...new Set([...a.gone.filter((id) => !there.has(id)), ...b.gone])],
    cells: last(
      ({ cells }) => cells,
      ({ matrix, cell }) => `${matrix}\0${cell}`,
    ),
    runs: last(
      ({ runs }) => runs,
      ({ matrix, cell, seed }) => `${matrix}\0${cell}\0${seed}`,
    ).slice(-MOST_ROWS),
  };
}

/** A page that is open. */
export class OpenPage {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #closed: () => void;
  readonly #encoder = new TextEncoder();
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #waiting: { event: StudioEvent; id: string } | undefined;
  #first = true;

  constructor(closed: () => void) {
    this.#closed = closed;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#send(),
      cancel: () => this.#closed(),
    });
  }

  tell(event: StudioEvent, id: string): void {
    this.#waiting = { event: this.#waiting ? together(this.#waiting.event, event) : event, id };
    this.#send();
  }

  alive(): void {
    if (this.#hasRoom && !this.#waiting) this.#enqueue(": alive\n\n");
  }

  end(): void {
    this.#closed();
    try {
      this.#controller.close();
    } catch {
      // It was closed by the other side.
    }
  }

  get #hasRoom(): boolean {
    return (this.#controller.desiredSize ?? 0) > 0;
  }

  #send(): void {
    if (!this.#waiting || !this.#hasRoom) return;
    const { event, id } = this.#waiting;
    this.#waiting = undefined;
    const retry = this.#first ? `retry: ${RETRY_MILLISECONDS}\n` : "";
    this.#first = false;
    this.#enqueue(`${retry}id: ${id}\nevent: change\ndata: ${JSON.stringify(event)}\n\n`);
  }

  #enqueue(text: string): void {
    this.#controller.enqueue(this.#encoder.encode(text));
  }
}
