/**
 * The runs of a store that have begun and are not finished: those that have a journal, or that somebody is at.
 *
 * @module
 */
import type { Living } from "../../host/store/look/living.ts";
import type { JournalFacts, StoreLook } from "../../host/store/look/store-look.ts";
import { addChange, type Changed, type StoreFold } from "./fold.ts";

/** A run that is not finished. */
export interface BegunRun extends JournalFacts {
  readonly seed: number;
  /** Somebody is at it. */
  readonly living: boolean;
}

const NOBODY: ReadonlySet<number> = new Set();
const NOTHING: JournalFacts = {
  ...{ evaluations: 0, proposals: 0, rejected: 0, retried: 0, wall: 0, seconds: 0 },
  highest: null,
  lowest: null,
};

export class Begun {
  readonly #look: StoreLook;
  readonly #living: Living;
  readonly #fold: StoreFold;
  /** Of runs that are not finished, by experiment and seed. */
  readonly #journals = new Map<string, Map<number, JournalFacts>>();
  #alive = new Map<string, Set<number>>();
  #last = 0;

  constructor(look: StoreLook, living: Living, fold: StoreFold) {
    [this.#look, this.#living, this.#fold] = [look, living, fold];
  }

  /** Takes in what is new in the journals, after the fold has. */
  readJournals(): Changed {
    const changed: Changed = new Map();
    const last = this.#look.lastEvaluation();
    // What was cut off has no row; a run that goes on has new ones soon.
    const touched = this.#look.journalsAfter(last < this.#last ? 0 : this.#last);
    this.#last = last;
    for (const { digest, seed } of touched) {
      if (this.#fold.of(digest).has(seed)) continue;
      const runs = this.#journals.get(digest) ?? new Map<number, JournalFacts>();
      this.#journals.set(digest, runs.set(seed, this.#look.journal(digest, seed)));
      addChange(changed, digest, [seed]);
    }
    for (const [digest, runs] of this.#journals) {
      for (const seed of [...runs.keys()]) if (this.#fold.of(digest).has(seed) && runs.delete(seed)) addChange(changed, digest, [seed]);
      if (runs.size === 0) this.#journals.delete(digest);
    }
    return changed;
  }

  /** Looks again who lives. @returns the runs for which that is another answer */
  readLiving(): Changed {
    const alive = new Map<string, Set<number>>();
    for (const { digest, seed } of this.#living.runs()) alive.set(digest, (alive.get(digest) ?? new Set()).add(seed));
    const changed: Changed = new Map();
    for (const digest of new Set([...alive.keys(), ...this.#alive.keys()])) {
      const [before = NOBODY, now = NOBODY] = [this.#alive.get(digest), alive.get(digest)];
      const other = [...[...now].filter((seed) => !before.has(seed)), ...[...before].filter((seed) => !now.has(seed))];
      if (other.length > 0) addChange(changed, digest, other);
    }
    this.#alive = alive;
    return changed;
  }

  /** Those of an experiment that are not finished, by seed. */
  of(digest: string): BegunRun[] {
    const journals = this.#journals.get(digest);
    const alive = this.#alive.get(digest);
    const seeds = new Set([...(journals?.keys() ?? []), ...(alive ?? [])]);
    return [...seeds]
      .filter((seed) => !this.#fold.of(digest).has(seed))
      .sort((a, b) => a - b)
      .map((seed) => ({ seed, ...(journals?.get(seed) ?? NOTHING), living: alive?.has(seed) ?? false }));
  }

  get digests(): Iterable<string> {
    return new Set([...this.#journals.keys(), ...this.#alive.keys()]);
  }
}
