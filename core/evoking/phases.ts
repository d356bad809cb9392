/**
 * Which subspaces are searched when, for a search that may end at any time: searches that compete. The first of them begin
 * with random architectures; of the later ones every second begins with distant modifications of the best that is known,
 * half of its components, near which there are better optima than elsewhere: iterated local search (Lourenço et al. 2003,
 * doi:10.1007/0-306-48056-5_11) among restarts.
 *
 * A single search ends at the optimum that it began near, and what it has found early says much of how good that is. So
 * searches pause at certain ages, and those go on that have found the best by that age: successive halving without
 * rounds. The first has no rivals, so it goes on until it finds nothing better.
 *
 * Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning" (ASHA), arXiv:1810.05934, Algorithm 2, with
 * searches for configurations and evaluations for the resource.
 *
 * | there | here        | meaning                                                               |
 * | ----- | ----------- | --------------------------------------------------------------------- |
 * | r     | `rung`      | age at which searches are compared first; then at twice as much, again and again |
 * | η     | `reduction` | one in so many goes on from a rung                                    |
 *
 * Different: ages double, whatever η is; of n searches at a rung ⌈n / η⌉ go on, not ⌊n / η⌋, so the best always does; one
 * search is under way at a time, and goes on as long as it may.
 *
 * @module
 */
import type { Encoded } from "../gaussian-process/kernels.ts";
import { uniformModifications } from "../space/modifications.ts";
import { Candidates, type Searching } from "./candidates.ts";
import { keyOf, type Observations } from "./observations.ts";
import { type SubspaceOptions, Subspaces } from "./subspaces.ts";

export interface PhaseOptions extends SubspaceOptions {
  /** Random architectures that a search begins with. */
  readonly initial: number;
  /** Observations without a better one until a search ends. */
  readonly patience: number;
  /** Searches from random architectures before every second begins far around the best; 0: none ever does. */
  readonly restarts: number;
  /** r. */
  readonly rung: number;
  /** η; 1: no search pauses. */
  readonly reduction: number;
  /** Members that are chosen of one set of candidates. */
  readonly perRound: number;
}

/** A search among others. */
interface Rival {
  readonly subspaces: Subspaces;
  /** Those that it is going to propose, the most promising first. */
  queue: Encoded[];
  /** Its observations since its best one. */
  idle: number;
  /** The best reward when it came to each rung. */
  readonly found: number[];
  /** Rungs from which it went on. */
  passed: number;
  ended: boolean;
}

export class Phases {
  readonly #searching: Searching;
  readonly #observations: Observations;
  readonly #extent: number;
  readonly #options: PhaseOptions;
  readonly #rivals: Rival[] = [];
  #current: Rival;
  /** Whose the proposals under way are, by architecture. */
  readonly #owners = new Map<string, Rival>();

  constructor(searching: Searching, observations: Observations, extent: number, options: PhaseOptions) {
    this.#searching = searching;
    this.#observations = observations;
    this.#extent = extent;
    this.#options = options;
    this.#current = this.#begun();
  }

  /** Takes note of what is going to be evaluated for the search that is under way. */
  expect({ architecture }: Encoded): void {
    this.#owners.set(keyOf(architecture), this.#current);
  }

  /** Takes an observation, by its number. */
  learn(i: number): void {
    const key = keyOf(this.#observations.encoded[i]!.architecture);
    const rival = this.#owners.get(key) ?? this.#current;
    this.#owners.delete(key);
    const { subspaces, found } = rival;
    if (subspaces.learn(i)) rival.idle = 0;
    else rival.idle++;
    const { initial, patience, rung } = this.#options;
    if (subspaces.count === rung * 2 ** found.length)
      found.push(subspaces.best === undefined ? Number.NEGATIVE_INFINITY : this.#observations.rewards[subspaces.best]!);
    if (rival.idle >= patience && subspaces.count > initial) rival.ended = true;
    if (rival !== this.#current) return;
    const goesOn = !rival.ended && (found.length === rival.passed || this.#promotable(rival));
    if (goesOn) rival.passed = found.length;
    else this.#next();
  }

  /** Takes notice that what is known of some observations has changed. */
  rank(): void {
    for (const { subspaces } of this.#rivals) subspaces.rank();
  }

  /**
   * What to evaluate next; undefined for a random architecture.
   * @param pending  what is under way
   */
  promising(pending: readonly Encoded[]): Encoded | undefined {
    const { initial, perRound } = this.#options;
    const { subspaces } = this.#current;
    const own = pending.filter(({ architecture }) => this.#owners.get(keyOf(architecture)) === this.#current);
    if (this.#current.queue.length === 0 && subspaces.count + own.length >= initial) {
      this.#current.queue = subspaces.promising(perRound, pending);
      if (this.#current.queue.length === 0 && pending.length === 0) {
        this.#current.ended = true;
        this.#next();
      }
    }
    return this.#current.queue.shift();
  }

  /** True if it is among the best that came to its last rung, where the first of equals is the better one. */
  #promotable({ found }: Rival): boolean {
    const rung = found.length - 1;
    const others = this.#rivals.filter((other) => other.found.length > rung);
    return others.filter((other) => other.found[rung]! > found[rung]!).length < Math.ceil(others.length / this.#options.reduction);
  }

  /** The oldest of those that may go on goes on, the best one of these; if there are none, a new one begins. */
  #next(): void {
    this.#current.subspaces.rest();
    this.#current.queue = [];
    const waiting = this.#rivals.filter((rival) => rival !== this.#current && !rival.ended && this.#promotable(rival));
    waiting.sort((a, b) => b.found.length - a.found.length || b.found.at(-1)! - a.found.at(-1)!);
    this.#current = waiting[0] ?? this.#begun();
    if (this.#current.subspaces.count === 0) this.#current.queue = this.#distant();
    this.#current.passed = this.#current.found.length;
  }

  #begun(): Rival {
    const subspaces = new Subspaces(this.#searching, this.#observations, this.#extent, this.#options);
    const rival: Rival = { subspaces, queue: [], idle: 0, found: [], passed: 0, ended: false };
    this.#rivals.push(rival);
    return rival;
  }

  /** Modifications of the best of all searches, half of its components at most; none of them where that is not the search's turn. */
  #distant(): Encoded[] {
    const { restarts, initial } = this.#options;
    const later = this.#rivals.length - restarts;
    if (restarts === 0 || later <= 0 || later % 2 === 0) return [];
    const { encoded, rewards } = this.#observations;
    const bests = this.#rivals.flatMap(({ subspaces: { best } }) => best ?? []);
    if (bests.length === 0) return [];
    const best = encoded[bests.reduce((a, b) => (rewards[b]! > rewards[a]! ? b : a))]!;
    const drawn = new Candidates(this.#searching, this.#observations);
    const { space, rng } = this.#searching;
    const count = Math.ceil(space.length / 2);
    drawn.draw(
      initial,
      () => best,
      (one) => space.modify(one, uniformModifications(space, one, count, rng)),
    );
    return [...drawn.taken()];
  }
}
