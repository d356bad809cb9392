/** Finished runs on their way into the store. @module */

import type { RunStore } from "./run-store.ts";
import type { StoredRun } from "./stored-run.ts";

/** Commits are this far apart, so that short runs share them and long ones are not kept waiting. */
const COMMIT_MILLISECONDS = 100;

/** Adds finished runs to the store, those of about a tenth of a second at a time. */
export class Commits {
  readonly #store: RunStore;
  readonly #done: (run: StoredRun, digest: string) => void;
  readonly #pending = new Map<string, StoredRun[]>();
  #timer: NodeJS.Timeout | undefined;
  #committed = Number.NEGATIVE_INFINITY;
  #error: unknown;
  /** @param done  told of each run that is safe */
  constructor(store: RunStore, done: (run: StoredRun, digest: string) => void) {
    this.#store = store;
    this.#done = done;
  }

  /** @throws EvokeError of this commit, or of one before that a timer made */
  add(digest: string, run: StoredRun): void {
    if (this.#error) throw this.#error;
    const pending = this.#pending.get(digest);
    if (pending) pending.push(run);
    else this.#pending.set(digest, [run]);
    const wait = this.#committed + COMMIT_MILLISECONDS - performance.now();
    if (wait <= 0) this.commit();
    else this.#timer ??= setTimeout(() => this.#commitLater(), wait);
  }

  /** All that was added is safe when it returns. */
  commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#error) throw this.#error;
    for (const [digest, runs] of this.#pending) {
      this.#store.add(digest, runs);
      this.#pending.delete(digest);
      for (const run of runs) this.#done(run, digest);
    }
    this.#committed = performance.now();
  }

  #commitLater(): void {
    try {
      this.commit();
    } catch (error) {
      this.#error = error;
    }
  }
}
