/**
 * The finished runs of a store as numbers in memory, some 90 bytes a run: what lists, progress and means are made of. It
 * grows by the rows that are new; rows that were taken away have it begin anew.
 *
 * @module
 */
import { setImmediate as turn } from "node:timers/promises";
import type { RunFacts, StoreLook } from "../../host/store/look/store-look.ts";

/** Rows that are read in one turn of the event loop: some 15 ms. */
const PAGE = 2_000;

/** Numbers of a run by name; NaN where it lacks one. */
export const FACTS = ["seed", "score", "test", "queries", "different", "updates", "rejected", "retried", "seconds", "wall"] as const;
export type Fact = (typeof FACTS)[number];

/** Experiments of which something is other than before, each with the seeds of runs that are new; none where any may be. */
export type Changed = Map<string, number[]>;

/** The finished runs of one experiment, in the order in which they came. */
export class RunColumns {
  #length = 0;
  #columns = Object.fromEntries(FACTS.map((fact) => [fact, new Float64Array(16)])) as Record<Fact, Float64Array>;
  readonly #places = new Map<number, number>();

  get length(): number {
    return this.#length;
  }

  /** The numbers of all runs, each in a column whose first `length` entries count. */
  get all(): Readonly<Record<Fact, Float64Array>> {
    return this.#columns;
  }

  add(facts: RunFacts): void {
    const at = this.#places.get(facts.seed) ?? this.#length;
    if (at === this.#length) this.#grow(facts.seed);
    for (const fact of FACTS) this.#columns[fact][at] = facts[fact] ?? (fact === "rejected" || fact === "retried" ? 0 : Number.NaN);
  }

  has(seed: number): boolean {
    return this.#places.has(seed);
  }

  /** A number of a run; NaN where it lacks it, or is not there. */
  of(seed: number, fact: Fact): number {
    const at = this.#places.get(seed);
    return at === undefined ? Number.NaN : this.#columns[fact][at]!;
  }

  /** The seeds within a range, ascending. */
  seeds({ first, count }: { readonly first: number; readonly count: number }): number[] {
    const found: number[] = [];
    const seeds = this.#columns.seed;
    for (let i = 0; i < this.#length; i++) if (seeds[i]! >= first && seeds[i]! < first + count) found.push(seeds[i]!);
    return found.sort((a, b) => a - b);
  }

  #grow(seed: number): void {
    this.#places.set(seed, this.#length++);
    if (this.#length <= this.#columns.seed.length) return;
    for (const fact of FACTS) {
      const larger = new Float64Array(2 * this.#columns[fact].length);
      larger.set(this.#columns[fact]);
      this.#columns[fact] = larger;
    }
  }
}

export class StoreFold {
  readonly #look: StoreLook;
  #runs = new Map<string, RunColumns>();
  #last = 0;
  #count = 0;
  #newest: string | undefined;
  #updating: Promise<Changed> | undefined;

  constructor(look: StoreLook) {
    this.#look = look;
  }

  /** Finished runs in all. */
  get count(): number {
    return this.#count;
  }

  /** The experiments of which there are runs. */
  get digests(): Iterable<string> {
    return this.#runs.keys();
  }

  /** The experiment of the run that came last. */
  get newest(): string | undefined {
    return this.#newest;
  }

  of(digest: string): RunColumns {
    return this.#runs.get(digest) ?? NONE;
  }

  /** Takes in what is new. */
  update(): Promise<Changed> {
    this.#updating ??= this.#update().finally(() => {
      this.#updating = undefined;
    });
    return this.#updating;
  }

  async #update(): Promise<Changed> {
    const changed: Changed = new Map();
    const there = this.#look.count();
    if (there < this.#count) this.#forget(changed);
    await this.#read(changed);
    if (this.#count > there && this.#count > this.#look.count()) {
      this.#forget(changed);
      await this.#read(changed);
    }
    return changed;
  }

  #forget(changed: Changed): void {
    for (const digest of this.#runs.keys()) changed.set(digest, []);
    this.#runs = new Map();
    [this.#last, this.#count] = [0, 0];
  }

  async #read(changed: Changed): Promise<void> {
    for (;;) {
      const rows = this.#look.runsAfter(this.#last, PAGE);
      for (const facts of rows) {
        const columns = this.#runs.get(facts.digest) ?? new RunColumns();
        this.#runs.set(facts.digest, columns);
        const before = columns.length;
        columns.add(facts);
        this.#count += columns.length - before;
        this.#last = facts.row;
        this.#newest = facts.digest;
        addChange(changed, facts.digest, [facts.seed]);
      }
      if (rows.length < PAGE) return;
      await turn();
    }
  }
}

/** Adds runs to what has changed. */
export function addChange(changed: Changed, digest: string, seeds: Iterable<number> = []): void {
  const known = changed.get(digest) ?? [];
  for (const seed of seeds) known.push(seed);
  changed.set(digest, known);
}

const NONE = new RunColumns();
