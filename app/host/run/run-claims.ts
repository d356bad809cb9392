/**
 * Which runs this call does, where others may work on the same store: a run that takes long is claimed before it is
 * begun. What another process is at is left to it, and taken over if that process is gone.
 *
 * @module
 */
import type { RunStore } from "../store/run-store.ts";

/** Shorter runs are not claimed: to do one twice costs less than to ask. */
const SLOW_SECONDS = 0.5;
const POLL_MILLISECONDS = 500;

interface Cell {
  readonly digest: string;
  readonly places?: number;
}

export class RunClaims {
  readonly #store: RunStore;
  readonly #cells: readonly Cell[];
  /** Cells whose runs take long. */
  readonly #slow: Set<number>;
  /** Runs that others are at, by cell. */
  #others: number[][];
  /** What this call is at, and for which cell. */
  readonly #ours = new Map<string, number>();
  #told = false;

  constructor(store: RunStore, cells: readonly Cell[]) {
    this.#store = store;
    this.#cells = cells;
    this.#slow = new Set(cells.flatMap(({ places }, i) => (places === undefined ? [] : [i])));
    this.#others = cells.map(() => []);
  }

  /** Claims a run, if it is not finished and nobody is at it. */
  take(seed: number, cell: number): "ours" | "done" | "others" {
    const { digest } = this.#cells[cell]!;
    if (this.#store.has(digest, seed)) return "done";
    if (!this.#slow.has(cell) || !this.#store.isFile) return "ours";
    const name = runClaim(digest, seed);
    const isAnotherCells = (this.#ours.get(name) ?? cell) !== cell; // one of the same digest
    if (isAnotherCells || !this.#store.claims.take(name)) {
      this.#others[cell]!.push(seed);
      return "others";
    }
    if (!this.#store.has(digest, seed)) {
      this.#ours.set(name, cell);
      return "ours";
    }
    this.#store.claims.drop(name); // it was finished just before the claim
    return "done";
  }

  /** A run has ended. @param commit  brings it into the store, if it is not there yet */
  ended(seed: number, cell: number, seconds: number, commit: () => void = () => {}): void {
    if (this.#slow.has(cell) && this.#store.isFile) {
      commit();
      const name = runClaim(this.#cells[cell]!.digest, seed);
      this.#ours.delete(name);
      this.#store.claims.drop(name);
    }
    if (seconds >= SLOW_SECONDS) this.#slow.add(cell);
  }

  /**
   * Waits until a run that others were at is finished, or free.
   * @returns the runs that are to be looked at again, by cell; undefined if there are none that others are at
   */
  async freed(listener: { say(line: string): void }): Promise<number[][] | undefined> {
    const count = this.#others.flat().length;
    if (count === 0) return undefined;
    if (!this.#told)
      listener.say(`Another call on ${this.#store.file} is at ${count} of the runs: this one waits for ${count === 1 ? "it" : "them"}.`);
    this.#told = true;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      const others = this.#others;
      this.#others = others.map(() => []);
      const free = others.map((seeds, cell) => seeds.filter((seed) => this.take(seed, cell) !== "others"));
      if (free.flat().length > 0) return free;
    }
  }
}

/** The claim on a run. */
export function runClaim(digest: string, seed: number): string {
  return `run ${digest} ${seed}`;
}
