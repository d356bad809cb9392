/**
 * Which subspaces are evoked when, for a search that may end at any time: independent searches, each from random
 * architectures until it finds nothing better, and then in turn those that begin with crossings of what these have found.
 *
 * A single search ends at the optimum that it began near. Several find several, and between two of them can be a better
 * one; what was learned around both shows the way.
 *
 * @module
 */
import type { Encoded } from "../gaussian-process/kernels.ts";
import { Candidates, type Searching } from "./candidates.ts";
import type { Observations } from "./observations.ts";
import { type SubspaceOptions, Subspaces } from "./subspaces.ts";

export interface PhaseOptions extends SubspaceOptions {
  /** Random architectures that an independent search begins with. */
  readonly initial: number;
  /** Observations without a better one until a search ends. */
  readonly patience: number;
  /** Independent searches before one that crosses what they have found; 0: none ever does. */
  readonly restarts: number;
  /** Members that are chosen of one set of candidates. */
  readonly perRound: number;
}

/** Of the best ones of finished searches, those that are crossed. */
const ELITE = 6;
/** Of the best of all observations, those that a crossing search learns from beside its own. */
const RECALLED = 1000;

export class Phases {
  readonly #searching: Searching;
  readonly #observations: Observations;
  readonly #extent: number;
  readonly #options: PhaseOptions;
  #current: Subspaces;
  /** Those of the current search that are to be proposed, the most promising first. */
  #queue: Encoded[] = [];
  /** The best of each finished search, by number. */
  readonly #elite: number[] = [];
  #independent = 1;
  #crossing = false;
  #idle = 0;

  constructor(searching: Searching, observations: Observations, extent: number, options: PhaseOptions) {
    this.#searching = searching;
    this.#observations = observations;
    this.#extent = extent;
    this.#options = options;
    this.#current = new Subspaces(searching, observations, extent, options);
  }

  /** Takes an observation, by its number. */
  learn(i: number): void {
    const { initial, patience } = this.#options;
    if (this.#current.learn(i)) this.#idle = 0;
    else if (++this.#idle >= patience && this.#current.count > initial) this.#next();
  }

  /** Takes notice that what is known of some observations has changed. */
  rank(): void {
    this.#current.rank();
  }

  /**
   * What to evaluate next; undefined for a random architecture.
   * @param pending  what is under way
   */
  promising(pending: readonly Encoded[]): Encoded | undefined {
    if (this.#queue.length === 0 && this.#current.count + pending.length >= this.#options.initial) {
      this.#queue = this.#current.promising(this.#options.perRound, pending);
      if (this.#queue.length === 0 && pending.length === 0) this.#next();
    }
    return this.#queue.shift();
  }

  #next(): void {
    const { restarts, initial } = this.#options;
    const { best } = this.#current;
    if (best !== undefined) this.#elite.push(best);
    const { lesson } = this.#observations;
    this.#elite.sort((a, b) => lesson(b) - lesson(a) || a - b).splice(ELITE);
    this.#crossing = restarts > 0 && !this.#crossing && this.#elite.length >= 2 && this.#independent >= restarts;
    this.#idle = 0;
    this.#queue = [];
    if (this.#crossing) {
      const ranked = [...this.#observations.rewards.keys()].sort((a, b) => lesson(b) - lesson(a) || a - b);
      this.#current = new Subspaces(this.#searching, this.#observations, this.#extent, this.#options, ranked.slice(0, RECALLED));
      const drawn = new Candidates(this.#searching, this.#observations);
      const { rng } = this.#searching;
      const parent = () => this.#observations.encoded[this.#elite[rng.below(this.#elite.length)]!]!.architecture;
      drawn.draw(initial, () => drawn.crossed(parent(), parent()));
      this.#queue = [...drawn.taken()];
    } else {
      this.#independent++;
      this.#current = new Subspaces(this.#searching, this.#observations, this.#extent, this.#options);
    }
  }
}
