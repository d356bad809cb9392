/**
 * Which seeds of which experiments are still to be run, and which of them next. The order never changes
 * a result; it keeps the workers busy to the end.
 *
 * @module
 */

/** Seeds of one experiment, to be run one after the other. */
export interface Chunk {
  /** Index of the experiment. */
  readonly experiment: number;
  readonly seeds: readonly number[];
}

/** A short run costs little to hand out in chunks of this length, and a long one is not waited for. */
const CHUNK_SECONDS = 0.25;

interface Waiting {
  readonly seeds: readonly number[];
  /** How many of them were taken. */
  taken: number;
  /** Seconds that a run took, at first and lately; unknown until one is over. */
  first?: number;
  lately?: number;
}

export class Schedule {
  readonly #experiments: readonly Waiting[];

  /** @param seeds  those of each experiment */
  constructor(seeds: readonly (readonly number[])[]) {
    this.#experiments = seeds.map((seeds) => ({ seeds, taken: 0 }));
  }

  /** Runs that were not taken yet. */
  get left(): number {
    return this.#experiments.reduce((sum, { seeds, taken }) => sum + seeds.length - taken, 0);
  }

  /**
   * Takes the next chunk: first one run of each experiment whose runs nobody knows, then those with the
   * longest runs, so that no long one is left for the end.
   * @param seconds  that a chunk should last at most
   * @returns undefined if all are taken
   */
  next(workers: number, seconds = CHUNK_SECONDS): Chunk | undefined {
    const waiting = this.#experiments.filter(({ seeds, taken }) => taken < seeds.length);
    const untried = waiting.find(({ taken, first }) => taken === 0 && first === undefined);
    const longest = () => waiting.reduce((longest, one) => ((one.first ?? 0) > (longest.first ?? 0) ? one : longest));
    const chosen = untried ?? (waiting.length > 0 ? longest() : undefined);
    if (!chosen) return undefined;
    const fair = this.secondsLeft / (2 * workers);
    const count = chosen.lately === undefined ? 1 : Math.max(1, Math.floor(Math.min(seconds, fair) / chosen.lately));
    const seeds = chosen.seeds.slice(chosen.taken, chosen.taken + count);
    chosen.taken += seeds.length;
    return { experiment: this.#experiments.indexOf(chosen), seeds };
  }

  /** A chunk is over, and has taken so many seconds. */
  learn({ experiment, seeds }: Chunk, seconds: number): void {
    const one = this.#experiments[experiment]!;
    one.lately = Math.max(1e-6, seconds / seeds.length);
    one.first ??= one.lately;
  }

  /** The time that what is not taken needs in one thread; an experiment that nobody knows needs the mean of the others. */
  get secondsLeft(): number {
    const known = this.#experiments.flatMap(({ lately }) => (lately === undefined ? [] : [lately]));
    const mean = known.length > 0 ? known.reduce((sum, seconds) => sum + seconds, 0) / known.length : 0;
    return this.#experiments.reduce((sum, { seeds, taken, lately = mean }) => sum + (seeds.length - taken) * lately, 0);
  }
}
