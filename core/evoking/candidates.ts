/**
 * Where new members come from: subspaces of centres, crossings of good architectures, and neighbours of what promises most.
 *
 * @module
 */
import type { Encoded } from "../gaussian-process/kernels.ts";
import type { Counts, Space } from "../plugin/space.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import { isPresent } from "../space/choices.ts";
import { remade, uniformModifications } from "../space/modifications.ts";
import { keyOf, type Observations } from "./observations.ts";

/** Draws for each one that is wanted, at most. */
const DRAWS = 4;

export interface Candidate extends Encoded {
  /** What the architecture that it was made of computes, most of which it does too. */
  readonly near: Counts;
}

/** New members, each once, that the limits admit. */
export class Candidates {
  readonly #searching: Searching;
  readonly #observations: Observations;
  readonly #seen = new Set<string>();
  #fresh: Candidate[] = [];

  constructor(searching: Searching, observations: Observations) {
    this.#searching = searching;
    this.#observations = observations;
  }

  /** A member of the subspace of a centre: up to M modifications. */
  modified(centre: Architecture, radius: number): Architecture {
    const { space, rng } = this.#searching;
    return space.modify(centre, uniformModifications(space, centre, 1 + rng.below(radius), rng));
  }

  /** A member that has each component from one parent or the other. */
  crossed(first: Architecture, second: Architecture): Architecture {
    const { space, rng } = this.#searching;
    return remade(space, first, (component, comes) =>
      comes || (rng.below(2) === 1 && isPresent(space, second, component)) ? second[component] : undefined,
    );
  }

  /**
   * Draws until there are so many new ones, or too many draws were in vain.
   * @param from  gives what the n-th draw is made of
   * @param one  makes it
   */
  draw(count: number, from: (n: number) => Encoded, one: (from: Architecture) => Architecture): void {
    const wanted = this.#fresh.length + count;
    for (let n = 0; n < DRAWS * count && this.#fresh.length < wanted; n++) {
      const near = from(n);
      this.#add(one(near.architecture), near.counts);
    }
  }

  #add(architecture: Architecture, near: Counts): void {
    const key = keyOf(architecture);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (!this.#observations.isNew(architecture, key) || !this.#searching.feasible(architecture)) return;
    const { counts } = this.#observations.encode(architecture);
    this.#fresh.push({ architecture, counts, near });
  }

  /** Those that were added since it was asked last. */
  taken(): readonly Candidate[] {
    const taken = this.#fresh;
    this.#fresh = [];
    return taken;
  }
}

/** What a search works with. */
export interface Searching {
  readonly space: Space;
  readonly rng: Rng;
  /** Whether the limits admit it. */
  readonly feasible: (architecture: Architecture) => boolean;
}
