/**
 * All that the studio shows: the stores of a folder, looked at by one clock, however many pages are open.
 *
 * @module
 */
import { join } from "node:path";
import { VERSION } from "../../../core/version.ts";
import type { Overview } from "../api.ts";
import type { Changed } from "./fold.ts";
import { storesIn } from "./folder.ts";
import { type LiveMatrix, LiveStore } from "./live-store.ts";

/** Milliseconds from one look to the next: while somebody watches, and else. */
const [OFTEN, SELDOM] = [500, 2_500];
/** Looks from one at what stores there are to the next. */
const STORES_EVERY = 8;

/** Told after each look. */
export interface Watcher {
  /** True while somebody watches: it is looked more often then. */
  readonly watches: boolean;
  looked(changed: ReadonlyMap<LiveStore, Changed>): void;
}

export class Studio {
  readonly #folder: string;
  readonly #watcher: () => Watcher | undefined;
  readonly #say: (line: string) => void;
  readonly #told = new Map<string, string>();
  #stores = new Map<string, LiveStore>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #ended = false;

  /**
   * @param folder  of studioFolder
   * @param watcher  asked for at each look
   * @param say  told what people should know, in lines: a store that cannot be read, or can be again
   */
  constructor(folder: string, watcher: () => Watcher | undefined, say: (line: string) => void) {
    [this.#folder, this.#watcher, this.#say] = [folder, watcher, say];
  }

  get stores(): readonly LiveStore[] {
    return [...this.#stores.values()];
  }

  overview(): Overview {
    return { evoke: VERSION, out: this.#folder, stores: this.stores.map((store) => store.overview()) };
  }

  matrix(id: string): LiveMatrix | undefined {
    for (const store of this.stores) {
      const found = store.matrix(id);
      if (found) return found;
    }
    return undefined;
  }

  /** Looks for the first time, and again and again from then on. */
  async begin(): Promise<void> {
    await this.look();
    this.#next();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const store of this.stores) store.close();
  }

  /** Looks at everything once. */
  async look(): Promise<void> {
    if (this.#looks++ % STORES_EVERY === 0) this.#findStores();
    const changed = new Map<LiveStore, Changed>();
    for (const store of this.stores) {
      if (this.#ended) return;
      changed.set(store, await store.poll());
      this.#tell(store);
    }
    if (!this.#ended) this.#watcher()?.looked(changed);
  }

  #next(): void {
    if (this.#ended) return;
    this.#timer = setTimeout(() => this.look().finally(() => this.#next()), this.#watcher()?.watches ? OFTEN : SELDOM);
  }

  #findStores(): void {
    const found = new Map<string, LiveStore>();
    for (const place of storesIn(this.#folder)) found.set(place.id, this.#stores.get(place.id) ?? new LiveStore(place));
    // One that was there is shown on, with what became of it.
    for (const [id, store] of this.#stores) if (!found.has(id) && store.matrices.length > 0) found.set(id, store);
    for (const [id, store] of this.#stores) if (!found.has(id)) store.close();
    this.#stores = found;
  }

  #tell({ place, problem }: LiveStore): void {
    const before = this.#told.get(place.id);
    if (before === problem?.message) return;
    if (problem) this.#told.set(place.id, problem.message);
    else this.#told.delete(place.id);
    this.#say(problem ? problem.message : `${join(place.folder, "runs.sqlite")} is read.`);
  }
}
